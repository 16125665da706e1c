//! What is told of an account as a whole.

use postern_domain::account::{AccountName, Role};
use postern_domain::notice::NoticeKind;

use super::doer::Doer;
use super::words::{About, SECURITY_INFO, Tidings, Words, addresses};

/// What is told of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum AccountTidings {
    /// Its own addresses, of which the first one is the user name, were changed. Told to the user name from before, too.
    Renamed { before: Vec<AccountName>, after: Vec<AccountName>, done: Doer },
    /// A person became a service account, or the other way round.
    KindChanged { before: &'static str, after: &'static str, done: Doer },
    /// It may do other things for others than before. Told to the administrators, too.
    RoleChanged { before: Role, after: Role, done: Doer },
    /// It was blocked.
    Blocked { done: Doer },
    /// It was unblocked.
    Unblocked { done: Doer },
    /// It was deleted.
    Deleted { done: Doer },
    /// The mailboxes that a service account may act for are others now. Told to the administrators, too.
    GrantChanged { before: String, after: String, done: Doer },
    /// The addresses that get notices were changed. Told to those from before, too.
    NotificationAddresses { added: Vec<AccountName>, removed: Vec<AccountName>, done: Doer },
}

impl Tidings for AccountTidings {
    fn words(&self, about: &About<'_>) -> Words {
        let name = about.name();
        match self {
            Self::Renamed { before, after, done } => {
                Words::new(NoticeKind::AccountRenamed, "The addresses of your account were changed")
                    .fact_if("Before", addresses(before))
                    .fact_if("Now", addresses(after))
                    .advice(
                        "Sign in with the new address from now on. If you did not expect this, ask your administrator.",
                    )
                    .done_by(done, about)
            }
            Self::KindChanged { before, after, done } => {
                Words::new(NoticeKind::KindChanged, format!("The account {name} is a {after} now"))
                    .fact("Before", before)
                    .fact("Now", after)
                    .done_by(done, about)
            }
            Self::RoleChanged { before, after, done } => {
                let subject = format!("The role of {name} is now {}", after.words().to_lowercase());
                Words::new(NoticeKind::RoleChanged, subject)
                    .fact("Account", name)
                    .fact("Before", before.words())
                    .fact("Now", after.words())
                    .advice(
                        "If you did not expect this, ask who did it. A global administrator can take the role away.",
                    )
                    .done_by(done, about)
            }
            Self::Blocked { done } => Words::new(NoticeKind::AccountBlocked, "Your account was blocked")
                .advice("Nothing of it can sign in, and its sessions have ended. Ask your administrator why.")
                .done_by(done, about),
            Self::Unblocked { done } => {
                Words::new(NoticeKind::AccountUnblocked, "Your account works again").done_by(done, about)
            }
            Self::Deleted { done } => Words::new(NoticeKind::AccountDeleted, "Your account was deleted")
                .fact("Account", name)
                .advice(
                    "Its app passwords are revoked and its sessions have ended. If you did not expect this, ask your \
                     administrator.",
                )
                .done_by(done, about),
            Self::GrantChanged { before, after, done } => {
                let subject = format!("The service account {name} may act for other mailboxes");
                Words::new(NoticeKind::GrantChanged, subject)
                    .fact("Before", before)
                    .fact("Now", after)
                    .done_by(done, about)
            }
            Self::NotificationAddresses { added, removed, done } => {
                Words::new(NoticeKind::AddressesChanged, "The addresses that get your notices were changed")
                    .fact_if("Added", addresses(added))
                    .fact_if("Removed", addresses(removed))
                    .done_by(done, about)
                    .link(SECURITY_INFO)
            }
        }
    }
}

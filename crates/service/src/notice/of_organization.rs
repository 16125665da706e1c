//! What the administrators are told.

use postern_domain::Timestamp;
use postern_domain::account::{GroupName, Role};
use postern_domain::api_token::{Scope, ServicePrincipal};
use postern_domain::notice::NoticeKind;
use postern_domain::setting::SettingKey;
use postern_domain::sign_in::RefusalReference;

use super::doer::Doer;
use super::words::{About, Tidings, Words, moment};

/// For what somebody else may have done with an administrator's rights.
const FIND_OUT: &str = "If nobody of you did this: block the account or revoke the token that did it, then look at the \
                        audit log.";

/// What the administrators are told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum OrganizationTidings {
    /// Somebody with a role signed in to the portal.
    AdministratorSignedIn { role: Role, done: Doer },
    /// A setting is less strict than before.
    SettingWeakened { key: SettingKey, group: Option<GroupName>, before: String, after: String, done: Doer },
    /// Something was done to a service principal: what, as in `was added`.
    ServicePrincipal { principal: ServicePrincipal, what: &'static str, done: Doer },
    /// The client secret of a service principal is about to expire.
    ClientSecretExpiresSoon { principal: ServicePrincipal, expires_at: Timestamp },
    /// An owner asks for help with a refusal: what was refused and why, and what the owner wrote, which may be nothing.
    HelpWanted { reference: RefusalReference, facts: Vec<(String, String)>, message: String },
}

impl Tidings for OrganizationTidings {
    fn words(&self, about: &About<'_>) -> Words {
        let name = about.name();
        match self {
            Self::AdministratorSignedIn { role, done } => Words::new(
                NoticeKind::AdministratorSignedIn,
                format!("{name} signed in ({})", role.words()),
            )
            .fact("Account", name)
            .fact("Role", role.words())
            .fact("From", done.from(about.trusted))
            .fact("With", done.with())
            .advice(
                "If this was not that person: block the account, and have all administrators change their passwords.",
            )
            .link(account_page(about)),
            Self::SettingWeakened { key, group, before, after, done } => {
                let whose = group.as_ref().map_or_else(String::new, |group| format!(" of the group {group}"));
                Words::new(
                    NoticeKind::SettingWeakened,
                    format!("The setting {}{whose} is less strict than before", key.name()),
                )
                .fact("Setting", key.name())
                .fact_if("Group", group.as_ref())
                .fact("Before", before)
                .fact("Now", after)
                .advice(FIND_OUT)
                .done_by(done, about)
                .link(format!("/admin/settings/{}", key.name()))
            }
            Self::ServicePrincipal { principal, what, done } => {
                Words::new(
                    NoticeKind::ServicePrincipalChanged,
                    format!("The service principal \u{201c}{}\u{201d} {what}", principal.name),
                )
                .fact("Service principal", &principal.name)
                .fact("May", may(principal))
                .advice(FIND_OUT)
                .done_by(done, about)
                .link("/admin/audit")
            }
            Self::ClientSecretExpiresSoon { principal, expires_at } => {
                let last_use = principal.last_use.map(|last| last.at);
                Words::new(
                    NoticeKind::ClientSecretExpiresSoon,
                    format!("The client secret of \u{201c}{}\u{201d} expires soon", principal.name),
                )
                .fact("Service principal", &principal.name)
                .fact("May", may(principal))
                .fact("Last used", last_use.map_or_else(|| "never".to_owned(), moment))
                .fact("Expires", moment(*expires_at))
                .advice(
                    "If its program still needs it: give the service principal a new secret before then. The old one ends with \
                     that. If not: revoke the service principal.",
                )
                .link("/admin/tokens")
            }
            Self::HelpWanted { reference, facts, message } => Words::new(
                NoticeKind::HelpWanted,
                format!("{name} asks for help with the refusal {reference}"),
            )
            .fact("Account", name)
            .fact("Reference", reference)
            .facts(facts)
            .fact_if("Message", Some(message).filter(|message| !message.is_empty()))
            .advice("Look the reference up in the portal; it says what would help.")
            .link(format!("/refusals?reference={reference}")),
        }
    }
}

fn may(principal: &ServicePrincipal) -> String {
    principal.scopes.iter().map(Scope::words).collect::<Vec<_>>().join("; ")
}

/// The page of the account in the admin area.
fn account_page(about: &About<'_>) -> String {
    about.account.map_or_else(|| "/admin".to_owned(), |account| format!("/admin/accounts/{}", account.id))
}

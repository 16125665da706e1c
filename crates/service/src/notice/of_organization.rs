//! What the administrators are told.

use postern_domain::account::{GroupName, Role};
use postern_domain::api_token::{Scope, ServicePrincipal};
use postern_domain::notice::NoticeKind;
use postern_domain::setting::SettingKey;
use postern_domain::sign_in::RefusalReference;

use super::doer::Doer;
use super::words::{About, Tidings, Words};

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
                let scopes: Vec<_> = principal.scopes.iter().map(Scope::words).collect();
                Words::new(
                    NoticeKind::ServicePrincipalChanged,
                    format!("The service principal \u{201c}{}\u{201d} {what}", principal.name),
                )
                .fact("Service principal", &principal.name)
                .fact("May", scopes.join("; "))
                .advice(FIND_OUT)
                .done_by(done, about)
                .link("/admin/audit")
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

/// The page of the account in the admin area.
fn account_page(about: &About<'_>) -> String {
    about.account.map_or_else(|| "/admin".to_owned(), |account| format!("/admin/accounts/{}", account.id))
}

//! `postern account show`

use clap::Args;
use postern_service::outside::LinkedIdentity;
use serde::Serialize;

use super::AccountArgument;
use crate::cli::app_password::{all_of, rows};
use crate::cli::console::facts;
use crate::cli::view::{self, AccountView, AppPasswordView};
use crate::cli::{CliError, Context};
use crate::text::show_moment;

/// Shows an account with what belongs to it.
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    account: AccountArgument,
}

#[derive(Serialize)]
struct Details {
    #[serde(flatten)]
    account: AccountView,
    has_password: bool,
    methods: Vec<Method>,
    recovery_codes_left: u32,
    outside_identities: Vec<OutsideIdentity>,
    app_passwords: Vec<AppPasswordView>,
}

#[derive(Serialize)]
struct Method {
    id: String,
    label: String,
    registered_at: String,
    last_used_at: Option<String>,
}

#[derive(Serialize)]
struct OutsideIdentity {
    id: String,
    /// Null: a provider that is not configured any more.
    provider: Option<String>,
    issuer: String,
    subject: String,
    label: String,
    linked_at: String,
    linked_by: String,
    last_used_at: Option<String>,
}

impl OutsideIdentity {
    fn new(linked: LinkedIdentity) -> Self {
        let identity = linked.identity;
        Self {
            id: identity.id.to_string(),
            provider: linked.provider.map(|(name, _)| name),
            issuer: identity.issuer,
            subject: identity.subject.to_string(),
            label: identity.label,
            linked_at: show_moment(identity.linked_at),
            linked_by: identity.linked_by,
            last_used_at: identity.last_used_at.map(show_moment),
        }
    }

    /// `anna@example.org at Entra, link 01234567-…`
    fn line(&self) -> String {
        let provider = self.provider.as_deref().unwrap_or(&self.issuer);
        format!("{} at {provider}, link {}", self.label, self.id)
    }
}

impl Show {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let found = service.find_account(context.by(), &self.account.account).await?;
        let app_passwords = all_of(&service, context.by(), &found.account.name).await?;
        let links = service.outside_identities_of(context.by(), &self.account.account).await?;
        let now = service.clock().now();
        service.close().await;
        let account = &found.account;
        let methods = found.methods.iter().map(|method| Method {
            id: method.id.to_string(),
            label: method.label.clone(),
            registered_at: show_moment(method.registered_at),
            last_used_at: method.last_used_at.map(show_moment),
        });
        let details = Details {
            account: AccountView::new(account),
            has_password: found.has_password,
            methods: methods.collect(),
            recovery_codes_left: found.recovery_codes_left,
            outside_identities: links.into_iter().map(OutsideIdentity::new).collect(),
            app_passwords: app_passwords.iter().map(|app| AppPasswordView::new(app, account, now)).collect(),
        };
        context.console.answer(&details, || {
            let labels: Vec<_> = found.methods.iter().map(|method| method.label.clone()).collect();
            let outside: Vec<_> = details.outside_identities.iter().map(OutsideIdentity::line).collect();
            let aliases: Vec<_> = account.aliases.iter().map(ToString::to_string).collect();
            let groups: Vec<_> = account.groups.iter().map(ToString::to_string).collect();
            let may_act_for =
                account.grant.as_ref().map_or_else(|| "nobody else".to_owned(), ToString::to_string);
            let lines = facts(&[
                ("Account", account.name.to_string()),
                ("Aliases", aliases.join(", ")),
                ("Kind", view::kind(account.kind).to_owned()),
                ("Role", account.role.name().to_owned()),
                ("Status", view::status(&account.status).to_owned()),
                ("MFA", account.mfa.to_string()),
                ("Groups", groups.join(", ")),
                ("SID", account.sid.as_ref().map_or_else(String::new, ToString::to_string)),
                ("May act for", may_act_for),
                ("Password", if found.has_password { "set" } else { "none" }.to_owned()),
                ("Methods", labels.join(", ")),
                ("Signs in through", outside.join("; ")),
                ("Recovery codes", format!("{} left", found.recovery_codes_left)),
            ]);
            if app_passwords.is_empty() {
                return format!("{lines}\n\nNo app passwords.");
            }
            format!("{lines}\n\n{}", rows(&app_passwords, now))
        })
    }
}

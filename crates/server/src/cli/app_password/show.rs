//! `postern app-password show`

use clap::Args;
use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::app_password::{AppPassword, EffectiveState};

use super::selector::Selector;
use crate::cli::console::facts;
use crate::cli::view::{self, AppPasswordView};
use crate::cli::{CliError, Context};
use crate::text::{show_moment, show_span};

/// Shows an app password, without its secret.
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    which: Selector,
}

impl Show {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let (app_password, account) = self.which.find(&service, context.by()).await?;
        let now = service.clock().now();
        service.close().await;
        let answer = AppPasswordView::new(&app_password, &account, now);
        context.console.answer(&answer, || words(&app_password, &account, now))
    }
}

fn words(app_password: &AppPassword, account: &Account, now: Timestamp) -> String {
    let never = || "never".to_owned();
    let last_used = app_password.last_use.as_ref().map_or_else(never, |last| {
        let client = last.client.as_deref().map(|client| format!(" ({client})")).unwrap_or_default();
        format!("{}, {} from {}{client}", show_moment(last.at), last.door, last.address)
    });
    facts(&[
        ("Name", app_password.name.to_string()),
        ("Id", app_password.id.to_string()),
        ("Account", account.name.to_string()),
        ("State", state(&app_password.state_at(now))),
        ("Protocols", app_password.scope.to_string()),
        ("Networks", app_password.networks.to_string()),
        ("Senders", view::sender(&app_password.sender).join(", ")),
        (
            "May act for",
            app_password.grant.as_ref().map_or_else(|| acts_for(account), |its| format!("only {its}")),
        ),
        ("Limits", app_password.limits.to_string()),
        (
            "Note",
            app_password
                .note
                .as_ref()
                .map_or_else(|| "none".to_owned(), |note| note.as_str().replace('\n', " ")),
        ),
        ("Expires", app_password.expires_at.map_or_else(never, show_moment)),
        ("Idle expiry", app_password.idle_expiry.map_or_else(|| "none".to_owned(), show_span)),
        ("Created", format!("{} by {}", show_moment(app_password.created.at), app_password.created.by)),
        ("Last used", last_used),
        ("Uses", app_password.use_count.to_string()),
    ])
}

/// What an app password may that is not narrowed.
fn acts_for(account: &Account) -> String {
    account.grant.as_ref().map_or_else(|| "nobody else".to_owned(), ToString::to_string)
}

fn state(state: &EffectiveState) -> String {
    let name = view::state_name(state);
    match state {
        EffectiveState::Active => name.to_owned(),
        EffectiveState::Suspended { at, by } => format!("{name} since {} by {by}", show_moment(*at)),
        EffectiveState::Expired { at } | EffectiveState::IdleExpired { at } => {
            format!("{name} since {}", show_moment(*at))
        }
        EffectiveState::Revoked { at, by, reason } => {
            format!("{name} since {} by {by}: {reason}", show_moment(*at))
        }
    }
}

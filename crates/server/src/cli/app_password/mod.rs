//! `postern app-password …`

mod change;
mod create;
mod expiry;
mod impersonation;
mod limit;
mod limits;
mod list;
mod narrow;
mod resume;
mod revoke;
mod rotate;
mod secret;
mod selector;
mod sender;
mod show;
mod suspend;

pub(super) use sender::SenderError;

use clap::Subcommand;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::app_password::AppPassword;
use postern_service::app_password::{AppPasswordError, AppPasswordPlace};
use postern_service::{By, Service};

use super::console::table;
use super::view::state_name;
use super::whole_list::whole_list;
use super::{CliError, Context};
use crate::text::show_moment;

/// What can be done with app passwords.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create an app password; its secret is shown this once
    Create(create::Create),
    /// List the app passwords of an account, the revoked ones too
    List(list::List),
    /// Show an app password
    Show(show::Show),
    /// Give an app password a new secret; the old one works on for a while
    Rotate(rotate::Rotate),
    /// Set how much may be done with an app password
    Limit(limit::Limit),
    /// Set the only mailboxes that an app password may act for
    Narrow(narrow::Narrow),
    /// Change what an app password is called and what it may do
    Change(change::Change),
    /// Set an app password aside; its sessions end
    Suspend(suspend::Suspend),
    /// Let a suspended app password work again
    Resume(resume::Resume),
    /// Revoke an app password; its sessions end
    Revoke(revoke::Revoke),
}

/// All app passwords of an account, newest first, the revoked ones too.
///
/// # Errors
/// [`AppPasswordError::NoSuchAccount`], [`AppPasswordError::Failure`].
pub(super) async fn all_of(
    service: &Service,
    by: By<'_>,
    account: &AccountName,
) -> Result<Vec<AppPassword>, AppPasswordError> {
    whole_list(async |last: Option<&AppPassword>, limit| {
        service.list_app_passwords(by, account, last.map(AppPasswordPlace::of), limit).await
    })
    .await
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Create(command) => command.run(context).await,
            Self::List(command) => command.run(context).await,
            Self::Show(command) => command.run(context).await,
            Self::Rotate(command) => command.run(context).await,
            Self::Limit(command) => command.run(context).await,
            Self::Narrow(command) => command.run(context).await,
            Self::Change(command) => command.run(context).await,
            Self::Suspend(command) => command.run(context).await,
            Self::Resume(command) => command.run(context).await,
            Self::Revoke(command) => command.run(context).await,
        }
    }
}

/// App passwords as a table.
pub(super) fn rows(app_passwords: &[AppPassword], now: Timestamp) -> String {
    table(
        ["id", "name", "state", "protocols", "networks", "expires", "last used"],
        app_passwords.iter().map(|app_password| {
            let last_used = app_password.last_use.as_ref().map_or_else(
                || "never".to_owned(),
                |last| format!("{} {} from {}", show_moment(last.at), last.door, last.address),
            );
            [
                app_password.id.to_string(),
                app_password.name.to_string(),
                state_name(&app_password.state_at(now)).to_owned(),
                app_password.scope.to_string(),
                app_password.networks.to_string(),
                app_password.expires_at.map_or_else(|| "never".to_owned(), show_moment),
                last_used,
            ]
        }),
    )
}

//! Which app password: by its id, or by account and name.

use clap::Args;
use postern_domain::account::{Account, AccountName};
use postern_domain::app_password::{AppPassword, AppPasswordName, StoredState};
use postern_domain::id::AppPasswordId;
use postern_service::app_password::AppPasswordError;
use postern_service::{By, Service};

use super::all_of;
use crate::cli::CliError;

/// Which app password.
#[derive(Debug, Args)]
pub(super) struct Selector {
    /// The app password's id
    #[arg(value_name = "ID", required_unless_present_all = ["account", "name"])]
    id: Option<AppPasswordId>,
    /// The account, together with --name
    #[arg(long, value_name = "ACCOUNT", requires = "name", conflicts_with = "id")]
    account: Option<AccountName>,
    /// The app password's name, together with --account
    #[arg(long, value_name = "NAME", requires = "account")]
    name: Option<AppPasswordName>,
}

impl Selector {
    /// The app password and its account. By name, the one that is not revoked is meant: only it has the name for sure.
    ///
    /// # Errors
    /// [`CliError::AppPassword`].
    pub(super) async fn find(
        &self,
        service: &Service,
        by: By<'_>,
    ) -> Result<(AppPassword, Account), CliError> {
        let id = match (self.id, &self.account, &self.name) {
            (Some(id), _, _) => id,
            (None, Some(account), Some(name)) => {
                let list = all_of(service, by, account).await?;
                let live = |app_password: &&AppPassword| {
                    app_password.name.folded() == name.folded()
                        && !matches!(app_password.state, StoredState::Revoked { .. })
                };
                list.iter().find(live).ok_or(AppPasswordError::NoSuchAppPassword)?.id
            }
            _ => return Err(AppPasswordError::NoSuchAppPassword.into()),
        };
        Ok(service.show_app_password(by, id).await?)
    }
}

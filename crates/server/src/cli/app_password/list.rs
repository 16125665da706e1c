//! `postern app-password list`

use clap::Args;
use postern_domain::account::AccountName;

use super::rows;
use crate::cli::view::AppPasswordView;
use crate::cli::{CliError, Context};

/// Lists the app passwords of an account, newest first, the revoked ones too.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let found = service.find_account(context.by(), &self.account).await?;
        let now = service.clock().now();
        service.close().await;
        let views: Vec<_> =
            found.app_passwords.iter().map(|app| AppPasswordView::new(app, &found.account, now)).collect();
        context.console.answer(&views, || {
            if found.app_passwords.is_empty() {
                return format!("{} has no app passwords.", found.account.name);
            }
            rows(&found.app_passwords, now)
        })
    }
}

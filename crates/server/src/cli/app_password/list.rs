//! `postern app-password list`

use clap::Args;
use postern_domain::account::AccountName;

use super::{all_of, rows};
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
        let account = service.find_account(context.by(), &self.account).await?.account;
        let app_passwords = all_of(&service, context.by(), &account.name).await?;
        let now = service.clock().now();
        service.close().await;
        let views: Vec<_> =
            app_passwords.iter().map(|app| AppPasswordView::new(app, &account, now)).collect();
        context.console.answer(&views, || {
            if app_passwords.is_empty() {
                return format!("{} has no app passwords.", account.name);
            }
            rows(&app_passwords, now)
        })
    }
}

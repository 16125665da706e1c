//! `postern app-password revoke`

use clap::Args;

use super::selector::Selector;
use crate::cli::view::AppPasswordView;
use crate::cli::{CliError, Context};

/// Revokes an app password: no sign-in that starts afterwards is accepted, and sessions open with it end.
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    which: Selector,
    /// Why, for the audit log and its owner
    #[arg(long, value_name = "TEXT", default_value = "revoked on the command line")]
    reason: String,
}

impl Revoke {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let (app_password, account) = self.which.find(&service, context.by()).await?;
        let revoked = service.revoke_app_password(context.by(), app_password.id, &self.reason).await?;
        let now = service.clock().now();
        service.close().await;
        let answer = AppPasswordView::new(&revoked, &account, now);
        context.console.answer(&answer, || {
            format!(
                "Revoked \"{}\" of {}. Sessions that are open with it are ending.",
                revoked.name, account.name
            )
        })
    }
}

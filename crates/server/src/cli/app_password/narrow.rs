//! `postern app-password narrow`

use clap::Args;

use super::impersonation::ImpersonationArguments;
use super::selector::Selector;
use crate::cli::view::AppPasswordView;
use crate::cli::{CliError, Context};

/// Sets the only mailboxes that an app password may act for, of those that its service account was granted; without any,
/// it may act for all of those.
#[derive(Debug, Args)]
pub(crate) struct Narrow {
    #[command(flatten)]
    which: Selector,
    #[command(flatten)]
    impersonation: ImpersonationArguments,
}

impl Narrow {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let grant = self.impersonation.grant()?;
        let service = context.service().await?;
        let (app_password, account) = self.which.find(&service, context.by()).await?;
        let narrowed = service.narrow_impersonation(context.by(), app_password.id, grant).await?;
        let now = service.clock().now();
        service.close().await;
        let answer = AppPasswordView::new(&narrowed, &account, now);
        context.console.answer(&answer, || match &narrowed.grant {
            Some(grant) => format!("\"{}\" may act only for {grant}.", narrowed.name),
            None => format!("\"{}\" may act for all that {} may.", narrowed.name, account.name),
        })
    }
}

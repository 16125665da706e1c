//! `postern app-password suspend`

use clap::Args;

use super::selector::Selector;
use crate::cli::view::AppPasswordView;
use crate::cli::{CliError, Context};

/// Sets an app password aside: it is refused until it is resumed, and sessions open with it end.
#[derive(Debug, Args)]
pub(crate) struct Suspend {
    #[command(flatten)]
    which: Selector,
}

impl Suspend {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let (app_password, account) = self.which.find(&service, context.by()).await?;
        let done = service.suspend_app_password(context.by(), app_password.id).await?;
        let now = service.clock().now();
        service.close().await;
        let answer = AppPasswordView::new(&done, &account, now);
        context.console.answer(&answer, || {
            format!(
                "Suspended \"{}\" of {}. Sessions that are open with it are ending.",
                done.name, account.name
            )
        })
    }
}

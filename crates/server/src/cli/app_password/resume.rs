//! `postern app-password resume`

use clap::Args;

use super::selector::Selector;
use crate::cli::view::AppPasswordView;
use crate::cli::{CliError, Context};

/// Lets a suspended app password work again.
#[derive(Debug, Args)]
pub(crate) struct Resume {
    #[command(flatten)]
    which: Selector,
}

impl Resume {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let (app_password, account) = self.which.find(&service, context.by()).await?;
        let done = service.resume_app_password(context.by(), app_password.id).await?;
        let now = service.clock().now();
        service.close().await;
        let answer = AppPasswordView::new(&done, &account, now);
        context.console.answer(&answer, || format!("Resumed \"{}\" of {}.", done.name, account.name))
    }
}

//! `postern app-password limit`

use clap::Args;
use postern_service::app_password::ChangeAppPassword;

use super::limits::LimitArguments;
use super::selector::Selector;
use crate::cli::view::AppPasswordView;
use crate::cli::{CliError, Context};

/// Sets how much may be done with an app password, from its next sign-in on; without a limit, says what holds.
#[derive(Debug, Args)]
pub(crate) struct Limit {
    #[command(flatten)]
    which: Selector,
    #[command(flatten)]
    limits: LimitArguments,
}

impl Limit {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let (mut app_password, account) = self.which.find(&service, context.by()).await?;
        if !self.limits.are_none() {
            let limits = Some(self.limits.over(app_password.limits));
            let change = ChangeAppPassword { limits, ..ChangeAppPassword::default() };
            app_password =
                service.change_app_password(context.by(), app_password.id, change).await?.app_password;
        }
        let now = service.clock().now();
        service.close().await;
        let answer = AppPasswordView::new(&app_password, &account, now);
        context.console.answer(&answer, || {
            format!("\"{}\" of {}: {}.", app_password.name, account.name, app_password.limits)
        })
    }
}

//! `postern app-password rotate`

use std::time::Duration;

use clap::Args;

use super::selector::Selector;
use crate::cli::{CliError, Context};
use crate::text::parse_span;

/// Gives an app password a new secret. The old one ends at the first use of the new one, or after the overlap.
#[derive(Debug, Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    which: Selector,
    /// How long the old secret works on at most; 0s ends it at once
    #[arg(long, value_name = "SPAN", default_value = "7d", value_parser = parse_span)]
    overlap: Duration,
}

impl Rotate {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let now = service.clock().now();
        let (app_password, account) = self.which.find(&service, context.by()).await?;
        let rotated = service.rotate_app_password(context.by(), app_password.id, self.overlap).await?;
        service.close().await;
        super::secret::answer(context, &rotated, &account, now, "New secret for app password")
    }
}

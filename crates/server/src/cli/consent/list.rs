//! `postern consent list`

use clap::Args;

use super::view::{ConsentView, HEAD};
use crate::cli::console::table;
use crate::cli::{CliError, Context};

/// Most consents in one answer.
const MOST: u32 = 10_000;

/// Lists the consents that mailbox owners have given, with their state: at most 10,000.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those that need somebody to do something
    #[arg(long)]
    troubled: bool,
}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let rows = service.list_consents(context.by(), MOST).await?;
        let now = service.clock().now();
        service.close().await;
        let views: Vec<_> = rows
            .iter()
            .map(|row| ConsentView::new(row.account.as_str(), &row.consent.provider, Some(&row.consent), now))
            .filter(|view| !self.troubled || view.state != "connected")
            .collect();
        context.console.answer(&views, || {
            if views.is_empty() {
                return "There are no such consents.".to_owned();
            }
            table(HEAD, views.iter().map(ConsentView::row))
        })
    }
}

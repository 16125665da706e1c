//! `postern consent list`

use clap::Args;
use postern_service::upstream::{ConsentPlace, ConsentRow};

use super::view::{ConsentView, HEAD};
use crate::cli::console::table;
use crate::cli::{CliError, Context, whole_list};

/// Lists the consents that mailbox owners have given, with their state.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those that need somebody to do something
    #[arg(long)]
    troubled: bool,
}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let by = context.by();
        let mut rows = whole_list(async |last: Option<&ConsentRow>, limit| {
            let place = last.map(|last| ConsentPlace::of(&last.consent));
            service.list_consents(by, place.as_ref(), limit).await
        })
        .await?;
        rows.sort_by(|a, b| (&a.account, &a.consent.provider).cmp(&(&b.account, &b.consent.provider)));
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

//! `postern audit list`

use clap::Args;
use postern_domain::account::AccountName;
use postern_service::audit::{AuditSearch, AuditView};

use crate::cli::console::table;
use crate::cli::{CliError, Context};
use crate::text::show_moment;

/// Lists the newest records, the newest first.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only of this account
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<AccountName>,
    /// At most this many
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=999))]
    limit: u32,
}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let search =
            AuditSearch { account: self.account, limit: self.limit.min(999), ..AuditSearch::default() };
        let records = service.search_audit(context.by(), &search).await?.records;
        service.close().await;
        let views: Vec<_> = records.iter().map(AuditView::new).collect();
        context.console.answer(&views, || {
            table(
                ["#", "when", "who", "what", "details"],
                records.iter().map(|record| {
                    let details: Vec<_> =
                        record.details.iter().map(|(name, value)| format!("{name}={value}")).collect();
                    [
                        record.sequence.to_string(),
                        show_moment(record.at),
                        record.actor.clone(),
                        record.operation.name().to_owned(),
                        details.join(", "),
                    ]
                }),
            )
        })
    }
}

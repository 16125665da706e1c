//! `postern audit export`

use std::io;

use clap::Args;
use postern_service::audit::{AuditSearch, AuditView};

use crate::cli::{CliError, Context};

/// Prints every record in order as JSON lines.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Only records after this one, to go on where the last export ended
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    after: u64,
}

/// Records read at once.
const PORTION: u32 = 1000;

impl Export {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let mut after = self.after;
        loop {
            let search = AuditSearch::default();
            let (records, last) = service.export_audit(context.by(), &search, after, PORTION).await?;
            for record in &records {
                let line = serde_json::to_string(&AuditView::new(record)).map_err(io::Error::from)?;
                context.console.line(&line)?;
            }
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
        service.close().await;
        Ok(())
    }
}

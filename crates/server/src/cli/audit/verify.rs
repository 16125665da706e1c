//! `postern audit verify`

use clap::Args;
use postern_domain::text::counted;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Verifies the whole audit log.
#[derive(Debug, Args)]
pub(crate) struct Verify {}

impl Verify {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let verified = service.verify_audit().await?;
        service.close().await;
        let (records, digest) = (verified.end.sequence, verified.end.digest.to_string());
        let answer = json!({ "records": records, "sealed_events": verified.sealed_events, "digest": digest });
        context.console.answer(&answer, || {
            format!(
                "The audit log holds: {}, {}. Its end is {digest}; kept elsewhere, \
                 it proves later that nothing before it was changed.",
                counted(records, "record"),
                counted(verified.sealed_events, "sealed sign-in event")
            )
        })
    }
}

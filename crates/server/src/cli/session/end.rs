//! `postern session end`

use clap::Args;
use postern_domain::account::AccountName;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Ends every session of an account.
#[derive(Debug, Args)]
pub(crate) struct End {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
}

impl End {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        service.end_sessions(context.by(), &self.account).await?;
        service.close().await;
        let answer = json!({ "account": self.account.as_str(), "sessions": "ending" });
        context.console.answer(&answer, || format!("Every session of {} is ending.", self.account))
    }
}

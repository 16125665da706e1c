//! `postern account unblock`

use clap::Args;
use serde_json::json;

use super::AccountArgument;
use crate::cli::{CliError, Context};

/// Lets a blocked account in again, its app passwords too.
#[derive(Debug, Args)]
pub(crate) struct Unblock {
    #[command(flatten)]
    account: AccountArgument,
}

impl Unblock {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let name = self.account.account;
        service.unblock_account(context.by(), &name).await?;
        service.close().await;
        let answer = json!({ "account": name.as_str(), "status": "active" });
        context.console.answer(&answer, || format!("{name} may sign in again."))
    }
}

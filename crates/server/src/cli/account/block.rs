//! `postern account block`

use clap::Args;
use serde_json::json;

use super::AccountArgument;
use crate::cli::{CliError, Context};

/// Blocks an account: nothing of it signs in any more, and its sessions end.
#[derive(Debug, Args)]
pub(crate) struct Block {
    #[command(flatten)]
    account: AccountArgument,
}

impl Block {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let name = self.account.account;
        service.block_account(context.by(), &name).await?;
        service.close().await;
        let answer = json!({ "account": name.as_str(), "status": "blocked" });
        context.console.answer(&answer, || format!("{name} is blocked, and its sessions are ending."))
    }
}

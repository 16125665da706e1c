//! `postern account delete`

use clap::Args;
use serde_json::json;

use super::AccountArgument;
use crate::cli::{CliError, Context};

/// Deletes an account. The audit log keeps its name.
#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    account: AccountArgument,
}

impl Delete {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let name = self.account.account;
        let revoked = service.delete_account(context.by(), &name).await?;
        service.close().await;
        let answer =
            json!({ "account": name.as_str(), "status": "deleted", "app_passwords_revoked": revoked });
        context.console.answer(&answer, || format!("{name} is deleted. App passwords revoked: {revoked}."))
    }
}

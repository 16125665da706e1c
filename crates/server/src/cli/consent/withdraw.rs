//! `postern consent withdraw`

use clap::Args;
use postern_domain::account::AccountName;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Withdraws a consent and forgets its tokens, on every server. The provider is not told: its owner can end it there too.
#[derive(Debug, Args)]
pub(crate) struct Withdraw {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
    /// The provider
    #[arg(long, value_name = "NAME")]
    provider: String,
}

impl Withdraw {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        service.withdraw_consent(context.by(), &self.account, &self.provider).await?;
        service.close().await;
        let answer =
            json!({ "account": self.account.as_str(), "provider": self.provider, "state": "not-connected" });
        context
            .console
            .answer(&answer, || format!("The consent of {} at {} is withdrawn.", self.account, self.provider))
    }
}

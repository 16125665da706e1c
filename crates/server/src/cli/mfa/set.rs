//! `postern mfa set`

use clap::Args;
use postern_domain::account::AccountName;
use postern_domain::mfa::MfaState;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Sets an account's MFA state. An account that has a method goes to enforced when enabled is asked for.
#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
    /// disabled, enabled or enforced
    #[arg(value_name = "STATE")]
    state: MfaState,
}

impl Set {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let state = service.set_mfa_state(context.by(), &self.account, self.state).await?;
        service.close().await;
        let answer = json!({ "account": self.account.as_str(), "mfa": state.name() });
        let wanted = self.state;
        context.console.answer(&answer, || {
            let why = if state == wanted { "" } else { ", as it has an authentication method" };
            format!("The MFA of {} is {state}{why}.", self.account)
        })
    }
}

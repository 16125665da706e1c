//! `postern session end`

use clap::Args;
use postern_domain::account::AccountName;
use postern_domain::id::DoorSessionId;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Ends one live session at a door, or every session of an account.
#[derive(Debug, Args)]
pub(crate) struct End {
    /// The session, as `session list` shows it; its program may sign in again
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    id: Option<DoorSessionId>,
    /// Every portal and door session of the account, and its consents (force sign-out); app passwords and API tokens stay
    #[arg(long, requires = "account")]
    all: bool,
    /// With --all: the account's user name or one of its aliases
    #[arg(long, value_name = "ACCOUNT", requires = "all")]
    account: Option<AccountName>,
}

impl End {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        if let Some(id) = self.id {
            service.end_live_session(context.by(), id).await?;
            service.close().await;
            let answer = json!({ "session": id.to_string(), "state": "ending" });
            return context.console.answer(&answer, || format!("Session {id} is ending."));
        }
        // Without an id there is an account: the arguments require it.
        let Some(account) = self.account else { return Ok(()) };
        service.end_sessions(context.by(), &account).await?;
        service.close().await;
        let answer = json!({ "account": account.as_str(), "sessions": "ending" });
        context.console.answer(&answer, || format!("Every session of {account} is ending."))
    }
}

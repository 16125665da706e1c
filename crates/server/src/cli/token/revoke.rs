//! `postern token revoke`

use clap::Args;
use postern_domain::id::ApiTokenId;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Revokes an API token: no request with it is accepted any more.
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The token, as `token list` shows it
    #[arg(value_name = "ID")]
    id: ApiTokenId,
}

impl Revoke {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let token = service.revoke_api_token(context.by(), self.id).await?;
        service.close().await;
        let answer = json!({ "id": token.id.to_string(), "state": "revoked" });
        context.console.answer(&answer, || format!("API token \"{}\" is revoked.", token.name))
    }
}

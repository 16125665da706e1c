//! `postern service-principal revoke`

use clap::Args;
use postern_domain::id::ServicePrincipalId;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Revokes a service principal with its access tokens; its name is free again.
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The service principal: its client id
    #[arg(value_name = "ID")]
    id: ServicePrincipalId,
}

impl Revoke {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let principal = service.revoke_service_principal(context.by(), self.id).await?;
        service.close().await;
        let answer = json!({ "client_id": principal.id.to_string(), "state": "revoked" });
        context.console.answer(&answer, || format!("Service principal \"{}\" is revoked.", principal.name))
    }
}

//! `postern service-principal rotate`

use std::time::Duration;

use clap::Args;
use postern_domain::id::ServicePrincipalId;

use crate::cli::{CliError, Context};
use crate::text::parse_span;

/// Gives a service principal a new secret, shown this once. The old one and its access tokens end at once.
#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The service principal: its client id
    #[arg(value_name = "ID")]
    id: ServicePrincipalId,
    /// How long the new secret is good; without it: until it is rotated or revoked
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    expires: Option<Duration>,
}

impl Rotate {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let expires_at = self.expires.map(|span| service.clock().now().plus(span));
        let rotated = service.rotate_client_secret(context.by(), self.id, expires_at).await?;
        service.close().await;
        super::secret::answer(context, &rotated, "A new secret for service principal")
    }
}

//! `postern service-principal add`

use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use postern_domain::api_token::{Scope, TokenName};
use postern_domain::network::{Networks, parse_network};
use postern_service::api::AddServicePrincipal;

use crate::cli::token::parse_scope;
use crate::cli::{CliError, Context};
use crate::text::parse_span;

/// Adds a service principal: a program with permissions of its own. Its secret is shown this once.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// What it is called, as in "Identity provider"
    #[arg(value_name = "NAME")]
    name: TokenName,
    /// What it may do, separated by commas, as in accounts.read,mfa.write
    #[arg(long, value_delimiter = ',', required = true, value_parser = parse_scope)]
    scope: Vec<Scope>,
    /// How long its secret is good; without it: until it is rotated or revoked
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    expires: Option<Duration>,
    /// A network or address from which it may ask; may be given several times. Without any: from everywhere
    #[arg(long, value_name = "CIDR", value_parser = parse_network)]
    network: Vec<IpNet>,
}

impl Add {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let now = service.clock().now();
        let new = AddServicePrincipal {
            name: self.name,
            scopes: self.scope.into_iter().collect(),
            networks: Networks::new(self.network),
            secret_expires_at: self.expires.map(|span| now.plus(span)),
        };
        let added = service.add_service_principal(context.by(), new).await?;
        service.close().await;
        super::secret::answer(context, &added, "Added service principal")
    }
}

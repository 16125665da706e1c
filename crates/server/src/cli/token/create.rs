//! `postern token create`

use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use postern_domain::account::AccountName;
use postern_domain::api_token::{Scope, TokenName};
use postern_domain::network::{Networks, parse_network};
use postern_service::api::CreateApiToken;
use serde::Serialize;

use super::TokenView;
use crate::cli::{CliError, Context};
use crate::text::parse_span;

/// Creates an API token. Its text is shown this once.
#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Whose it is to be: a person
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
    /// What uses it, as in "Backup job"
    #[arg(long)]
    name: TokenName,
    /// What it may be used for, separated by commas, as in account.own,mfa.write; it never may more than its owner
    #[arg(long, value_delimiter = ',', required = true, value_parser = parse_scope)]
    scope: Vec<Scope>,
    /// How long it is good, at most 366d
    #[arg(long, value_name = "SPAN", default_value = "90d", value_parser = parse_span)]
    expires: Duration,
    /// A network or address from which it is good; may be given several times. Without any: from everywhere
    #[arg(long, value_name = "CIDR", value_parser = parse_network)]
    network: Vec<IpNet>,
}

#[derive(Serialize)]
struct WithText<'a> {
    #[serde(flatten)]
    token: TokenView,
    token_text: &'a str,
}

/// A scope by its name, with all names for whoever writes another.
pub(in crate::cli) fn parse_scope(text: &str) -> Result<Scope, String> {
    Scope::from_name(text).ok_or_else(|| {
        let names: Vec<_> = Scope::all().map(Scope::name).collect();
        format!("the scopes are {}", names.join(", "))
    })
}

impl Create {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let now = service.clock().now();
        let new = CreateApiToken {
            account: self.account.clone(),
            name: self.name,
            scopes: self.scope.into_iter().collect(),
            networks: Networks::new(self.network),
            expires_at: now.plus(self.expires),
        };
        let created = service.create_api_token(context.by(), new).await?;
        service.close().await;
        let token = TokenView::new(&created.token, self.account.as_str(), now);
        let text = created.text.expose();
        let view = WithText { token, token_text: text };
        context.console.answer(&view, || {
            format!(
                "Created API token \"{}\" of {}, {}, good until {}.\n\n    {text}\n\nThis is the only time that it is shown.",
                created.token.name, self.account, created.token.id, view.token.expires_at
            )
        })
    }
}

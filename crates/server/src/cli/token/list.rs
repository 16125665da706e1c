//! `postern token list`

use clap::Args;
use postern_domain::account::AccountName;
use postern_service::api::ApiTokenQuery;

use super::{TokenView, state};
use crate::cli::console::table;
use crate::cli::{CliError, Context};
use crate::text::show_moment;

/// Lists API tokens, newest first, the revoked ones too: at most 1,000.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those of the account with this user name or alias
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<AccountName>,
}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let query = ApiTokenQuery { account: self.account, before: None, limit: 1000 };
        let tokens = service.list_api_tokens(context.by(), &query).await?;
        let now = service.clock().now();
        service.close().await;
        let views: Vec<_> =
            tokens.iter().map(|one| TokenView::new(&one.token, one.owner.as_str(), now)).collect();
        context.console.answer(&views, || {
            if tokens.is_empty() {
                return "There are no API tokens.".to_owned();
            }
            table(
                ["id", "owner", "name", "state", "scopes", "expires", "last used"],
                tokens.iter().map(|one| {
                    let token = &one.token;
                    let last = token.last_use.map_or_else(
                        || "never".to_owned(),
                        |last| format!("{} from {}", show_moment(last.at), last.address),
                    );
                    [
                        token.id.to_string(),
                        one.owner.to_string(),
                        token.name.to_string(),
                        state(token, now).to_owned(),
                        token.scopes.to_string(),
                        show_moment(token.expires_at),
                        last,
                    ]
                }),
            )
        })
    }
}

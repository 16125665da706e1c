//! `postern consent show`

use clap::Args;
use postern_domain::account::AccountName;

use super::view::{ConsentView, HEAD};
use crate::cli::console::table;
use crate::cli::{CliError, Context};

/// Shows the consents of an account, and the providers at which it can give one.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
}

impl Show {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let offers = service.consents_of(context.by(), &self.account).await?;
        let now = service.clock().now();
        service.close().await;
        let account = self.account.as_str();
        let views: Vec<_> = offers
            .iter()
            .map(|offer| ConsentView::new(account, &offer.provider, offer.consent.as_ref(), now))
            .collect();
        context.console.answer(&views, || {
            if views.is_empty() {
                return "No provider asks owners for their consent: [[provider]] with grant = \"delegated\" makes one."
                    .to_owned();
            }
            table(HEAD, views.iter().map(ConsentView::row))
        })
    }
}

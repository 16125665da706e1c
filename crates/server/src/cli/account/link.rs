//! `postern account link`

use clap::Args;
use postern_domain::outside_identity::Subject;
use postern_service::outside::LinkIdentity;
use serde_json::json;

use super::AccountArgument;
use crate::cli::{CliError, Context};

/// Links somebody at an outside identity provider to an account, which they can sign in to from then on.
#[derive(Debug, Args)]
pub(crate) struct Link {
    #[command(flatten)]
    account: AccountArgument,
    /// The provider's name in the configuration
    #[arg(long)]
    provider: String,
    /// Who it is there: `sub` of the provider's tokens, which the audit shows of whoever was refused
    #[arg(long)]
    subject: Subject,
}

impl Link {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let (account, provider, subject) = (self.account.account, self.provider, self.subject);
        let link =
            LinkIdentity { account: account.clone(), provider: provider.clone(), subject: subject.clone() };
        service.link_outside_identity(context.by(), link).await?;
        service.close().await;
        let answer =
            json!({ "account": account.as_str(), "provider": provider, "subject": subject.as_str() });
        context
            .console
            .answer(&answer, || format!("{subject} at {provider} can sign in to {account} from now on."))
    }
}

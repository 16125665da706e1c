//! `postern account unlink`

use clap::Args;
use postern_domain::id::OutsideIdentityId;
use serde_json::json;

use super::AccountArgument;
use crate::cli::{CliError, Context};

/// Takes the link between an account and somebody at an outside identity provider away.
#[derive(Debug, Args)]
pub(crate) struct Unlink {
    #[command(flatten)]
    account: AccountArgument,
    /// The link's identifier, as `postern account show` names it
    #[arg(value_name = "LINK")]
    link: OutsideIdentityId,
}

impl Unlink {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let account = self.account.account;
        let stays_open = service.unlink_outside_identity(context.by(), &account, self.link).await?;
        service.close().await;
        let answer = json!({
            "account": account.as_str(), "unlinked": self.link.to_string(), "can_still_sign_in": stays_open,
        });
        context.console.answer(&answer, || {
            let done =
                format!("Nobody signs in to {account} by that link any more, and every browser of the account is signed out.");
            if stays_open {
                return done;
            }
            format!("{done}\nIt was the only way in: `postern account set-password {account}` makes another.")
        })
    }
}

//! `postern account revoke-grant`

use clap::Args;

use super::AccountArgument;
use crate::cli::view::AccountView;
use crate::cli::{CliError, Context};

/// Takes away what a service account was granted: it acts for nobody else, and its sessions that do end.
#[derive(Debug, Args)]
pub(crate) struct RevokeGrant {
    #[command(flatten)]
    account: AccountArgument,
}

impl RevokeGrant {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let account = service.set_impersonation_grant(context.by(), &self.account.account, None).await?;
        service.close().await;
        context.console.answer(&AccountView::new(&account), || {
            format!("{} acts for no other mailbox; its sessions that do are ending.", account.name)
        })
    }
}

//! `postern account set`

use clap::Args;
use postern_domain::account::Sid;

use super::AccountArgument;
use crate::cli::view::AccountView;
use crate::cli::{CliError, Context};

/// Sets what is known of an account beside its names.
#[derive(Debug, Args)]
pub(crate) struct Set {
    #[command(flatten)]
    account: AccountArgument,
    /// Its security identifier in a Windows domain, by which Exchange Web Services may name it
    #[arg(long, required_unless_present = "no_sid")]
    sid: Option<Sid>,
    /// Take its security identifier away
    #[arg(long, conflicts_with = "sid")]
    no_sid: bool,
}

impl Set {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let account = service.set_sid(context.by(), &self.account.account, self.sid).await?;
        service.close().await;
        context.console.answer(&AccountView::new(&account), || match &account.sid {
            Some(sid) => format!("{} has the security identifier {sid}.", account.name),
            None => format!("{} has no security identifier.", account.name),
        })
    }
}

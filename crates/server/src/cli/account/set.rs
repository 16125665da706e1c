//! `postern account set`

use clap::Args;
use postern_domain::account::{Role, Sid};

use super::AccountArgument;
use crate::cli::view::AccountView;
use crate::cli::{CliError, Context};

/// Sets what is known of an account beside its names.
#[derive(Debug, Args)]
pub(crate) struct Set {
    #[command(flatten)]
    account: AccountArgument,
    /// Its security identifier in a Windows domain, by which Exchange Web Services may name it
    #[arg(long, required_unless_present_any = ["no_sid", "role"])]
    sid: Option<Sid>,
    /// Take its security identifier away
    #[arg(long, conflicts_with = "sid")]
    no_sid: bool,
    /// What it may do for others: member, help-desk, auditor, authentication-administrator or global-administrator
    #[arg(long, value_parser = super::add::parse_role)]
    role: Option<Role>,
}

impl Set {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let (name, mut lines) = (&self.account.account, Vec::new());
        let mut account = None;
        if self.no_sid || self.sid.is_some() {
            let changed = service.set_sid(context.by(), name, self.sid).await?;
            lines.push(match &changed.sid {
                Some(sid) => format!("{} has the security identifier {sid}.", changed.name),
                None => format!("{} has no security identifier.", changed.name),
            });
            account = Some(changed);
        }
        if let Some(role) = self.role {
            let changed = service.set_role(context.by(), name, role).await?;
            lines.push(format!("{} has the role {}.", changed.name, role.name()));
            account = Some(changed);
        }
        service.close().await;
        context.console.answer(&account.as_ref().map(AccountView::new), || lines.join("\n"))
    }
}

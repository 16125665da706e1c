//! `postern account grant`

use clap::Args;
use postern_domain::account::{AccountName, GroupName};
use postern_domain::impersonation::{DomainName, ImpersonationGrant};

use super::AccountArgument;
use crate::cli::view::AccountView;
use crate::cli::{CliError, Context};

/// Grants a service account the mailboxes that it may act for, in the place of what it was granted before.
#[derive(Debug, Args)]
pub(crate) struct Grant {
    #[command(flatten)]
    account: AccountArgument,
    /// A mailbox by its address, of an account or foreign (a shared mailbox); may be given several times
    #[arg(long, value_name = "ADDRESS", required_unless_present_any = ["group", "domain", "all"])]
    mailbox: Vec<AccountName>,
    /// The mailboxes of the accounts in a group; may be given several times
    #[arg(long)]
    group: Vec<GroupName>,
    /// The mailboxes of a domain, without its subdomains; may be given several times
    #[arg(long)]
    domain: Vec<DomainName>,
    /// Every mailbox
    #[arg(long, conflicts_with_all = ["mailbox", "group", "domain", "add"])]
    all: bool,
    /// Add to what it was granted before
    #[arg(long)]
    add: bool,
}

impl Grant {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let name = self.account.account;
        let before =
            if self.add { service.find_account(context.by(), &name).await?.account.grant } else { None };
        let grant = match before {
            _ if self.all => ImpersonationGrant::All,
            Some(ImpersonationGrant::All) => ImpersonationGrant::All,
            Some(ImpersonationGrant::Named(named)) => ImpersonationGrant::named(
                named.mailboxes().iter().cloned().chain(self.mailbox),
                named.groups().iter().cloned().chain(self.group),
                named.domains().iter().cloned().chain(self.domain),
            )?,
            None => ImpersonationGrant::named(self.mailbox, self.group, self.domain)?,
        };
        let account = service.set_impersonation_grant(context.by(), &name, Some(grant)).await?;
        service.close().await;
        let words = account.grant.as_ref().map_or_else(String::new, ImpersonationGrant::to_string);
        context
            .console
            .answer(&AccountView::new(&account), || format!("{} may act for {words}.", account.name))
    }
}

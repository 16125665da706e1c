//! `--impersonate-mailbox` and its like.

use clap::Args;
use postern_domain::account::{AccountName, GroupName};
use postern_domain::impersonation::{DomainName, ImpersonationGrant, InvalidGrant};

/// The only mailboxes that an app password may act for, of those that its service account was granted.
#[derive(Debug, Args)]
pub(super) struct ImpersonationArguments {
    /// Act only for this mailbox, of those that its service account may; may be given several times
    #[arg(long, value_name = "ADDRESS", help_heading = "Impersonation")]
    impersonate_mailbox: Vec<AccountName>,
    /// Act only for the mailboxes of a group
    #[arg(long, value_name = "GROUP", help_heading = "Impersonation")]
    impersonate_group: Vec<GroupName>,
    /// Act only for the mailboxes of a domain
    #[arg(long, value_name = "DOMAIN", help_heading = "Impersonation")]
    impersonate_domain: Vec<DomainName>,
}

impl ImpersonationArguments {
    /// The grant; none where none is given.
    ///
    /// # Errors
    /// [`InvalidGrant`].
    pub(super) fn grant(self) -> Result<Option<ImpersonationGrant>, InvalidGrant> {
        let grant = ImpersonationGrant::named(
            self.impersonate_mailbox,
            self.impersonate_group,
            self.impersonate_domain,
        );
        match grant {
            Err(InvalidGrant::Empty) => Ok(None),
            grant => grant.map(Some),
        }
    }
}

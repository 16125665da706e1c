//! What programs sign in with beside app passwords, and what Postern signs in with for them: the other kinds in the
//! inventory. Each kind is a list of its own, in an order of its own; who shows them as one puts one after the other.

use std::net::IpAddr;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::{AccountKind, AccountName, AccountStatus};
use postern_domain::api_token::{ApiToken, ServicePrincipal};
use postern_domain::app_password::LastUse;
use postern_domain::consent::Consent;
use postern_domain::door::Door;
use postern_domain::id::AccountId;
use postern_domain::mfa::MfaState;

use crate::{InventoryCriteria, InventoryFlag, Result};

/// A kind of credential with which nobody answers a second factor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OtherKind {
    /// The password of an account, where a program signed in with it at a door.
    AccountPassword,
    /// A person's API token.
    ApiToken,
    /// The secret of a service principal.
    ClientSecret,
    /// An owner's consent to an upstream's provider.
    Consent,
    /// A mailbox's own password at an upstream, as its owner entered it.
    MailboxPassword,
}

impl OtherKind {
    /// Every one, in the order in which they are shown.
    pub const ALL: &'static [Self] =
        &[Self::AccountPassword, Self::ApiToken, Self::ClientSecret, Self::Consent, Self::MailboxPassword];

    /// Whether one of this kind can have the flag at all. An account password is listed because it is used and ends at
    /// no time; an API token ends at some time; only app passwords and these two know of attempts after their end; that a
    /// mailbox password is used nobody counts.
    #[must_use]
    pub const fn can_be(self, flag: InventoryFlag) -> bool {
        use InventoryFlag::{ExpiringSoon, Lapsed, NeverUsed, NoExpiry, Stale, TooWide, TriedAfterEnd};
        match self {
            Self::AccountPassword => matches!(flag, TooWide | Stale | NoExpiry | TriedAfterEnd),
            Self::ApiToken => matches!(flag, TooWide | NeverUsed | Stale | ExpiringSoon | TriedAfterEnd),
            Self::ClientSecret => !matches!(flag, Lapsed),
            Self::Consent => matches!(flag, NeverUsed | Stale | NoExpiry | ExpiringSoon | Lapsed),
            Self::MailboxPassword => matches!(flag, NoExpiry),
        }
    }
}

/// Which credentials of a kind a page shows. None that is revoked, but where attempts after the end are asked for.
#[derive(Clone, Debug)]
pub struct OtherFilter {
    /// Of which kind.
    pub kind: OtherKind,
    /// Only those with this flag.
    pub flag: Option<InventoryFlag>,
    /// Only those that were used at this door. Only account passwords are.
    pub door: Option<Door>,
    /// Only those of this account.
    pub owner: Option<AccountId>,
    /// Only those whose name begins so, in whatever case. The name of a consent is its provider's, that of a mailbox
    /// password its upstream's; an account password has none.
    pub name: Option<String>,
    /// Only those after this one.
    pub after: Option<OtherCursor>,
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

/// A place in the list of a kind.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct OtherCursor {
    /// The token's or principal's id; of the others, the account's.
    pub id: [u8; 16],
    /// The provider or the upstream; of the others nothing.
    pub name: String,
}

/// A page of the list of a kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OtherPage {
    /// Its rows, newest first where the key tells. They can be fewer than asked for with more to come: no page looks at
    /// more than [`MOST_LOOKED_AT`](crate::MOST_LOOKED_AT).
    pub rows: Vec<OtherCredential>,
    /// Where the next page goes on; none at the end.
    pub next: Option<OtherCursor>,
}

/// Whose a credential is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CredentialOwner {
    /// The account.
    pub id: AccountId,
    /// Its user name.
    pub name: AccountName,
    /// Person or service account.
    pub kind: AccountKind,
    /// Whether it may sign in at all.
    pub status: AccountStatus,
    /// Its MFA state.
    pub mfa: MfaState,
}

/// A credential of another kind than an app password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OtherCredential {
    /// An account password that programs sign in with.
    AccountPassword {
        /// Whose.
        owner: CredentialOwner,
        /// What is known of these programs together.
        programs: AccountPasswordPrograms,
    },
    /// An API token.
    ApiToken {
        /// Whose.
        owner: CredentialOwner,
        /// The token.
        token: ApiToken,
        /// The attempts after its end.
        tried: Option<BearerTried>,
    },
    /// The secret of a service principal.
    ClientSecret {
        /// The principal.
        principal: ServicePrincipal,
        /// The attempts after its end.
        tried: Option<BearerTried>,
    },
    /// A consent.
    Consent {
        /// Whose.
        owner: CredentialOwner,
        /// The consent.
        consent: Consent,
    },
    /// A mailbox password.
    MailboxPassword {
        /// Whose.
        owner: CredentialOwner,
        /// Where it is good.
        upstream: String,
        /// When it was entered.
        set_at: Timestamp,
    },
}

impl OtherCredential {
    /// Whose it is; none: a service principal is nobody's.
    #[must_use]
    pub const fn owner(&self) -> Option<&CredentialOwner> {
        match self {
            Self::AccountPassword { owner, .. }
            | Self::ApiToken { owner, .. }
            | Self::Consent { owner, .. }
            | Self::MailboxPassword { owner, .. } => Some(owner),
            Self::ClientSecret { .. } => None,
        }
    }
}

/// The programs that sign in with one account's password, together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountPasswordPrograms {
    /// How many there are.
    pub programs: u64,
    /// When the first was first heard of.
    pub first_at: Timestamp,
    /// The last time that one was let in.
    pub last: Option<LastUse>,
    /// How often they were let in.
    pub count: u64,
    /// The last time that one was refused for want of an app password.
    pub refused: Option<LastUse>,
    /// How often they were refused.
    pub refused_count: u64,
}

/// Attempts with an API token or a client secret that was revoked or has expired.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BearerTried {
    /// The first.
    pub first_at: Timestamp,
    /// The last that was written.
    pub last_at: Timestamp,
    /// From where it came.
    pub address: IpAddr,
    /// How many were written: at most one a minute.
    pub count: u64,
}

/// Reading the other kinds of the inventory.
#[async_trait]
pub trait OtherCredentialsRead {
    /// A page of the list of a kind.
    async fn other_credentials(
        &mut self,
        filter: &OtherFilter,
        criteria: &InventoryCriteria,
    ) -> Result<OtherPage>;

    /// How many of a kind there are with a flag, or with none how many there are;
    /// [`MOST_COUNTED`](crate::MOST_COUNTED) and one more stands for more than that.
    async fn other_credential_count(
        &mut self,
        kind: OtherKind,
        flag: Option<InventoryFlag>,
        criteria: &InventoryCriteria,
    ) -> Result<u64>;

    /// The attempts with the token or principal of that id after its end.
    async fn bearer_tried(&mut self, id: &[u8; 16]) -> Result<Option<BearerTried>>;
}

/// Writing what the inventory tells of them.
#[async_trait]
pub trait OtherCredentialsWrite: OtherCredentialsRead {
    /// Adds an attempt with the token or principal of that id after its end.
    async fn add_bearer_tried(&mut self, id: &[u8; 16], at: Timestamp, address: IpAddr) -> Result<()>;

    /// Writes that a consent is in use. Nothing where there is none any more.
    async fn use_consent(&mut self, account: AccountId, provider: &str, at: Timestamp) -> Result<()>;
}

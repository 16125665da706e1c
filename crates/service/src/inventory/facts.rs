//! What is known of a credential, alike for every kind, so that pages, files, the command line and the API show the same.

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{AccountKind, AccountName};
use postern_domain::api_token::Scopes;
use postern_domain::app_password::{EffectiveState, LastUse, SenderRestriction};
use postern_domain::consent::ConsentState;
use postern_domain::door::{Door, DoorSet};
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_storage::{BearerTried, InventoryRow, OtherCredential};

use super::{CredentialKind, InventoryItem, Listed};

/// What is known of a credential. What a kind has not, or nobody writes down, is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Names it among its kind: its id, or the account's with the provider or upstream.
    pub id: String,
    /// Of what kind it is.
    pub kind: CredentialKind,
    /// Whose it is; none: an administrators' (a service principal is nobody's).
    pub account: Option<AccountName>,
    /// Person or service account.
    pub account_kind: Option<AccountKind>,
    /// What it is called; of a consent the provider, of a mailbox password the upstream.
    pub name: Option<String>,
    /// What its owner noted.
    pub note: Option<String>,
    /// Whether it is good.
    pub state: CredentialState,
    /// The doors it is good for; of an account password those that it was used at last.
    pub doors: DoorSet,
    /// What it may be used for at the API.
    pub scopes: Option<Scopes>,
    /// The mailbox that it opens, as the provider said.
    pub mailbox: Option<String>,
    /// The networks from which it is good, all of them when there are none.
    pub networks: Networks,
    /// Whose name mail may have that is sent with it.
    pub sender: Option<SenderRestriction>,
    /// When it was made; of an account password when a program was first seen with it.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// After how long without use it ends.
    pub idle_expiry: Option<Duration>,
    /// Its last use.
    pub last_use: Option<FactUse>,
    /// How often it was used, where that is counted.
    pub use_count: Option<u64>,
    /// The attempts after its end.
    pub tried: Option<FactTried>,
}

/// Whether a credential is good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CredentialState {
    /// It is.
    Active,
    /// It is put aside for a while.
    Suspended,
    /// Its expiry has passed.
    Expired,
    /// It was not used for too long.
    IdleExpired,
    /// Somebody ended it.
    Revoked,
    /// The provider takes it no more.
    Lapsed,
    /// An account password that is refused at doors: its account needs an app password there.
    Refused,
}

impl CredentialState {
    /// The name in exports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::IdleExpired => "idle-expired",
            Self::Revoked => "revoked",
            Self::Lapsed => "lapsed",
            Self::Refused => "refused",
        }
    }
}

/// A use. What nobody writes down is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactUse {
    /// When.
    pub at: Timestamp,
    /// At which door.
    pub door: Option<Door>,
    /// From where.
    pub address: Option<IpAddr>,
    /// What the program calls itself.
    pub client: Option<String>,
}

/// Attempts after the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactTried {
    /// How many; of tokens and client secrets at most one a minute is counted.
    pub count: u64,
    /// The last.
    pub last: FactUse,
}

impl From<&LastUse> for FactUse {
    fn from(last: &LastUse) -> Self {
        let LastUse { at, door, address, client } = last.clone();
        Self { at, door: Some(door), address: Some(address), client }
    }
}

impl From<&BearerTried> for FactTried {
    fn from(tried: &BearerTried) -> Self {
        Self { count: tried.count, last: at_address(tried.last_at, tried.address) }
    }
}

const fn at_address(at: Timestamp, address: IpAddr) -> FactUse {
    FactUse { at, door: None, address: Some(address), client: None }
}

impl InventoryItem {
    /// What is known of it at `now`.
    #[must_use]
    pub fn facts(&self, now: Timestamp) -> Facts {
        match &self.credential {
            Listed::AppPassword(row) => of_app_password(row, now),
            Listed::Other(other) => of_other(other, now),
        }
    }
}

/// Nothing but what every kind has.
const fn blank(id: String, kind: CredentialKind, state: CredentialState, created_at: Timestamp) -> Facts {
    Facts {
        id,
        kind,
        account: None,
        account_kind: None,
        name: None,
        note: None,
        state,
        doors: DoorSet::EMPTY,
        scopes: None,
        mailbox: None,
        networks: Networks::any(),
        sender: None,
        created_at,
        created_by: None,
        expires_at: None,
        idle_expiry: None,
        last_use: None,
        use_count: None,
        tried: None,
    }
}

fn of_app_password(row: &InventoryRow, now: Timestamp) -> Facts {
    let its = &row.app_password;
    let state = match its.state_at(now) {
        EffectiveState::Active => CredentialState::Active,
        EffectiveState::Suspended { .. } => CredentialState::Suspended,
        EffectiveState::Expired { .. } => CredentialState::Expired,
        EffectiveState::IdleExpired { .. } => CredentialState::IdleExpired,
        EffectiveState::Revoked { .. } => CredentialState::Revoked,
    };
    Facts {
        account: Some(row.owner.clone()),
        account_kind: Some(row.kind),
        name: Some(its.name.to_string()),
        note: its.note.as_ref().map(ToString::to_string),
        doors: its.scope,
        networks: its.networks.clone(),
        sender: Some(its.sender.clone()),
        created_by: Some(its.created.by.clone()),
        expires_at: its.expires_at,
        idle_expiry: its.idle_expiry,
        last_use: its.last_use.as_ref().map(FactUse::from),
        use_count: Some(its.use_count),
        tried: row.tried.as_ref().map(|tried| FactTried { count: tried.count, last: (&tried.last).into() }),
        ..blank(its.id.to_string(), CredentialKind::AppPassword, state, its.created.at)
    }
}

fn of_other(other: &OtherCredential, now: Timestamp) -> Facts {
    let ended = |revoked: bool, expires_at: Option<Timestamp>| match (revoked, expires_at) {
        (true, _) => CredentialState::Revoked,
        (false, Some(at)) if at <= now => CredentialState::Expired,
        _ => CredentialState::Active,
    };
    let facts = match other {
        OtherCredential::AccountPassword { owner, programs } => {
            let refused = programs.refused.as_ref();
            let tried =
                refused.filter(|refused| programs.last.as_ref().is_none_or(|last| last.at < refused.at));
            let state = match owner.mfa {
                MfaState::Disabled | MfaState::Enabled if tried.is_none() => CredentialState::Active,
                _ => CredentialState::Refused,
            };
            Facts {
                doors: programs.last.iter().chain(refused).map(|last| last.door).collect(),
                last_use: programs.last.as_ref().map(FactUse::from),
                use_count: Some(programs.count),
                tried: tried.map(|last| FactTried { count: programs.refused_count, last: last.into() }),
                ..blank(owner.id.to_string(), CredentialKind::AccountPassword, state, programs.first_at)
            }
        }
        OtherCredential::ApiToken { token, tried, .. } => {
            let state = ended(token.revoked.is_some(), Some(token.expires_at));
            Facts {
                name: Some(token.name.to_string()),
                scopes: Some(token.scopes),
                networks: token.networks.clone(),
                created_by: Some(token.created_by.clone()),
                expires_at: Some(token.expires_at),
                last_use: token.last_use.map(|last| at_address(last.at, last.address)),
                tried: tried.as_ref().map(FactTried::from),
                ..blank(token.id.to_string(), CredentialKind::ApiToken, state, token.created_at)
            }
        }
        OtherCredential::ClientSecret { principal, tried } => {
            let state = ended(principal.revoked.is_some(), principal.secret_expires_at);
            Facts {
                name: Some(principal.name.to_string()),
                scopes: Some(principal.scopes),
                networks: principal.networks.clone(),
                created_by: Some(principal.created_by.clone()),
                expires_at: principal.secret_expires_at,
                last_use: principal.last_use.map(|last| at_address(last.at, last.address)),
                tried: tried.as_ref().map(FactTried::from),
                ..blank(principal.id.to_string(), CredentialKind::ClientSecret, state, principal.created_at)
            }
        }
        OtherCredential::Consent { consent, .. } => {
            let state = match consent.state {
                ConsentState::Lapsed(_) => CredentialState::Lapsed,
                ConsentState::Connected { .. } => ended(false, consent.expires_at),
            };
            let id = format!("{}/{}", consent.account, consent.provider);
            Facts {
                name: Some(consent.provider.clone()),
                mailbox: consent.mailbox.clone(),
                expires_at: consent.expires_at,
                last_use: consent.used_at.map(|at| FactUse { at, door: None, address: None, client: None }),
                ..blank(id, CredentialKind::Consent, state, consent.connected_at)
            }
        }
        OtherCredential::MailboxPassword { owner, upstream, set_at } => {
            let id = format!("{}/{upstream}", owner.id);
            let facts = blank(id, CredentialKind::MailboxPassword, CredentialState::Active, *set_at);
            Facts { name: Some(upstream.clone()), ..facts }
        }
    };
    match other.owner() {
        None => facts,
        Some(owner) => Facts { account: Some(owner.name.clone()), account_kind: Some(owner.kind), ..facts },
    }
}

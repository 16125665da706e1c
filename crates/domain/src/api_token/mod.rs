//! API tokens and service principals: what programs show at the API in the place of a person with both factors.

mod bearer_text;
mod name;
mod scope;

pub use bearer_text::{BearerKind, BearerText};
pub use name::{InvalidTokenName, TokenName};
pub use scope::{NoSuchScope, OwnScope, Scope, Scopes};

use std::net::IpAddr;
use std::time::Duration;

use crate::Timestamp;
use crate::id::{AccountId, ApiTokenId, ServicePrincipalId};
use crate::network::Networks;

/// Longest life of an API token, which has no need of being renewed by hand more often than once a year.
pub const LONGEST_LIFE: Duration = Duration::from_secs(366 * 24 * 3600);

/// How long an access token of a service principal is good.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(3600);

/// An API token, without its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiToken {
    /// Names it.
    pub id: ApiTokenId,
    /// Whose it is. It never may more than they may at that moment.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: TokenName,
    /// What it may be used for.
    pub scopes: Scopes,
    /// From where.
    pub networks: Networks,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it, as an actor shows itself.
    pub created_by: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The last use, written at most once a minute.
    pub last_use: Option<TokenUse>,
    /// That it was revoked.
    pub revoked: Option<TokenRevocation>,
}

/// A use of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenUse {
    /// When.
    pub at: Timestamp,
    /// From where.
    pub address: IpAddr,
}

/// That a token, or a service principal with its access tokens, was revoked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRevocation {
    /// When.
    pub at: Timestamp,
    /// By whom, as an actor shows itself.
    pub by: String,
}

/// What stands against a use of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenFault {
    /// It was revoked.
    Revoked,
    /// It has expired.
    Expired,
    /// The address is not in its networks.
    OtherNetwork,
}

impl ApiToken {
    /// What stands against its use from `address`.
    #[must_use]
    pub fn fault(&self, now: Timestamp, address: IpAddr) -> Option<TokenFault> {
        fault(self.revoked.as_ref(), Some(self.expires_at), &self.networks, now, address)
    }

    /// Whether it changes what is others', and no network keeps others out.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.scopes.change_others() && !self.networks.limit()
    }

    /// Whether it could be used at `now`, from the right network.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires_at
    }
}

/// A program with permissions of its own, which gets short access tokens for its secret (RFC 6749 4.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServicePrincipal {
    /// Names it; its text is the client identifier.
    pub id: ServicePrincipalId,
    /// What administrators call it. No two live ones have the same.
    pub name: TokenName,
    /// What it may do.
    pub scopes: Scopes,
    /// From where it may ask for access tokens and use them.
    pub networks: Networks,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it, as an actor shows itself.
    pub created_by: String,
    /// When its secret ends; none: never.
    pub secret_expires_at: Option<Timestamp>,
    /// The last access token issued to it.
    pub last_use: Option<TokenUse>,
    /// That it was revoked.
    pub revoked: Option<TokenRevocation>,
}

impl ServicePrincipal {
    /// What stands against its getting an access token from `address`.
    #[must_use]
    pub fn fault(&self, now: Timestamp, address: IpAddr) -> Option<TokenFault> {
        fault(self.revoked.as_ref(), self.secret_expires_at, &self.networks, now, address)
    }

    /// Whether it changes what is others', and no network keeps others out.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.scopes.change_others() && !self.networks.limit()
    }

    /// What stands against the use of an access token of its, which ends at `expires_at`.
    #[must_use]
    pub fn access_fault(&self, expires_at: Timestamp, now: Timestamp, address: IpAddr) -> Option<TokenFault> {
        fault(self.revoked.as_ref(), Some(expires_at), &self.networks, now, address)
    }
}

fn fault(
    revoked: Option<&TokenRevocation>,
    expires_at: Option<Timestamp>,
    networks: &Networks,
    now: Timestamp,
    address: IpAddr,
) -> Option<TokenFault> {
    if revoked.is_some() {
        Some(TokenFault::Revoked)
    } else if expires_at.is_some_and(|expires_at| expires_at <= now) {
        Some(TokenFault::Expired)
    } else if !networks.contain(address) {
        Some(TokenFault::OtherNetwork)
    } else {
        None
    }
}

//! What is wrong with a credential.

use postern_domain::Timestamp;
use postern_domain::app_password::StoredState;
use postern_domain::consent::ConsentState;
use postern_domain::door::DoorSet;
use postern_domain::mfa::MfaState;
use postern_domain::setting::{Policy, Settings};
use postern_storage::{InventoryCriteria, InventoryFlag, InventoryRow, OtherCredential};

use super::CredentialKind;

/// A credential, with what it is listed for.
#[derive(Clone, Debug)]
pub struct InventoryItem {
    /// The credential and its owner. [`Self::facts`] has the same for every kind.
    pub credential: Listed,
    /// Every flag that it has.
    pub flags: Vec<InventoryFlag>,
    /// Why it is too wide, when it is.
    pub wide: Option<Wide>,
    /// When it ends, when that is soon: by its expiry, or unless something uses it.
    pub ends_at: Option<Timestamp>,
}

/// A credential of the inventory.
#[derive(Clone, Debug)]
pub enum Listed {
    /// An app password.
    AppPassword(Box<InventoryRow>),
    /// One of another kind.
    Other(Box<OtherCredential>),
}

/// Why a credential is too wide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wide {
    /// An app password that is good for these doors, which the policy of its account does not allow.
    BeyondPolicy(DoorSet),
    /// It is good for every door, and no network keeps others out ([`postern_domain::network::Networks::limit`]): an app
    /// password that is so, or an account password, which always is.
    EverythingFromAnywhere,
    /// A token or a client secret that changes what is others', and that no network keeps others from.
    ChangesFromAnywhere,
}

/// The doors of a scope that the settings do not allow.
pub(super) fn not_allowed(settings: &Settings, scope: DoorSet) -> DoorSet {
    scope.iter().filter(|door| !settings.allowed_scopes.contains(*door)).collect()
}

impl InventoryItem {
    pub(super) fn app_password(row: InventoryRow, policy: &Policy, criteria: &InventoryCriteria) -> Self {
        let its = &row.app_password;
        let beyond = not_allowed(&policy.settings_for(&row.groups), its.scope);
        let wide = if !beyond.is_empty() {
            Some(Wide::BeyondPolicy(beyond))
        } else if its.opens_everything() {
            Some(Wide::EverythingFromAnywhere)
        } else {
            None
        };
        let item =
            Self { credential: Listed::AppPassword(Box::new(row)), flags: Vec::new(), wide, ends_at: None };
        item.flagged(criteria)
    }

    pub(super) fn other(other: OtherCredential, criteria: &InventoryCriteria) -> Self {
        let wide = match &other {
            OtherCredential::AccountPassword { owner, .. } => {
                (owner.mfa != MfaState::Enforced).then_some(Wide::EverythingFromAnywhere)
            }
            OtherCredential::ApiToken { token, .. } => token.is_wide().then_some(Wide::ChangesFromAnywhere),
            OtherCredential::ClientSecret { principal, .. } => {
                principal.is_wide().then_some(Wide::ChangesFromAnywhere)
            }
            OtherCredential::Consent { .. } | OtherCredential::MailboxPassword { .. } => None,
        };
        let item =
            Self { credential: Listed::Other(Box::new(other)), flags: Vec::new(), wide, ends_at: None };
        item.flagged(criteria)
    }

    fn flagged(mut self, criteria: &InventoryCriteria) -> Self {
        let facts = self.facts(criteria.now);
        let (now, until) = (criteria.now, criteria.expiring_before);
        self.ends_at = match &self.credential {
            Listed::AppPassword(row) => row.app_password.ends_between(now, until),
            Listed::Other(_) => facts.expires_at.filter(|at| *at >= now && *at < until),
        };
        let last = facts.last_use.as_ref().map_or(facts.created_at, |last| last.at);
        let ended = self.is_ended();
        let has = |flag: InventoryFlag| match flag {
            InventoryFlag::NeverUsed => facts.last_use.is_none(),
            InventoryFlag::Stale => last < criteria.stale_before,
            InventoryFlag::NoExpiry => facts.expires_at.is_none() && facts.idle_expiry.is_none(),
            InventoryFlag::TooWide => self.wide.is_some(),
            InventoryFlag::ExpiringSoon => self.ends_at.is_some(),
            InventoryFlag::TriedAfterEnd => facts.tried.is_some(),
            InventoryFlag::Lapsed => matches!(
                &self.credential,
                Listed::Other(other) if matches!(&**other, OtherCredential::Consent { consent, .. }
                    if matches!(consent.state, ConsentState::Lapsed(_)))
            ),
        };
        // Of one that has been ended nothing matters but that somebody still tries it.
        let matters = |flag: InventoryFlag| !ended || flag == InventoryFlag::TriedAfterEnd;
        let can_be = |flag| match facts.kind.other() {
            None => flag != InventoryFlag::Lapsed,
            Some(kind) => kind.can_be(flag),
        };
        self.flags = (InventoryFlag::ALL.iter().copied())
            .filter(|flag| can_be(*flag) && matters(*flag) && has(*flag))
            .collect();
        self
    }

    /// Whether somebody ended it: an account password by enforcing MFA.
    fn is_ended(&self) -> bool {
        match &self.credential {
            Listed::AppPassword(row) => matches!(row.app_password.state, StoredState::Revoked { .. }),
            Listed::Other(other) => match &**other {
                OtherCredential::ApiToken { token, .. } => token.revoked.is_some(),
                OtherCredential::ClientSecret { principal, .. } => principal.revoked.is_some(),
                OtherCredential::AccountPassword { owner, .. } => owner.mfa == MfaState::Enforced,
                OtherCredential::Consent { .. } | OtherCredential::MailboxPassword { .. } => false,
            },
        }
    }

    /// Of what kind it is.
    #[must_use]
    pub fn kind(&self) -> CredentialKind {
        match &self.credential {
            Listed::AppPassword(_) => CredentialKind::AppPassword,
            Listed::Other(other) => match &**other {
                OtherCredential::AccountPassword { .. } => CredentialKind::AccountPassword,
                OtherCredential::ApiToken { .. } => CredentialKind::ApiToken,
                OtherCredential::ClientSecret { .. } => CredentialKind::ClientSecret,
                OtherCredential::Consent { .. } => CredentialKind::Consent,
                OtherCredential::MailboxPassword { .. } => CredentialKind::MailboxPassword,
            },
        }
    }

    /// Whether it has this flag.
    #[must_use]
    pub fn has(&self, flag: InventoryFlag) -> bool {
        self.flags.contains(&flag)
    }
}

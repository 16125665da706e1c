//! Who a program at the API is.

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus, Permission, Role};
use postern_domain::actor::Actor;
use postern_domain::api_token::{
    ApiToken, BearerKind, BearerText, Scope, Scopes, ServicePrincipal, TokenFault, TokenName, TokenUse,
};
use postern_domain::id::{AccountId, ApiTokenId, ServicePrincipalId};
use postern_storage::{Snapshot, StorageError, TokenHash};

use super::Precondition;
use crate::{Failure, Service};

/// How often it is written that a token is in use.
const USED_EVERY: Duration = Duration::from_secs(60);

/// A program whose token was found good. Each deed reads the token and its owner anew.
#[derive(Clone, Debug)]
pub struct ApiCaller {
    token: TokenHash,
    name: TokenName,
    holder: Holder,
    scopes: Scopes,
    address: IpAddr,
    for_own: bool,
    precondition: Option<Precondition>,
}

/// Whose token it is.
#[derive(Clone, Debug)]
enum Holder {
    /// A person's API token.
    Owner { token: ApiTokenId, account: Box<Account> },
    /// An access token of a service principal.
    Principal(ServicePrincipalId),
}

/// Why a bearer text opens nothing. Whoever shows it holds it, so that the reason may be told.
#[derive(Debug, thiserror::Error)]
pub enum RefusedBearer {
    /// It has not the form of one of ours, or its checksum is wrong.
    #[error("the token is not one of ours, or was cut or mistyped: copy it anew, the whole text")]
    Malformed,
    /// It is a client secret.
    #[error("a client secret does not open the API: exchange it for an access token at /api/oauth2/token")]
    ClientSecret,
    /// No such token, or its access token was ended.
    #[error("the token is unknown: it was never issued here, or it has ended")]
    Unknown,
    /// It was revoked.
    #[error("the token was revoked: create another one")]
    Revoked,
    /// It has expired.
    #[error("the token has expired: create another one, or ask for a new access token")]
    Expired,
    /// The address is not in its networks.
    #[error(
        "the token is not good from the address {address}: use it from its networks, or create another one"
    )]
    OtherNetwork {
        /// From where it was used.
        address: IpAddr,
    },
    /// Its owner is blocked or deleted.
    #[error("the token's owner is blocked or deleted: ask an administrator")]
    OwnerBlocked,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl RefusedBearer {
    const fn of(fault: TokenFault, address: IpAddr) -> Self {
        match fault {
            TokenFault::Revoked => Self::Revoked,
            TokenFault::Expired => Self::Expired,
            TokenFault::OtherNetwork => Self::OtherNetwork { address },
        }
    }
}

impl From<StorageError> for RefusedBearer {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl ApiCaller {
    /// What the token may be used for. What its owner may no more counts for nothing.
    #[must_use]
    pub const fn scopes(&self) -> Scopes {
        self.scopes
    }

    /// Whether token and role allow it, as far as was known when the token was looked at. Each deed asks anew.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        let by_role = match &self.holder {
            Holder::Owner { account, .. } => account.role.may(permission),
            Holder::Principal(_) => true,
        };
        by_role && self.scopes.contains(Scope::For(permission))
    }

    /// The owner's account; none for a service principal.
    #[must_use]
    pub const fn account(&self) -> Option<&Account> {
        match &self.holder {
            Holder::Owner { account, .. } => Some(account),
            Holder::Principal(_) => None,
        }
    }

    /// The API token; none for a service principal.
    #[must_use]
    pub const fn token_id(&self) -> Option<ApiTokenId> {
        match self.holder {
            Holder::Owner { token, .. } => Some(token),
            Holder::Principal(_) => None,
        }
    }

    /// What the token or the principal is called.
    #[must_use]
    pub const fn name(&self) -> &TokenName {
        &self.name
    }

    /// Where the request comes from.
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// By which requests are counted: the token, or the principal whichever access token it uses.
    #[must_use]
    pub const fn key(&self) -> [u8; 16] {
        match &self.holder {
            Holder::Owner { token, .. } => *token.as_bytes(),
            Holder::Principal(id) => *id.as_bytes(),
        }
    }

    /// The same caller, for a request that may touch what is the owner's own, because the token has the scope for that
    /// request. Without this, no deed takes the owner's account for their own.
    #[must_use]
    pub fn for_own(self) -> Self {
        Self { for_own: true, ..self }
    }

    /// Whether the request may touch what is the owner's own.
    #[must_use]
    pub const fn is_for_own(&self) -> bool {
        self.for_own
    }

    /// The same caller, whose deed is to be done only to a version that they have seen. It is asked inside the deed's
    /// own transaction, so that nothing comes between.
    #[must_use]
    pub fn on_condition(self, precondition: Precondition) -> Self {
        Self { precondition: Some(precondition), ..self }
    }

    pub(crate) fn actor(&self) -> Actor {
        match &self.holder {
            Holder::Owner { account, .. } => {
                Actor::ApiToken { name: self.name.clone(), owner: account.name.clone() }
            }
            Holder::Principal(_) => Actor::ServicePrincipal { name: self.name.clone() },
        }
    }

    /// The caller as the database knows it now; none when its token or owner has ended.
    pub(crate) async fn read_anew(
        &self,
        state: &mut (dyn Snapshot + '_),
        now: Timestamp,
    ) -> Result<Option<Program>, Failure> {
        if let Some(precondition) = &self.precondition
            && !precondition.holds(state).await?
        {
            return Err(Failure::ChangedMeanwhile);
        }
        let for_own = self.for_own;
        match look_up(&self.token, state, now, self.address).await {
            Ok(Some(Found::Token { token, owner })) => {
                Ok(Some(Program { scopes: token.scopes, account: Some(*owner), for_own }))
            }
            Ok(Some(Found::Access { scopes, .. })) => Ok(Some(Program { scopes, account: None, for_own })),
            Err(RefusedBearer::Failure(failure)) => Err(failure),
            Ok(None) | Err(_) => Ok(None),
        }
    }
}

/// A program, as the database knows it inside a deed's transaction.
pub(crate) struct Program {
    scopes: Scopes,
    account: Option<Account>,
    for_own: bool,
}

impl Program {
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.scopes.contains(Scope::For(permission))
            && self.account.as_ref().is_none_or(|account| account.role.may(permission))
    }

    /// Whether a deed on that account may be done at all, which is not its owner's: what is theirs is changed with a scope
    /// for one's own, or by themselves. A program stands no higher than an authentication administrator does. Only one that
    /// may give roles stands above all: whoever could reset an administrator would have an administrator's rights by it, and
    /// keep them when the token has ended.
    pub(crate) fn may_act_on(&self, target: &Account) -> bool {
        let highest = match self.may(Permission::ManageRoles) {
            true => Role::GlobalAdministrator,
            false => Role::AuthenticationAdministrator,
        };
        let owner = self.account.as_ref().map_or(highest, |owner| owner.role);
        self.owner() != Some(target.id) && owner.may_act_on(target.role) && highest.may_act_on(target.role)
    }

    /// Whose token it is; none for a service principal.
    pub(crate) fn owner(&self) -> Option<AccountId> {
        self.account.as_ref().map(|account| account.id)
    }

    pub(crate) fn own_account(&self) -> Option<AccountId> {
        self.account.as_ref().filter(|_| self.for_own).map(|account| account.id)
    }
}

/// What a token's hash leads to.
enum Found {
    /// An API token, with its owner.
    Token { token: Box<ApiToken>, owner: Box<Account> },
    /// An access token: what it and its principal both allow.
    Access { principal: ServicePrincipal, scopes: Scopes },
}

/// Reads a token that may be used now from `address`; none when there is none with that hash.
async fn look_up(
    hash: &TokenHash,
    state: &mut (dyn Snapshot + '_),
    now: Timestamp,
    address: IpAddr,
) -> Result<Option<Found>, RefusedBearer> {
    if let Some(token) = state.api_token_by_hash(hash).await? {
        if let Some(fault) = token.fault(now, address) {
            return Err(RefusedBearer::of(fault, address));
        }
        let owner = state.account(token.account).await?;
        let owner = owner.filter(|owner| owner.status == AccountStatus::Active);
        let owner = Box::new(owner.ok_or(RefusedBearer::OwnerBlocked)?);
        return Ok(Some(Found::Token { token: Box::new(token), owner }));
    }
    let Some(access) = state.access_token(hash).await? else { return Ok(None) };
    let Some((principal, _)) = state.service_principal(access.principal).await? else { return Ok(None) };
    if let Some(fault) = principal.access_fault(access.expires_at, now, address) {
        return Err(RefusedBearer::of(fault, address));
    }
    let scopes = access.scopes.and(principal.scopes);
    Ok(Some(Found::Access { principal, scopes }))
}

/// The id of the API token whose text has that hash. An access token that has ended is no finding: they live an hour.
async fn ended_by_hash(
    hash: &TokenHash,
    state: &mut (dyn Snapshot + '_),
) -> Result<Option<[u8; 16]>, StorageError> {
    Ok(state.api_token_by_hash(hash).await?.map(|token| *token.id.as_bytes()))
}

impl Service {
    /// The program that shows `text` as its bearer token from `address`. What has not the form and checksum of a token
    /// costs no read.
    ///
    /// # Errors
    /// [`RefusedBearer`].
    pub async fn identify_api_caller(&self, text: &str, address: IpAddr) -> Result<ApiCaller, RefusedBearer> {
        let text = BearerText::typed(text).ok_or(RefusedBearer::Malformed)?;
        if text.kind() == BearerKind::ClientSecret {
            return Err(RefusedBearer::ClientSecret);
        }
        let now = self.now();
        let keys = self.keys();
        let mut snapshot = self.parts.store.snapshot().await?;
        for token in keys.bearer_hashes(&text) {
            let found = match look_up(&token, &mut *snapshot, now, address).await {
                Ok(Some(found)) => found,
                Ok(None) => continue,
                Err(refused) => {
                    let ended = match refused {
                        RefusedBearer::Revoked | RefusedBearer::Expired => {
                            ended_by_hash(&token, &mut *snapshot).await?
                        }
                        _ => None,
                    };
                    drop(snapshot);
                    if let Some(id) = ended {
                        self.note_tried(&id, now, address).await;
                    }
                    return Err(refused);
                }
            };
            drop(snapshot);
            let (name, scopes, holder) = match found {
                Found::Token { token, owner } => {
                    self.note_use(&token, TokenUse { at: now, address });
                    (token.name, token.scopes, Holder::Owner { token: token.id, account: owner })
                }
                Found::Access { principal, scopes } => {
                    (principal.name, scopes, Holder::Principal(principal.id))
                }
            };
            return Ok(ApiCaller {
                token,
                name,
                holder,
                scopes,
                address,
                for_own: false,
                precondition: None,
            });
        }
        self.nothing_can_be_missed()?;
        Err(RefusedBearer::Unknown)
    }

    /// Writes that a token or a client secret was tried after its end, at most once a minute.
    pub(super) async fn note_tried(&self, id: &[u8; 16], at: Timestamp, address: IpAddr) {
        let written = async {
            let known = self.parts.store.snapshot().await?.bearer_tried(id).await?;
            if known.is_some_and(|known| at.since(known.last_at) < USED_EVERY) {
                return Ok(());
            }
            let mut transaction = self.parts.store.begin().await?;
            transaction.add_bearer_tried(id, at, address).await?;
            transaction.commit().await
        };
        let written: Result<(), StorageError> = written.await;
        if let Err(error) = written {
            tracing::warn!(%error, "it cannot be written that a token is tried after its end");
        }
    }

    /// Has the last use written, at most once a minute, by the recorder: reading waits for nobody who writes.
    fn note_use(&self, token: &ApiToken, last_use: TokenUse) {
        if token.last_use.is_none_or(|before| last_use.at.since(before.at) >= USED_EVERY) {
            self.recorder.record_token_use(token.id, last_use);
        }
    }
}

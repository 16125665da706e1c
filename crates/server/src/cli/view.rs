//! What the commands show of accounts, app passwords, events and audit records, in JSON. Part of the interface for
//! programs: names are added, never changed.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountKind, AccountStatus};
use postern_domain::app_password::{AppPassword, EffectiveState, SenderRestriction};
use postern_domain::door::Door;
use postern_service::live_session::ListedLiveSession;
use serde::Serialize;

mod grant;

pub(super) use grant::GrantView;
use grant::LimitsView;

use crate::text::{show_moment, show_span};

/// An account.
#[derive(Serialize)]
pub(super) struct AccountView {
    id: String,
    name: String,
    aliases: Vec<String>,
    kind: &'static str,
    role: &'static str,
    status: &'static str,
    mfa: &'static str,
    groups: Vec<String>,
    sid: Option<String>,
    may_act_for: Option<GrantView>,
    created_at: String,
}

impl AccountView {
    pub(super) fn new(account: &Account) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name.to_string(),
            aliases: account.aliases.iter().map(ToString::to_string).collect(),
            kind: kind(account.kind),
            role: account.role.name(),
            status: status(&account.status),
            mfa: account.mfa.name(),
            groups: account.groups.iter().map(ToString::to_string).collect(),
            sid: account.sid.as_ref().map(ToString::to_string),
            may_act_for: account.grant.as_ref().map(GrantView::new),
            created_at: show_moment(account.created_at),
        }
    }
}

pub(super) const fn kind(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Person => "person",
        AccountKind::ServiceAccount => "service-account",
    }
}

pub(super) const fn status(status: &AccountStatus) -> &'static str {
    match status {
        AccountStatus::Active => "active",
        AccountStatus::Blocked { .. } => "blocked",
        AccountStatus::Deleted { .. } => "deleted",
    }
}

/// An app password, never with its secret.
#[derive(Serialize)]
pub(super) struct AppPasswordView {
    id: String,
    account: String,
    name: String,
    note: Option<String>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_since: Option<String>,
    protocols: Vec<&'static str>,
    networks: Vec<String>,
    expires_at: Option<String>,
    idle_expiry: Option<String>,
    sender: Vec<String>,
    /// Null: all that the account may.
    may_act_for_only: Option<GrantView>,
    limits: LimitsView,
    profile: &'static str,
    created_at: String,
    created_by: String,
    last_used: Option<LastUsedView>,
    use_count: u64,
    old_secret_works_until: Option<String>,
}

#[derive(Serialize)]
struct LastUsedView {
    at: String,
    door: &'static str,
    address: String,
    client: Option<String>,
}

impl AppPasswordView {
    pub(super) fn new(app_password: &AppPassword, account: &Account, now: Timestamp) -> Self {
        let state = app_password.state_at(now);
        Self {
            id: app_password.id.to_string(),
            account: account.name.to_string(),
            name: app_password.name.to_string(),
            note: app_password.note.as_ref().map(ToString::to_string),
            state: state_name(&state),
            state_since: state_since(&state).map(show_moment),
            protocols: app_password.scope.iter().map(Door::name).collect(),
            networks: app_password.networks.as_slice().iter().map(ToString::to_string).collect(),
            expires_at: app_password.expires_at.map(show_moment),
            idle_expiry: app_password.idle_expiry.map(show_span),
            sender: sender(&app_password.sender),
            may_act_for_only: app_password.grant.as_ref().map(GrantView::new),
            limits: LimitsView::new(app_password.limits),
            profile: app_password.profile.name(),
            created_at: show_moment(app_password.created.at),
            created_by: app_password.created.by.clone(),
            last_used: app_password.last_use.as_ref().map(|last| LastUsedView {
                at: show_moment(last.at),
                door: last.door.name(),
                address: last.address.to_string(),
                client: last.client.clone(),
            }),
            use_count: app_password.use_count,
            old_secret_works_until: app_password.overlap_until.filter(|until| *until > now).map(show_moment),
        }
    }
}

pub(super) const fn state_name(state: &EffectiveState) -> &'static str {
    match state {
        EffectiveState::Active => "active",
        EffectiveState::Suspended { .. } => "suspended",
        EffectiveState::Expired { .. } => "expired",
        EffectiveState::IdleExpired { .. } => "idle-expired",
        EffectiveState::Revoked { .. } => "revoked",
    }
}

const fn state_since(state: &EffectiveState) -> Option<Timestamp> {
    match state {
        EffectiveState::Active => None,
        EffectiveState::Suspended { at, .. }
        | EffectiveState::Expired { at }
        | EffectiveState::IdleExpired { at }
        | EffectiveState::Revoked { at, .. } => Some(*at),
    }
}

/// As `--sender` takes it.
pub(super) fn sender(restriction: &SenderRestriction) -> Vec<String> {
    match restriction {
        SenderRestriction::AccountAddresses => vec!["own".to_owned()],
        SenderRestriction::Unrestricted => vec!["any".to_owned()],
        SenderRestriction::Listed(list) => list.clone(),
    }
}

/// A live session at a door.
#[derive(Serialize)]
pub(super) struct LiveSessionView {
    id: String,
    account: String,
    app_password: Option<NamedView>,
    door: &'static str,
    address: String,
    client: Option<String>,
    acting_for: Option<String>,
    since: String,
    octets_from_client: u64,
    octets_to_client: u64,
}

#[derive(Serialize)]
struct NamedView {
    id: String,
    name: String,
}

impl LiveSessionView {
    pub(super) fn new(listed: &ListedLiveSession) -> Self {
        let session = &listed.session;
        let app_password = session.app_password.zip(listed.app_password_name.as_ref());
        Self {
            id: session.id.to_string(),
            account: listed.account_name.to_string(),
            app_password: app_password
                .map(|(id, name)| NamedView { id: id.to_string(), name: name.to_string() }),
            door: session.door.name(),
            address: session.address.to_string(),
            client: session.client.clone(),
            acting_for: session.acting_for.as_ref().map(ToString::to_string),
            since: show_moment(session.since),
            octets_from_client: session.octets_from_client,
            octets_to_client: session.octets_to_client,
        }
    }
}

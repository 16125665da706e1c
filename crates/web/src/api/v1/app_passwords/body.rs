//! App passwords, as answers write them.

use postern_domain::Timestamp;
use postern_domain::app_password::{AppPassword, EffectiveState, SenderRestriction};
use postern_domain::limits::{Allowance, Limits};
use postern_service::app_password::CreatedAppPassword;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::api::choice::{Word, choice};
use crate::api::v1::grant::GrantBody;
use crate::api::v1::words::{DoorWord, ProfileWord, all_of};

choice! {
    /// Whether it is good.
    enum StateName as AppPasswordStateWord {
        Active = "active",
        Suspended = "suspended",
        Expired = "expired",
        IdleExpired = "idle-expired",
        Revoked = "revoked",
    }
}

choice! {
    /// Which sender addresses an app password may use: its account's own, any, or those of a list.
    enum Sender as SenderWord { Own = "own", Any = "any", Listed = "listed" }
}

/// Seconds of a day.
pub(super) const DAY: u64 = 24 * 3600;

/// An app password, never with its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AppPassword)]
pub(crate) struct AppPasswordBody {
    /// Names it; unchanged by rotation.
    id: String,
    /// The id of its account.
    account_id: String,
    /// What its owner calls it.
    #[schema(example = "Contact form")]
    name: String,
    /// What its owner wrote down about it.
    note: Option<String>,
    state: AppPasswordStateWord,
    /// Since when it is no longer active.
    #[schema(format = DateTime)]
    state_since: Option<String>,
    /// By whom it was suspended or revoked.
    state_by: Option<String>,
    /// Why it was revoked.
    state_reason: Option<String>,
    /// The doors for which it is good.
    #[schema(example = json!(["smtp"]))]
    doors: Vec<DoorWord>,
    /// The networks from which it is good; none: any.
    networks: Vec<String>,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Unused for so many days, it ends.
    idle_expiry_days: Option<u64>,
    /// Which sender addresses it may use.
    sender: SenderWord,
    /// The sender addresses, when they are listed.
    senders: Vec<String>,
    /// The only mailboxes that it may act for; null: all that its account may.
    may_act_for_only: Option<GrantBody>,
    /// How much may be done with it.
    limits: LimitsBody,
    /// The form of its secret.
    profile: ProfileWord,
    #[schema(format = DateTime)]
    created_at: String,
    /// Who created it.
    created_by: String,
    /// Its last accepted use; null: it was never used.
    last_used: Option<LastUsedBody>,
    /// How many sign-ins it was accepted for.
    use_count: u64,
    /// Until when the secret before a rotation works.
    #[schema(format = DateTime)]
    old_secret_works_until: Option<String>,
}

/// A use of an app password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LastUse)]
struct LastUsedBody {
    #[schema(format = DateTime)]
    at: String,
    door: DoorWord,
    address: String,
    /// What the program calls itself.
    client: Option<String>,
}

/// The limits in force.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Limits)]
struct LimitsBody {
    /// Sessions at once.
    sessions: u32,
    sign_ins_per_minute: u32,
    /// Null: as many as it likes.
    messages_per_hour: Option<u32>,
    /// Null: as many as it likes.
    recipients_per_hour: Option<u32>,
}

/// A created or rotated app password with its secret, this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AppPasswordWithSecret)]
pub(crate) struct CreatedBody {
    #[serde(flatten)]
    app_password: AppPasswordBody,
    /// The secret. It is nowhere else, and is never shown again.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, example = "abcdefghjkpqrstuvwxy0123")]
    secret: Zeroizing<String>,
}

fn text<S: Serializer>(secret: &Zeroizing<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret)
}

impl CreatedBody {
    pub(super) fn new(created: &CreatedAppPassword, now: Timestamp) -> Self {
        Self {
            app_password: AppPasswordBody::new(&created.app_password, now),
            secret: created.secret.expose_ungrouped(),
        }
    }
}

impl AppPasswordBody {
    pub(crate) fn new(app_password: &AppPassword, now: Timestamp) -> Self {
        let state = State::of(app_password.state_at(now));
        let (sender, senders) = match &app_password.sender {
            SenderRestriction::AccountAddresses => (Sender::Own, Vec::new()),
            SenderRestriction::Unrestricted => (Sender::Any, Vec::new()),
            SenderRestriction::Listed(list) => (Sender::Listed, list.clone()),
        };
        Self {
            id: app_password.id.to_string(),
            account_id: app_password.account.to_string(),
            name: app_password.name.to_string(),
            note: app_password.note.as_ref().map(ToString::to_string),
            state: Word(state.name),
            state_since: state.since.map(|at| at.to_string()),
            state_by: state.by,
            state_reason: state.reason.filter(|reason| !reason.is_empty()),
            doors: all_of(app_password.scope.iter()),
            networks: app_password.networks.as_slice().iter().map(ToString::to_string).collect(),
            expires_at: app_password.expires_at.map(|at| at.to_string()),
            idle_expiry_days: app_password.idle_expiry.map(|span| span.as_secs() / DAY),
            sender: Word(sender),
            senders,
            may_act_for_only: app_password.grant.as_ref().map(GrantBody::new),
            limits: LimitsBody::new(&app_password.limits),
            profile: Word(app_password.profile),
            created_at: app_password.created.at.to_string(),
            created_by: app_password.created.by.clone(),
            last_used: app_password.last_use.as_ref().map(|last| LastUsedBody {
                at: last.at.to_string(),
                door: Word(last.door),
                address: last.address.to_string(),
                client: last.client.clone(),
            }),
            use_count: app_password.use_count,
            old_secret_works_until: app_password
                .overlap_until
                .filter(|until| *until > now)
                .map(|until| until.to_string()),
        }
    }
}

impl LimitsBody {
    fn new(limits: &Limits) -> Self {
        Self {
            sessions: limits.sessions(),
            sign_ins_per_minute: limits.sign_ins_per_minute(),
            messages_per_hour: limits.messages_per_hour.map(Allowance::get),
            recipients_per_hour: limits.recipients_per_hour.map(Allowance::get),
        }
    }
}

/// A state, taken apart.
struct State {
    name: StateName,
    since: Option<Timestamp>,
    by: Option<String>,
    reason: Option<String>,
}

impl State {
    fn of(state: EffectiveState) -> Self {
        let (name, since, by, reason) = match state {
            EffectiveState::Active => (StateName::Active, None, None, None),
            EffectiveState::Suspended { at, by } => (StateName::Suspended, Some(at), Some(by), None),
            EffectiveState::Expired { at } => (StateName::Expired, Some(at), None, None),
            EffectiveState::IdleExpired { at } => (StateName::IdleExpired, Some(at), None, None),
            EffectiveState::Revoked { at, by, reason } => {
                (StateName::Revoked, Some(at), Some(by), Some(reason))
            }
        };
        Self { name, since, by, reason }
    }
}

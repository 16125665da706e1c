//! An app password as its owner sees it.

use postern_domain::Timestamp;
use postern_domain::app_password::{AppPassword, EffectiveState, SenderRestriction};
use postern_domain::door::DoorSet;
use postern_domain::setting::Settings;

use super::{Moment, actor, door_label, scope_labels, span};

/// How something stands, for its colour. The words beside it say the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    Good,
    Waiting,
    Ended,
}

impl Tone {
    /// The class in the style sheet.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Waiting => "waiting",
            Self::Ended => "ended",
        }
    }
}

/// An app password as its owner sees it.
pub(crate) struct AppPasswordView {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Lines, as they were written down.
    pub(crate) note: Option<String>,
    pub(crate) scope: Vec<&'static str>,
    /// Empty: any network.
    pub(crate) networks: Vec<String>,
    pub(crate) senders: String,
    /// The only mailboxes of others that it may act for; none: all that its account may.
    pub(crate) acts_only_for: Option<String>,
    pub(crate) limits: String,
    pub(crate) created: Moment,
    pub(crate) created_by: String,
    pub(crate) created_from: Option<String>,
    pub(crate) last_use: Option<LastUseView>,
    pub(crate) use_count: u64,
    pub(crate) expires: Option<Moment>,
    pub(crate) idle_expiry: Option<String>,
    pub(crate) overlap_until: Option<Moment>,
    pub(crate) state: &'static str,
    pub(crate) tone: Tone,
    /// Since when it is in that state, where that is known.
    pub(crate) since: Option<Moment>,
    /// By whom, and why, for a state that somebody brought about.
    pub(crate) by: Option<String>,
    pub(crate) reason: Option<String>,
    /// What its owner should look at, although it works: it expires soon, or nothing uses it.
    pub(crate) warning: Option<String>,
    pub(crate) is_revoked: bool,
    pub(crate) is_active: bool,
    pub(crate) is_suspended: bool,
}

/// A last use as its owner sees it.
pub(crate) struct LastUseView {
    pub(crate) at: Moment,
    pub(crate) door: &'static str,
    pub(crate) address: String,
    pub(crate) client: Option<String>,
}

impl AppPasswordView {
    /// `offered` are the doors that people can use here; an app password that is good for others too need not list them.
    pub(crate) fn new(app_password: &AppPassword, now: Timestamp, offered: DoorSet) -> Self {
        let moment = |at: Timestamp| Moment::new(at, now);
        let state = app_password.state_at(now);
        let (label, tone, since, by, reason) = match &state {
            EffectiveState::Active => ("Active", Tone::Good, None, None, None),
            EffectiveState::Suspended { at, by } => ("Suspended", Tone::Waiting, Some(at), Some(by), None),
            EffectiveState::Expired { at } => ("Expired", Tone::Ended, Some(at), None, None),
            EffectiveState::IdleExpired { at } => ("Expired, unused", Tone::Ended, Some(at), None, None),
            EffectiveState::Revoked { at, by, reason } => {
                ("Revoked", Tone::Ended, Some(at), Some(by), Some(reason).filter(|reason| !reason.is_empty()))
            }
        };
        Self {
            id: app_password.id.to_string(),
            name: app_password.name.to_string(),
            note: app_password.note.as_ref().map(ToString::to_string),
            scope: scope_labels(app_password.scope, offered),
            networks: app_password.networks.as_slice().iter().map(ToString::to_string).collect(),
            senders: senders(&app_password.sender),
            acts_only_for: app_password.grant.as_ref().map(ToString::to_string),
            limits: app_password.limits.to_string(),
            created: moment(app_password.created.at),
            created_by: actor(&app_password.created.by).to_owned(),
            created_from: app_password.created.from.map(|address| address.to_string()),
            last_use: app_password.last_use.as_ref().map(|last| LastUseView {
                at: moment(last.at),
                door: door_label(last.door),
                address: last.address.to_string(),
                client: last.client.clone(),
            }),
            use_count: app_password.use_count,
            expires: app_password.expires_at.map(moment),
            idle_expiry: app_password.idle_expiry.map(span),
            overlap_until: app_password.overlap_until.filter(|until| *until > now).map(moment),
            state: label,
            tone,
            since: since.copied().map(moment),
            by: by.map(|by| actor(by).to_owned()),
            reason: reason.cloned(),
            warning: None,
            is_revoked: matches!(state, EffectiveState::Revoked { .. }),
            is_active: state == EffectiveState::Active,
            is_suspended: matches!(state, EffectiveState::Suspended { .. }),
        }
    }
}

impl AppPasswordView {
    /// With what its owner should look at, by the settings that hold for them.
    pub(crate) fn with_warning(
        self,
        app_password: &AppPassword,
        settings: &Settings,
        now: Timestamp,
    ) -> Self {
        let last = app_password.last_use.as_ref().map_or(app_password.created.at, |last| last.at);
        let unused = now.since(last);
        let soon = app_password.ends_between(now, now.plus(settings.expiry_notice));
        let warning = match soon {
            _ if !self.is_active => None,
            Some(at) if Some(at) == app_password.expires_at => {
                Some(format!("Expires {}", Moment::new(at, now).near))
            }
            Some(at) => Some(format!("Ends {} if unused", Moment::new(at, now).near)),
            None if unused < settings.stale_after => None,
            None if app_password.last_use.is_none() => Some("Never used".to_owned()),
            None => Some(format!("Unused for {}", span(unused))),
        };
        Self { warning, ..self }
    }
}

fn senders(sender: &SenderRestriction) -> String {
    match sender {
        SenderRestriction::AccountAddresses => "Only the account's own addresses".to_owned(),
        SenderRestriction::Listed(list) => list.join(", "),
        SenderRestriction::Unrestricted => "Any address that the mail server lets pass".to_owned(),
    }
}

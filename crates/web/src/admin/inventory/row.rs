//! A credential as a line of the inventory.

use postern_domain::Timestamp;
use postern_domain::api_token::Scope;
use postern_domain::door::DoorSet;
use postern_service::inventory::{
    CredentialKind, CredentialState, FactUse, Facts, InventoryFlag, InventoryItem, Wide,
};

use crate::view::{Moment, Tone, door_label, scope_labels, span};

/// A credential as a line of the inventory.
pub(crate) struct RowView {
    pub(crate) kind: &'static str,
    /// What it is called, where it has a name of its own.
    pub(crate) name: String,
    /// Its own page, where it has one that this reader opens.
    pub(crate) page: Option<String>,
    /// What happened at its beginning, of which `created` is the moment.
    pub(crate) began: &'static str,
    pub(crate) state: &'static str,
    pub(crate) tone: Tone,
    pub(crate) is_active: bool,
    pub(crate) owner: Option<OwnerView>,
    pub(crate) created: Moment,
    pub(crate) good_for: String,
    /// None: networks are nothing that this kind has.
    pub(crate) networks: Option<Vec<String>>,
    pub(crate) last: Option<UseView>,
    /// Whether anybody writes down when it is used.
    pub(crate) use_is_known: bool,
    pub(crate) expires: Option<Moment>,
    pub(crate) idle_expiry: Option<String>,
    pub(crate) flags: Vec<String>,
    /// The attempts after its end.
    pub(crate) tried: Option<TriedView>,
}

/// Whose it is.
pub(crate) struct OwnerView {
    pub(crate) name: String,
    /// The same for an address.
    pub(crate) query: String,
}

/// A use, or an attempt.
pub(crate) struct UseView {
    pub(crate) at: Moment,
    /// Door, address and client, as far as they are known.
    pub(crate) place: String,
}

/// Attempts after the end.
pub(crate) struct TriedView {
    pub(crate) count: u64,
    pub(crate) last: UseView,
}

impl RowView {
    pub(crate) fn new(item: &InventoryItem, now: Timestamp) -> Self {
        let facts = item.facts(now);
        let (state, tone) = state_words(facts.state);
        let owner = facts.account.as_ref().map(|account| OwnerView {
            query: url::form_urlencoded::byte_serialize(account.as_str().as_bytes()).collect(),
            name: account.to_string(),
        });
        let has_networks = matches!(
            facts.kind,
            CredentialKind::AppPassword | CredentialKind::ApiToken | CredentialKind::ClientSecret
        );
        let networks = || facts.networks.as_slice().iter().map(ToString::to_string).collect();
        Self {
            kind: kind_words(facts.kind),
            state,
            tone,
            is_active: facts.state == CredentialState::Active,
            owner,
            page: (facts.kind == CredentialKind::AppPassword).then(|| format!("/app-passwords/{}", facts.id)),
            began: match facts.kind {
                CredentialKind::AccountPassword => "first seen",
                CredentialKind::Consent => "given",
                CredentialKind::MailboxPassword => "entered",
                _ => "created",
            },
            created: Moment::new(facts.created_at, now),
            good_for: good_for(&facts),
            networks: has_networks.then(networks),
            last: facts.last_use.as_ref().map(|last| UseView::new(last, now)),
            use_is_known: facts.kind != CredentialKind::MailboxPassword,
            expires: facts.expires_at.map(|at| Moment::new(at, now)),
            idle_expiry: facts.idle_expiry.map(span),
            flags: item.flags.iter().map(|flag| finding(*flag, item, &facts, now)).collect(),
            tried: facts
                .tried
                .as_ref()
                .map(|tried| TriedView { count: tried.count, last: UseView::new(&tried.last, now) }),
            name: facts.name.unwrap_or_default(),
        }
    }
}

impl UseView {
    fn new(last: &FactUse, now: Timestamp) -> Self {
        let client = last.client.clone().filter(|client| !client.is_empty());
        let known = [
            last.door.map(|door| door_label(door).to_owned()),
            last.address.map(|address| address.to_string()),
            client,
        ];
        let known: Vec<String> = known.into_iter().flatten().collect();
        Self { at: Moment::new(last.at, now), place: known.join(", ") }
    }
}

fn good_for(facts: &Facts) -> String {
    match facts.kind {
        CredentialKind::AppPassword if facts.doors == DoorSet::all() => "Every door".to_owned(),
        CredentialKind::AppPassword => scope_labels(facts.doors, DoorSet::all()).join(", "),
        CredentialKind::AccountPassword => {
            format!("Last used at: {}", scope_labels(facts.doors, DoorSet::all()).join(", "))
        }
        CredentialKind::ApiToken | CredentialKind::ClientSecret => {
            let scopes = facts.scopes.unwrap_or_default();
            scopes.iter().map(Scope::name).collect::<Vec<_>>().join(", ")
        }
        CredentialKind::Consent => match &facts.mailbox {
            Some(mailbox) => format!("The mailbox {mailbox}"),
            None => "A mailbox; the provider did not say which".to_owned(),
        },
        CredentialKind::MailboxPassword => "The owner's mailbox there".to_owned(),
    }
}

fn finding(flag: InventoryFlag, item: &InventoryItem, facts: &Facts, now: Timestamp) -> String {
    match (flag, item.wide) {
        (InventoryFlag::TooWide, Some(Wide::BeyondPolicy(doors))) => {
            format!("Beyond the policy: {}", doors.iter().map(door_label).collect::<Vec<_>>().join(", "))
        }
        (InventoryFlag::TooWide, Some(Wide::EverythingFromAnywhere)) => {
            "Every door, and no network limits it".to_owned()
        }
        (InventoryFlag::TooWide, Some(Wide::ChangesFromAnywhere)) => {
            "Changes what is others', and no network limits it".to_owned()
        }
        (InventoryFlag::ExpiringSoon, _) if item.ends_at != facts.expires_at => {
            let near = item.ends_at.map(|at| Moment::new(at, now).near).unwrap_or_default();
            format!("Ends {near} if unused")
        }
        (flag, _) => flag_words(flag).to_owned(),
    }
}

/// What has a flag, in words.
pub(crate) const fn flag_words(flag: InventoryFlag) -> &'static str {
    match flag {
        InventoryFlag::NeverUsed => "Never used",
        InventoryFlag::Stale => "Stale",
        InventoryFlag::NoExpiry => "No expiry",
        InventoryFlag::TooWide => "Too wide",
        InventoryFlag::ExpiringSoon => "Expiring soon",
        InventoryFlag::TriedAfterEnd => "Still tried after its end",
        InventoryFlag::Lapsed => "Lapsed",
    }
}

/// A kind, in words.
pub(crate) const fn kind_words(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::AppPassword => "App password",
        CredentialKind::AccountPassword => "Account password at a door",
        CredentialKind::ApiToken => "API token",
        CredentialKind::ClientSecret => "Client secret",
        CredentialKind::Consent => "Consent",
        CredentialKind::MailboxPassword => "Mailbox password",
    }
}

const fn state_words(state: CredentialState) -> (&'static str, Tone) {
    match state {
        CredentialState::Active => ("Active", Tone::Good),
        CredentialState::Suspended => ("Suspended", Tone::Waiting),
        CredentialState::Expired => ("Expired", Tone::Ended),
        CredentialState::IdleExpired => ("Expired, unused", Tone::Ended),
        CredentialState::Revoked => ("Revoked", Tone::Ended),
        CredentialState::Lapsed => ("Lapsed", Tone::Ended),
        CredentialState::Refused => ("Refused", Tone::Ended),
    }
}

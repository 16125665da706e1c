//! An app password as a line of the inventory.

use postern_domain::Timestamp;
use postern_domain::app_password::LastUse;
use postern_domain::door::DoorSet;
use postern_service::inventory::{InventoryFlag, InventoryItem, Wide};

use crate::view::{AppPasswordView, Moment, door_label};

/// An app password as a line of the inventory.
pub(crate) struct RowView {
    pub(crate) app_password: AppPasswordView,
    pub(crate) owner: String,
    pub(crate) owner_query: String,
    pub(crate) flags: Vec<String>,
    pub(crate) last: Option<UseView>,
    /// The attempts after its end.
    pub(crate) tried: Option<TriedView>,
    pub(crate) doors: String,
}

/// A use, or an attempt.
pub(crate) struct UseView {
    pub(crate) at: Moment,
    pub(crate) door: &'static str,
    pub(crate) address: String,
    pub(crate) client: Option<String>,
}

/// Attempts after the end.
pub(crate) struct TriedView {
    pub(crate) count: u64,
    pub(crate) last: UseView,
}

impl RowView {
    pub(crate) fn new(item: &InventoryItem, now: Timestamp) -> Self {
        let its = &item.row.app_password;
        let owner = item.row.owner.to_string();
        let flag = |flag: &InventoryFlag| match (flag, item.wide) {
            (InventoryFlag::TooWide, Some(Wide::BeyondPolicy(doors))) => {
                format!("Beyond the policy: {doors}")
            }
            (InventoryFlag::TooWide, Some(Wide::EverythingFromAnywhere)) => {
                "Every door, from any network".to_owned()
            }
            (flag, _) => flag_words(*flag).to_owned(),
        };
        let app_password = AppPasswordView::new(its, now, DoorSet::all());
        let doors =
            if its.scope == DoorSet::all() { "Every door".to_owned() } else { app_password.scope.join(", ") };
        Self {
            flags: item.flags.iter().map(flag).collect(),
            last: its.last_use.as_ref().map(|last| UseView::new(last, now)),
            tried: item
                .tried()
                .map(|tried| TriedView { count: tried.count, last: UseView::new(&tried.last, now) }),
            owner_query: url::form_urlencoded::byte_serialize(owner.as_bytes()).collect(),
            owner,
            doors,
            app_password,
        }
    }
}

impl UseView {
    fn new(last: &LastUse, now: Timestamp) -> Self {
        Self {
            at: Moment::new(last.at, now),
            door: door_label(last.door),
            address: last.address.to_string(),
            client: last.client.clone().filter(|client| !client.is_empty()),
        }
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
    }
}

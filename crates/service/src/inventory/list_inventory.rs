//! List every app password of every account.

use postern_domain::Timestamp;
use postern_domain::account::{AccountName, Permission};
use postern_domain::door::{Door, DoorSet};
use postern_domain::setting::{Policy, Settings};
use postern_storage::{
    InventoryCriteria, InventoryFilter, InventoryFlag, InventoryRow, MOST_COUNTED, Snapshot, TriedAfterEnd,
};

use super::place;
use super::{InventoryCursor, InventoryError, NoSuchPlace};
use crate::authorise::Asker;
use crate::{By, Service};

/// A page of those that may be too wide is read on so often, when all that was read is allowed to its accounts after all.
const MOST_READS: usize = 5;

/// Which app passwords are asked for. Without a flag: all that are not revoked.
#[derive(Clone, Debug)]
pub struct InventoryQuery {
    /// Only those with this flag.
    pub flag: Option<InventoryFlag>,
    /// Only those that are good for this door.
    pub door: Option<Door>,
    /// Only those of this account.
    pub owner: Option<AccountName>,
    /// Only those whose name begins so, in whatever case.
    pub name: Option<String>,
    /// Where the page before ended.
    pub after: Option<InventoryCursor>,
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

/// A page of the list.
#[derive(Debug)]
pub struct InventoryList {
    /// Its app passwords. They can be fewer than asked for, even none, while there are more to come.
    pub items: Vec<InventoryItem>,
    /// Where the next page goes on; none at the end.
    pub next: Option<InventoryCursor>,
}

/// An app password, with what it is listed for.
#[derive(Clone, Debug)]
pub struct InventoryItem {
    /// The app password and its owner.
    pub row: InventoryRow,
    /// Every flag that it has.
    pub flags: Vec<InventoryFlag>,
    /// Why it is too wide, when it is.
    pub wide: Option<Wide>,
}

/// Why an app password is too wide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wide {
    /// It is good for these doors, which the policy of its account does not allow.
    BeyondPolicy(DoorSet),
    /// It is good for every door from any network.
    EverythingFromAnywhere,
}

/// How many there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InventoryCount {
    /// Of which: none counts all that are not revoked.
    pub flag: Option<InventoryFlag>,
    /// So many, or where it is [`MOST_COUNTED`] and one more, more than that. Where groups have protocol scopes of their
    /// own, those that may be too wide.
    pub count: u64,
}

impl InventoryCount {
    /// `7`, or `10,000+`.
    #[must_use]
    pub fn shown(&self) -> String {
        if self.count > MOST_COUNTED { "10,000+".to_owned() } else { self.count.to_string() }
    }
}

impl InventoryQuery {
    /// The place in the list of that text, which [`InventoryList::next_text`] made.
    ///
    /// # Errors
    /// [`NoSuchPlace`].
    pub fn place(text: &str) -> Result<InventoryCursor, NoSuchPlace> {
        place::parse(text)
    }
}

impl InventoryList {
    /// Where the next page goes on, as text for an address.
    #[must_use]
    pub fn next_text(&self) -> Option<String> {
        self.next.as_ref().map(place::show)
    }
}

impl Service {
    /// A page of the inventory.
    ///
    /// # Errors
    /// [`InventoryError`].
    pub async fn list_inventory(
        &self,
        by: By<'_>,
        query: &InventoryQuery,
    ) -> Result<InventoryList, InventoryError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let now = self.now();
        may_read(by, &mut *snapshot, now).await?;
        let owner = match &query.owner {
            Some(name) => {
                Some(snapshot.account_by_address(name).await?.ok_or(InventoryError::NoSuchAccount)?.id)
            }
            None => None,
        };
        let policy = snapshot.policy().await?;
        let criteria = criteria(&policy, now);
        let InventoryQuery { flag, door, .. } = *query;
        let (name, after) = (query.name.clone(), query.after.clone());
        let mut filter = InventoryFilter { flag, door, owner, name, after, limit: query.limit };
        let mut items = Vec::new();
        for _ in 0..MOST_READS {
            let page = snapshot.inventory(&filter, &criteria).await?;
            let read = page.rows.into_iter().map(|row| InventoryItem::new(row, &policy, &criteria));
            items.extend(read.filter(|item| flag.is_none_or(|flag| item.flags.contains(&flag))));
            filter.after = page.next;
            filter.limit = query.limit.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
            if filter.limit == 0 || filter.after.is_none() || flag != Some(InventoryFlag::TooWide) {
                break;
            }
        }
        Ok(InventoryList { items, next: filter.after })
    }

    /// How many there are of each.
    ///
    /// # Errors
    /// [`InventoryError`].
    pub async fn count_inventory(&self, by: By<'_>) -> Result<Vec<InventoryCount>, InventoryError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let now = self.now();
        may_read(by, &mut *snapshot, now).await?;
        let criteria = criteria(&snapshot.policy().await?, now);
        let mut counts = Vec::new();
        for flag in std::iter::once(None).chain(InventoryFlag::ALL.iter().copied().map(Some)) {
            let count = snapshot.inventory_count(flag, &criteria).await?;
            counts.push(InventoryCount { flag, count });
        }
        Ok(counts)
    }
}

pub(super) async fn may_read(
    by: By<'_>,
    state: &mut (dyn Snapshot + '_),
    now: Timestamp,
) -> Result<(), InventoryError> {
    let asker = Asker::read(by, state, now).await?;
    asker.may(Permission::ReadInventory).then_some(()).ok_or(InventoryError::NotAllowed)
}

fn criteria(policy: &Policy, now: Timestamp) -> InventoryCriteria {
    let settings = policy.organization.settings();
    let everybodys = std::iter::once(settings)
        .chain(policy.groups.values().map(postern_domain::setting::Values::settings));
    let forbidden =
        everybodys.flat_map(|settings| not_allowed(settings, DoorSet::all()).iter().collect::<Vec<_>>());
    InventoryCriteria {
        now,
        stale_before: now.minus(settings.stale_after),
        expiring_before: now.plus(settings.expiry_notice),
        doors_to_look_at: forbidden.collect(),
    }
}

/// The doors of a scope that the settings do not allow.
fn not_allowed(settings: &Settings, scope: DoorSet) -> DoorSet {
    scope.iter().filter(|door| !settings.allowed_scopes.contains(*door)).collect()
}

impl InventoryItem {
    fn new(row: InventoryRow, policy: &Policy, criteria: &InventoryCriteria) -> Self {
        use postern_domain::app_password::StoredState;
        let its = &row.app_password;
        let beyond = not_allowed(&policy.settings_for(&row.groups), its.scope);
        let wide = if !beyond.is_empty() {
            Some(Wide::BeyondPolicy(beyond))
        } else if its.scope == DoorSet::all() && its.networks.as_slice().is_empty() {
            Some(Wide::EverythingFromAnywhere)
        } else {
            None
        };
        let last = its.last_use.as_ref().map_or(its.created.at, |last| last.at);
        let ahead = its.expires_at.is_some_and(|at| at >= criteria.now && at < criteria.expiring_before);
        let has = |flag: InventoryFlag| match flag {
            InventoryFlag::NeverUsed => its.last_use.is_none(),
            InventoryFlag::Stale => last < criteria.stale_before,
            InventoryFlag::NoExpiry => its.expires_at.is_none() && its.idle_expiry.is_none(),
            InventoryFlag::TooWide => wide.is_some(),
            InventoryFlag::ExpiringSoon => ahead,
            InventoryFlag::TriedAfterEnd => row.tried.is_some(),
        };
        // Of one that is revoked nothing matters but that somebody still tries it.
        let revoked = matches!(its.state, StoredState::Revoked { .. });
        let flags = InventoryFlag::ALL
            .iter()
            .copied()
            .filter(|flag| has(*flag) && (!revoked || *flag == InventoryFlag::TriedAfterEnd))
            .collect();
        Self { wide, flags, row }
    }

    /// The attempts after its end.
    #[must_use]
    pub const fn tried(&self) -> Option<&TriedAfterEnd> {
        self.row.tried.as_ref()
    }
}

//! List every credential with which nobody answers a second factor.

use postern_domain::Timestamp;
use postern_domain::account::{AccountName, Permission};
use postern_domain::door::{Door, DoorSet};
use postern_domain::id::AccountId;
use postern_domain::setting::Policy;
use postern_storage::{
    InventoryCriteria, InventoryFilter, InventoryFlag, MOST_COUNTED, OtherFilter, OtherKind, Snapshot,
    StorageError,
};

use super::findings::not_allowed;
use super::place;
use super::{CredentialKind, InventoryError, InventoryItem, InventoryPlace, NoSuchPlace};
use crate::authorise::Asker;
use crate::{By, Service};

/// A page of those that may be too wide is read on so often, when all that was read is allowed to its accounts after all.
const MOST_READS: usize = 5;

/// Which credentials are asked for. Without a flag: all that are not revoked.
#[derive(Clone, Debug, Default)]
pub struct InventoryQuery {
    /// Only those of this kind.
    pub kind: Option<CredentialKind>,
    /// Only those with this flag.
    pub flag: Option<InventoryFlag>,
    /// Only those that are good for this door, or of account passwords those that were used there. No other kind has doors.
    pub door: Option<Door>,
    /// Only those of this account.
    pub owner: Option<AccountName>,
    /// Only those whose name begins so, in whatever case.
    pub name: Option<String>,
    /// Where the page before ended.
    pub after: Option<InventoryPlace>,
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

/// A page of the list.
#[derive(Debug)]
pub struct InventoryList {
    /// Its credentials, one kind after the other. They can be fewer than asked for, even none, while there are more to
    /// come.
    pub items: Vec<InventoryItem>,
    /// Where the next page goes on; none at the end.
    pub next: Option<InventoryPlace>,
}

/// How many there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InventoryCount {
    /// Of which: none counts all that are not revoked.
    pub flag: Option<InventoryFlag>,
    /// So many, or where it is more than [`MOST_COUNTED`], more than that. Where groups have protocol scopes of their
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
    pub fn place(text: &str) -> Result<InventoryPlace, NoSuchPlace> {
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
        let mut reading = Reading { query, owner, policy, criteria, state: &mut *snapshot };
        // A place in another kind is from another list: then from the beginning.
        let place = query.after.clone().filter(|place| query.kind.is_none_or(|kind| kind == place.kind()));
        let mut list = InventoryList { items: Vec::new(), next: place };
        let first = query.kind.unwrap_or(CredentialKind::AppPassword);
        let mut kind = list.next.as_ref().map_or(first, InventoryPlace::kind);
        loop {
            reading.add(kind, &mut list).await?;
            if list.next.is_some() {
                return Ok(list);
            }
            let Some(next) = kind.next().filter(|_| query.kind.is_none()) else { return Ok(list) };
            if list.items.len() >= query.limit as usize {
                list.next = Some(InventoryPlace::Before(next));
                return Ok(list);
            }
            kind = next;
        }
    }

    /// How many there are of each, of every kind together.
    ///
    /// # Errors
    /// [`InventoryError`].
    pub async fn count_inventory(&self, by: By<'_>) -> Result<Vec<InventoryCount>, InventoryError> {
        self.count_inventory_of(by, None).await
    }

    /// How many there are with one flag, of one kind or of all together.
    ///
    /// # Errors
    /// [`InventoryError`].
    pub async fn count_inventory_with(
        &self,
        by: By<'_>,
        kind: Option<CredentialKind>,
        flag: InventoryFlag,
    ) -> Result<InventoryCount, InventoryError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let now = self.now();
        may_read(by, &mut *snapshot, now).await?;
        let criteria = criteria(&snapshot.policy().await?, now);
        let count = count(&mut *snapshot, kind, Some(flag), &criteria).await?;
        Ok(InventoryCount { flag: Some(flag), count })
    }

    /// How many there are of each, of one kind or of all together.
    ///
    /// # Errors
    /// [`InventoryError`].
    pub async fn count_inventory_of(
        &self,
        by: By<'_>,
        kind: Option<CredentialKind>,
    ) -> Result<Vec<InventoryCount>, InventoryError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let now = self.now();
        may_read(by, &mut *snapshot, now).await?;
        let criteria = criteria(&snapshot.policy().await?, now);
        let mut counts = Vec::new();
        for flag in std::iter::once(None).chain(InventoryFlag::ALL.iter().copied().map(Some)) {
            let count = count(&mut *snapshot, kind, flag, &criteria).await?;
            counts.push(InventoryCount { flag, count });
        }
        Ok(counts)
    }
}

/// How many there are, of one kind or of all together.
async fn count(
    state: &mut (dyn Snapshot + '_),
    kind: Option<CredentialKind>,
    flag: Option<InventoryFlag>,
    criteria: &InventoryCriteria,
) -> Result<u64, StorageError> {
    let mut count = 0;
    for each in CredentialKind::ALL.iter().filter(|each| kind.is_none_or(|kind| kind == **each)) {
        count += match each.other() {
            None => state.inventory_count(flag, criteria).await?,
            Some(other) => state.other_credential_count(other, flag, criteria).await?,
        };
    }
    Ok(count)
}

/// What a list is read with.
struct Reading<'q, 's> {
    query: &'q InventoryQuery,
    owner: Option<AccountId>,
    policy: Policy,
    criteria: InventoryCriteria,
    state: &'s mut dyn Snapshot,
}

impl Reading<'_, '_> {
    /// Adds what there is of a kind from the list's place on, and moves the place.
    async fn add(&mut self, kind: CredentialKind, list: &mut InventoryList) -> Result<(), InventoryError> {
        match kind.other() {
            None => self.app_passwords(list).await,
            Some(other) => self.others(kind, other, list).await,
        }
    }

    fn left(&self, list: &InventoryList) -> u32 {
        self.query.limit.saturating_sub(u32::try_from(list.items.len()).unwrap_or(u32::MAX))
    }

    async fn app_passwords(&mut self, list: &mut InventoryList) -> Result<(), InventoryError> {
        let InventoryQuery { flag, door, .. } = *self.query;
        let after = match list.next.take() {
            Some(InventoryPlace::AppPassword(cursor)) => Some(cursor),
            _ => None,
        };
        if flag == Some(InventoryFlag::Lapsed) {
            return Ok(());
        }
        let (owner, name, limit) = (self.owner, self.query.name.clone(), self.left(list));
        let mut filter = InventoryFilter { flag, door, owner, name, after, limit };
        for _ in 0..MOST_READS {
            let page = self.state.inventory(&filter, &self.criteria).await?;
            let (policy, criteria) = (&self.policy, &self.criteria);
            let read = page.rows.into_iter().map(|row| InventoryItem::app_password(row, policy, criteria));
            list.items.extend(read.filter(|item| flag.is_none_or(|flag| item.has(flag))));
            filter.after = page.next;
            filter.limit = self.left(list);
            if filter.limit == 0 || filter.after.is_none() || flag != Some(InventoryFlag::TooWide) {
                break;
            }
        }
        list.next = filter.after.map(InventoryPlace::AppPassword);
        Ok(())
    }

    async fn others(
        &mut self,
        kind: CredentialKind,
        other: OtherKind,
        list: &mut InventoryList,
    ) -> Result<(), InventoryError> {
        let after = match list.next.take() {
            Some(InventoryPlace::Other(_, cursor)) => Some(cursor),
            _ => None,
        };
        let InventoryQuery { flag, door, .. } = *self.query;
        let (owner, name, limit) = (self.owner, self.query.name.clone(), self.left(list));
        let filter = OtherFilter { kind: other, flag, door, owner, name, after, limit };
        let page = self.state.other_credentials(&filter, &self.criteria).await?;
        list.items.extend(page.rows.into_iter().map(|row| InventoryItem::other(row, &self.criteria)));
        list.next = page.next.map(|cursor| InventoryPlace::Other(kind, cursor));
        Ok(())
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

//! Every app password of every account, for who looks after them: page by page, by what is wrong with it.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::{AccountKind, AccountName, AccountStatus, GroupName};
use postern_domain::app_password::AppPassword;
use postern_domain::door::{Door, DoorSet};
use postern_domain::id::{AccountId, AppPasswordId};

use crate::{Result, TriedAfterEnd};

/// What an app password can be listed for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum InventoryFlag {
    /// It was never used.
    NeverUsed,
    /// It was not used since [`InventoryCriteria::stale_before`], or not at all and is older than that.
    Stale,
    /// It has neither an expiry nor an idle expiry.
    NoExpiry,
    /// It is good for a door in [`InventoryCriteria::doors_to_look_at`], or for every door
    /// ([`AppPassword::opens_everything`]) without a network that keeps others out.
    TooWide,
    /// It ends before [`InventoryCriteria::expiring_before`]: by its expiry, or unless something uses it
    /// ([`AppPassword::ends_between`]).
    ExpiringSoon,
    /// It has ended, by whatever end, or was rotated, and a program still tries it.
    TriedAfterEnd,
    /// It holds no more, and its owner has to give it anew: a consent.
    Lapsed,
}

impl InventoryFlag {
    /// Every flag, in the order in which they are shown.
    pub const ALL: &'static [Self] = &[
        Self::TriedAfterEnd,
        Self::Lapsed,
        Self::TooWide,
        Self::NeverUsed,
        Self::Stale,
        Self::NoExpiry,
        Self::ExpiringSoon,
    ];

    /// The name on the command line, in exports and addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NeverUsed => "never-used",
            Self::Stale => "stale",
            Self::NoExpiry => "no-expiry",
            Self::TooWide => "too-wide",
            Self::ExpiringSoon => "expiring-soon",
            Self::TriedAfterEnd => "tried-after-end",
            Self::Lapsed => "lapsed",
        }
    }

    /// The flag of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|flag| flag.name() == name)
    }
}

/// What the flags are measured by.
#[derive(Clone, Copy, Debug)]
pub struct InventoryCriteria {
    /// The present moment.
    pub now: Timestamp,
    /// The last use of a stale one is before this.
    pub stale_before: Timestamp,
    /// The expiry of one that expires soon is before this.
    pub expiring_before: Timestamp,
    /// Doors that somebody's policy does not allow: what is good for one of them may be too wide for its account, and the
    /// reader has to look.
    pub doors_to_look_at: DoorSet,
}

/// Which app passwords a page shows. Without a flag: all that are not revoked.
#[derive(Clone, Debug, Default)]
pub struct InventoryFilter {
    /// Only those with this flag. But for [`InventoryFlag::TriedAfterEnd`], none that is revoked.
    pub flag: Option<InventoryFlag>,
    /// Only those that are good for this door.
    pub door: Option<Door>,
    /// Only those of this account.
    pub owner: Option<AccountId>,
    /// Only those whose name begins so, in whatever case.
    pub name: Option<String>,
    /// Only those after this one, in the order of the list.
    pub after: Option<InventoryCursor>,
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

/// A place in a list: the last row that was looked at. Good only with the filter that it came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InventoryCursor {
    /// What the list is ordered by, before the id.
    pub key: CursorKey,
    /// The app password.
    pub id: AppPasswordId,
}

/// What a list is ordered by before the id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CursorKey {
    /// Nothing: newest first.
    Newest,
    /// A moment or a day.
    Number(i64),
    /// The folded name.
    Name(String),
}

/// An app password with its owner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InventoryRow {
    /// The app password.
    pub app_password: AppPassword,
    /// Its owner's primary address.
    pub owner: AccountName,
    /// Person or service account.
    pub kind: AccountKind,
    /// Whether the owner may sign in at all.
    pub status: AccountStatus,
    /// The owner's groups.
    pub groups: Vec<GroupName>,
    /// The attempts after its end.
    pub tried: Option<TriedAfterEnd>,
}

/// A page of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InventoryPage {
    /// Its rows. They can be fewer than asked for, even none, with more to come: no page looks at more than
    /// [`MOST_LOOKED_AT`].
    pub rows: Vec<InventoryRow>,
    /// Where the next page goes on; none at the end.
    pub next: Option<InventoryCursor>,
}

/// Most app passwords that one page looks at. Where a filter has no index of its own a page ends there, and the next one
/// goes on, so that none takes long however many there are.
pub const MOST_LOOKED_AT: u32 = 10_000;

/// Counts go so far, and no further: nobody needs to know more exactly.
pub const MOST_COUNTED: u64 = 10_000;

/// Reading the inventory.
#[async_trait]
pub trait InventoryRead {
    /// A page of the inventory.
    async fn inventory(
        &mut self,
        filter: &InventoryFilter,
        criteria: &InventoryCriteria,
    ) -> Result<InventoryPage>;

    /// How many there are with a flag, or with none how many are not revoked; [`MOST_COUNTED`] and one more stands for
    /// more than that.
    async fn inventory_count(
        &mut self,
        flag: Option<InventoryFlag>,
        criteria: &InventoryCriteria,
    ) -> Result<u64>;
}

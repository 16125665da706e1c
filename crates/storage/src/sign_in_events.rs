//! Sign-in events and the uses of app passwords. Written in batches (group commit).

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::app_password::LastUse;
use postern_domain::id::{AccountId, AppPasswordId, SignInEventId};
use postern_domain::sign_in::{Place, RefusalReference, SignInEvent};

use crate::Result;

/// Uses of an app password to be added to what is known of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// Which.
    pub app_password: AppPasswordId,
    /// The latest.
    pub last: LastUse,
    /// How many.
    pub count: u64,
}

/// Which events a list shows.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Only of this account.
    pub account: Option<AccountId>,
    /// Only of this app password.
    pub app_password: Option<AppPasswordId>,
    /// Only at this place.
    pub place: Option<Place>,
    /// Only refused ones.
    pub refused_only: bool,
    /// Only accepted ones.
    pub accepted_only: bool,
    /// Only accepted ones that would have been refused, had the door not been in report-only mode.
    pub would_refuse_only: bool,
    /// Only from this moment on. The id of an event begins with the moment at which it was made (UUID version 7), which is not
    /// before [`SignInEvent::at`]: a list ends where the ids are older than this.
    pub since: Option<Timestamp>,
    /// Only events before this one (for the next page; lists run from new to old).
    pub before: Option<SignInEventId>,
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

/// Reading sign-in events.
#[async_trait]
pub trait SignInEventsRead {
    /// The events that `filter` names, newest first.
    async fn sign_in_events(&mut self, filter: &EventFilter) -> Result<Vec<SignInEvent>>;

    /// The refused event with that reference; the newest, should two have the same.
    async fn sign_in_event_by_reference(
        &mut self,
        reference: RefusalReference,
    ) -> Result<Option<SignInEvent>>;

    /// The event of that id.
    async fn sign_in_event(&mut self, id: SignInEventId) -> Result<Option<SignInEvent>>;

    /// The events that the audit record at `seal` seals, in the order of their ids.
    async fn sign_in_events_sealed_by(&mut self, seal: u64) -> Result<Vec<SignInEvent>>;

    /// How many events there are. Those that the seals cover must be as many.
    async fn sign_in_event_count(&mut self) -> Result<u64>;
}

/// Writing sign-in events.
#[async_trait]
pub trait SignInEventsWrite: SignInEventsRead {
    /// Adds events that the audit record at `seal` seals. It is named on each, and not by a range of ids: several nodes
    /// write at once, and their ids interleave.
    async fn insert_sign_in_events(&mut self, events: &[SignInEvent], seal: u64) -> Result<()>;

    /// Adds uses: counts add up, the later `last` wins.
    async fn record_uses(&mut self, uses: &[Use]) -> Result<()>;
}

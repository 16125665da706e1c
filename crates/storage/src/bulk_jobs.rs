//! Changes to many accounts: who asked, which accounts, and how far it got.
//!
//! The accounts are written down when it is asked for, so that it is known how many there are, that each is done once, and
//! that another server can go on where one stopped.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::{AccountName, BulkChange};
use postern_domain::id::{AccountId, BulkJobId, NodeId};

use crate::{AccountFilter, Result};

/// A change to many accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BulkJob {
    /// Names it.
    pub id: BulkJobId,
    /// The account of who asked.
    pub account: AccountId,
    /// Who asked, as [`postern_domain::actor::Actor`] shows itself.
    pub asked_by: String,
    /// What is done to each.
    pub change: BulkChange,
    /// In words, how the accounts were chosen.
    pub chosen: String,
    /// How many accounts.
    pub total: u64,
    /// How many were changed.
    pub done: u64,
    /// How many were not.
    pub not_done: u64,
    /// When it was asked for.
    pub started_at: Timestamp,
    /// When the last account was done with; none: it goes on.
    pub finished_at: Option<Timestamp>,
}

/// Which accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BulkChoice {
    /// These.
    Listed(Vec<AccountId>),
    /// All that match at the moment when it is asked for, the filter's page aside.
    Matching(Box<AccountFilter>),
}

/// Reading changes to many accounts.
#[async_trait]
pub trait BulkJobsRead {
    /// The one of that id.
    async fn bulk_job(&mut self, id: BulkJobId) -> Result<Option<BulkJob>>;

    /// At most `limit`, newest first: of those that were asked for before `before` (for the next page).
    async fn bulk_jobs(&mut self, before: Option<BulkJobId>, limit: u32) -> Result<Vec<BulkJob>>;

    /// Those that go on and whose server was not heard of since `before`.
    async fn abandoned_bulk_jobs(&mut self, before: Timestamp) -> Result<Vec<BulkJobId>>;

    /// At most `limit` accounts that are still to come.
    async fn bulk_accounts_to_come(&mut self, id: BulkJobId, limit: u32) -> Result<Vec<AccountId>>;

    /// At most `limit` accounts that were not changed, by their names after `after`, each with why.
    async fn bulk_accounts_not_done(
        &mut self,
        id: BulkJobId,
        after: Option<&AccountName>,
        limit: u32,
    ) -> Result<Vec<(AccountId, AccountName, String)>>;
}

/// Writing changes to many accounts.
#[async_trait]
pub trait BulkJobsWrite: BulkJobsRead {
    /// Adds one with its accounts, held by nobody, and gives it with its total. One statement for however many there are.
    async fn insert_bulk_job(&mut self, job: BulkJob, choice: &BulkChoice) -> Result<BulkJob>;

    /// Takes it for a server: when nobody has it, or whoever has it was not heard of since `before`. True: it is the
    /// holder's now.
    async fn hold_bulk_job(
        &mut self,
        id: BulkJobId,
        holder: NodeId,
        now: Timestamp,
        before: Timestamp,
    ) -> Result<bool>;

    /// Notes accounts that were done with: changed, or not and why. Counts them, and ends it when none is to come. One that
    /// was noted before stays as it is.
    async fn note_bulk_accounts(
        &mut self,
        id: BulkJobId,
        accounts: &[(AccountId, Option<String>)],
        now: Timestamp,
    ) -> Result<()>;

    /// Forgets those that ended before a moment.
    async fn forget_bulk_jobs(&mut self, before: Timestamp) -> Result<u64>;
}

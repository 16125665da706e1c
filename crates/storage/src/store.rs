//! The database as a whole.

use async_trait::async_trait;
use tokio::sync::broadcast;

use crate::{
    AccountPasswordUsesRead, AccountPasswordUsesWrite, AccountsRead, AccountsWrite, ApiTokensRead,
    ApiTokensWrite, AppPasswordHistoryRead, AppPasswordHistoryWrite, AppPasswordsRead, AppPasswordsWrite,
    AuditLogRead, AuditLogWrite, BulkJobsRead, BulkJobsWrite, Candidate, CeremoniesWrite, Change,
    DirectoryRead, DirectoryWrite, ExpiriesWrite, HelpRequestsRead, HelpRequestsWrite, IdempotencyWrite,
    InventoryRead, KeyChecksRead, KeyChecksWrite, LiveSessionsRead, LiveSessionsWrite, MethodsRead,
    MethodsWrite, NoticesRead, NoticesWrite, NotificationAddressesRead, NotificationAddressesWrite,
    OtherCredentialsRead, OtherCredentialsWrite, OutsideIdentitiesRead, OutsideIdentitiesWrite,
    PortalSessionsRead, PortalSessionsWrite, RememberedBrowsersRead, RememberedBrowsersWrite, Result,
    SecretLookup, SentCodesRead, SentCodesWrite, SettingsRead, SettingsWrite, SetupLinksRead,
    SetupLinksWrite, ShippingRead, ShippingWrite, SignInEventsRead, SignInEventsWrite, TalliesRead,
    TalliesWrite, UpstreamCredentialsRead, UpstreamCredentialsWrite,
};

/// A database, shared by all tasks of a server.
#[async_trait]
pub trait Store: Send + Sync {
    /// A consistent state to read from.
    ///
    /// # Errors
    /// [`crate::StorageError::Unavailable`] within two seconds when the database does not answer.
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>>;

    /// A write transaction. Waits for the one before, on this node or another; at most five seconds.
    ///
    /// # Errors
    /// [`crate::StorageError::Unavailable`], [`crate::StorageError::Unwritable`].
    async fn begin(&self) -> Result<Box<dyn Transaction>>;

    /// The hot path: the app passwords whose secret may be the one presented, by one indexed point read, never a scan,
    /// never from a cache: a revocation that was committed before the call is seen, on any node.
    ///
    /// # Errors
    /// [`crate::StorageError::Unavailable`].
    async fn find_candidates(&self, lookup: &SecretLookup<'_>) -> Result<Vec<Candidate>>;

    /// The changes that any process commits from now on, this one included, within 100 ms of their commit. A receiver
    /// that lags must look at everything anew.
    fn changes(&self) -> broadcast::Receiver<Change>;
}

/// One consistent state, read only.
#[async_trait]
pub trait Snapshot:
    AccountsRead
    + AccountPasswordUsesRead
    + BulkJobsRead
    + ApiTokensRead
    + AppPasswordsRead
    + AppPasswordHistoryRead
    + HelpRequestsRead
    + DirectoryRead
    + LiveSessionsRead
    + MethodsRead
    + NoticesRead
    + NotificationAddressesRead
    + OtherCredentialsRead
    + OutsideIdentitiesRead
    + PortalSessionsRead
    + RememberedBrowsersRead
    + SentCodesRead
    + SignInEventsRead
    + TalliesRead
    + InventoryRead
    + AuditLogRead
    + SettingsRead
    + SetupLinksRead
    + ShippingRead
    + KeyChecksRead
    + UpstreamCredentialsRead
    + Send
{
}

/// A write transaction. Dropped without [`Self::commit`], it leaves nothing.
#[async_trait]
pub trait Transaction:
    Snapshot
    + AccountsWrite
    + AccountPasswordUsesWrite
    + BulkJobsWrite
    + ApiTokensWrite
    + AppPasswordsWrite
    + AppPasswordHistoryWrite
    + HelpRequestsWrite
    + DirectoryWrite
    + IdempotencyWrite
    + LiveSessionsWrite
    + MethodsWrite
    + NoticesWrite
    + ExpiriesWrite
    + NotificationAddressesWrite
    + OtherCredentialsWrite
    + OutsideIdentitiesWrite
    + PortalSessionsWrite
    + CeremoniesWrite
    + RememberedBrowsersWrite
    + SentCodesWrite
    + SignInEventsWrite
    + TalliesWrite
    + AuditLogWrite
    + SettingsWrite
    + SetupLinksWrite
    + ShippingWrite
    + KeyChecksWrite
    + UpstreamCredentialsWrite
{
    /// Puts `change` into the change feed, where every running server sees it once the transaction is committed.
    async fn announce(&mut self, change: Change) -> Result<()>;

    /// Makes everything durable. When it returns, every later read on any node sees it.
    ///
    /// # Errors
    /// Any; then nothing was written, or, if the connection broke at that moment, it is unknown.
    async fn commit(self: Box<Self>) -> Result<()>;
}

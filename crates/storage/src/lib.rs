//! What the service may ask of a database: one trait for each aggregate, one error, one contract suite.
//!
//! A [`Snapshot`] reads one consistent state. A [`Transaction`] reads and writes; what it wrote, its audit records and
//! its entries in the change feed become durable together when [`Transaction::commit`] returns, or not at all: a
//! transaction that is dropped is rolled back. Write transactions follow one another, on one node and across nodes.

mod account_password_uses;
mod accounts;
mod api_tokens;
mod app_password_history;
mod app_passwords;
mod audit_log;
mod bulk_jobs;
mod ceremonies;
mod changes;
#[cfg(feature = "contract")]
pub mod contract;
mod directory;
mod error;
mod expiries;
mod help_requests;
mod idempotency;
mod inventory;
mod key_checks;
mod live_sessions;
mod methods;
mod notices;
mod notification_addresses;
mod other_credentials;
mod outside_identities;
mod places;
mod portal_sessions;
mod remembered_browsers;
mod sent_codes;
mod settings;
mod setup_links;
mod shipping;
mod sign_in_events;
mod store;
mod tallies;
mod upstream_credentials;

pub use account_password_uses::{
    AccountPasswordUse, AccountPasswordUsesRead, AccountPasswordUsesWrite, NoSuchProgramPlace, Program,
    ProgramFilter, ProgramPlace, ProgramTotals,
};
pub use accounts::{
    AccountFilter, AccountPasswordRecord, AccountSummary, AccountsRead, AccountsWrite, ListedAccount,
    MfaCounts,
};
pub use api_tokens::{AccessToken, ApiTokenFilter, ApiTokensRead, ApiTokensWrite};
pub use app_password_history::{
    AppPasswordDay, AppPasswordHistoryRead, AppPasswordHistoryWrite, AppPasswordSource, MOST_SOURCES,
};
pub use app_passwords::{
    AccountsOf, AppPasswordFilter, AppPasswordsRead, AppPasswordsWrite, Candidate, Credential, FastVerifier,
    Locator, NewSecret, SecretLookup, SecretStanding, StoredSecret, Verifier,
};
pub use audit_log::{AuditFilter, AuditLogRead, AuditLogWrite};
pub use bulk_jobs::{BulkChoice, BulkJob, BulkJobsRead, BulkJobsWrite};
pub use ceremonies::{CeremoniesWrite, Ceremony};
pub use changes::{Change, ChangeKind};
pub use directory::{DirectoryAccount, DirectoryRead, DirectoryWrite};
pub use error::StorageError;
pub use expiries::{ExpiriesWrite, ExpiryOf};
pub use help_requests::{HelpRequestsRead, HelpRequestsWrite};
pub use idempotency::{IdempotencyWrite, KeyedRequest};
pub use key_checks::{KeyCheck, KeyChecksRead, KeyChecksWrite};
pub use live_sessions::{
    ListedLiveSession, LiveSession, LiveSessionFilter, LiveSessionsRead, LiveSessionsWrite,
};
pub use methods::{
    KindLost, LockedOut, MethodRecord, MethodsRead, MethodsWrite, PasskeyCredential, RecoveryCodeHash, Sealed,
};
pub use notices::{
    AddressedNotice, KnownNetworks, NetworkNews, Notice, NoticeDelivery, NoticeRecipient, NoticeText,
    NoticesRead, NoticesWrite, SeenNetwork,
};
pub use notification_addresses::{NotificationAddressesRead, NotificationAddressesWrite};
pub use other_credentials::{
    AccountPasswordPrograms, BearerTried, CredentialOwner, OtherCredential, OtherCredentialsRead,
    OtherCredentialsWrite, OtherCursor, OtherFilter, OtherKind, OtherPage,
};
pub use outside_identities::{OutsideIdentitiesRead, OutsideIdentitiesWrite, OutsidePurpose, OutsideRequest};
pub use places::{AppPasswordPlace, ConsentPlace, LiveSessionPlace, NoSuchPlace, PrincipalPlace};
pub use portal_sessions::{PortalSession, PortalSessionsRead, PortalSessionsWrite, TokenHash, Vouched};
pub use remembered_browsers::{RememberedBrowser, RememberedBrowsersRead, RememberedBrowsersWrite};
pub use sent_codes::{CodeSubject, SentCode, SentCodeHash, SentCodesRead, SentCodesWrite};
pub use settings::{SettingsRead, SettingsWrite};
pub use setup_links::{SetupLinksRead, SetupLinksWrite};
pub use shipping::{ShippingRead, ShippingRecord, ShippingWrite};
pub use sign_in_events::{EventFilter, SignInEventsRead, SignInEventsWrite, Use};
pub use store::{Snapshot, Store, Transaction};
pub use upstream_credentials::{
    ConsentRecord, ConsentRequest, LeaseHolder, MailboxPasswordRecord, UpstreamCredentialsRead,
    UpstreamCredentialsWrite,
};

/// What every call answers.
pub type Result<T> = std::result::Result<T, StorageError>;
pub use inventory::{
    CursorKey, InventoryCriteria, InventoryCursor, InventoryFilter, InventoryFlag, InventoryPage,
    InventoryRead, InventoryRow, MOST_COUNTED, MOST_LOOKED_AT,
};
pub use tallies::{CredentialSort, Ended, SignInTally, TalliesRead, TalliesWrite, TallyStep, TriedAfterEnd};

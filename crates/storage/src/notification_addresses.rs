//! The addresses at which an account's owner is told, beside the account's own.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, NotificationAddressId};
use postern_domain::notice::NotificationAddress;

use crate::Result;

/// Reading them.
#[async_trait]
pub trait NotificationAddressesRead {
    /// Those of an account, confirmed or not, oldest first.
    async fn notification_addresses_of(&mut self, account: AccountId) -> Result<Vec<NotificationAddress>>;
}

/// Writing them.
#[async_trait]
pub trait NotificationAddressesWrite: NotificationAddressesRead {
    /// Adds one.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] (`notification address`) when the account has it.
    async fn insert_notification_address(&mut self, address: &NotificationAddress) -> Result<()>;

    /// Notes that one of the account's is confirmed. False when it has none of that identifier that is not confirmed yet.
    async fn confirm_notification_address(
        &mut self,
        account: AccountId,
        id: NotificationAddressId,
        at: Timestamp,
    ) -> Result<bool>;

    /// Deletes one of the account's. False when it has none of that identifier.
    async fn delete_notification_address(
        &mut self,
        account: AccountId,
        id: NotificationAddressId,
    ) -> Result<bool>;

    /// Deletes all of an account. Gives how many.
    async fn delete_notification_addresses_of(&mut self, account: AccountId) -> Result<u64>;
}

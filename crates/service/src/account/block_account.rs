//! Block and unblock an account.

use postern_domain::account::AccountName;

use super::AccountError;
use crate::{By, Service};

impl Service {
    /// Blocks an account: nothing of it signs in any more, and its portal and door sessions end at once. Blocking a
    /// blocked account changes nothing.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn block_account(&self, _by: By<'_>, _name: &AccountName) -> Result<(), AccountError> {
        todo!()
    }

    /// Lets a blocked account in again, its app passwords too.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn unblock_account(&self, _by: By<'_>, _name: &AccountName) -> Result<(), AccountError> {
        todo!()
    }

    /// Ends the portal and door sessions of an account at once (force sign-out).
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn end_sessions(&self, _by: By<'_>, _name: &AccountName) -> Result<(), AccountError> {
        todo!()
    }
}

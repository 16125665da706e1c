//! Delete an account.

use postern_domain::account::AccountName;

use super::AccountError;
use crate::{By, Service};

impl Service {
    /// Deletes an account: revokes its app passwords, removes its methods, ends its sessions, frees its addresses. The
    /// audit keeps its name. Gives how many app passwords were revoked.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn delete_account(&self, _by: By<'_>, _name: &AccountName) -> Result<u64, AccountError> {
        todo!()
    }
}

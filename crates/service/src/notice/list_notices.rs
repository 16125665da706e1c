//! What somebody was told, and what could not be delivered.

use postern_domain::account::Permission;
use postern_storage::{AddressedNotice, Notice, StorageError};

use crate::authorise::Asker;
use crate::{By, Failure, Service};

/// Why a list is not shown.
#[derive(Debug, thiserror::Error)]
pub enum ListNoticesError {
    /// Their role does not allow it.
    #[error("your role does not allow this")]
    NotAllowed,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for ListNoticesError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl Service {
    /// The notices that the person was told, newest first: at most `limit` before the place `before`.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn own_notices(
        &self,
        by: By<'_>,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Notice>, Failure> {
        let mut snapshot = self.parts.store.snapshot().await?;
        match Asker::read(by, &mut *snapshot, self.now()).await?.own_account() {
            Some(own) => Ok(snapshot.notices_of(own, before, limit).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Deliveries that were given up or have failed at least once, newest first.
    ///
    /// # Errors
    /// [`ListNoticesError`].
    pub async fn troubled_notices(
        &self,
        by: By<'_>,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AddressedNotice>, ListNoticesError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        if !asker.may(Permission::ReadAudit) {
            return Err(ListNoticesError::NotAllowed);
        }
        Ok(snapshot.troubled_notices(before, limit).await?)
    }
}

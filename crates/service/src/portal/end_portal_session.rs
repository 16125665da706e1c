//! Sign out of the portal.

use postern_storage::PortalSession;

use crate::{Failure, Service};

impl Service {
    /// Ends a portal session. Ending one that is over changes nothing.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn end_portal_session(&self, session: &PortalSession) -> Result<(), Failure> {
        let mut transaction = self.parts.store.begin().await?;
        transaction.delete_portal_session(session.id).await?;
        Ok(transaction.commit().await?)
    }
}

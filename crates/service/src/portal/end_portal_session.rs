//! Sign out of the portal.

use postern_storage::PortalSession;

use crate::{Failure, Service};

impl Service {
    /// Ends a portal session. Ending one that is over changes nothing.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn end_portal_session(&self, _session: &PortalSession) -> Result<(), Failure> {
        todo!()
    }
}

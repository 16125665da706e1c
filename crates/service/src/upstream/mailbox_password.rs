//! The mailbox's own password at an upstream, as its owner gave it.

use zeroize::Zeroizing;

use crate::door::DoorSession;
use crate::{Failure, Service};

impl Service {
    /// The password that the owner of the session's mailbox entered for `upstream`; none was entered: `None`.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn mailbox_password(
        &self,
        _upstream: &str,
        _session: &DoorSession,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        Ok(None)
    }
}

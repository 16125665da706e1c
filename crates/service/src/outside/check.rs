//! Does an identity provider answer? Asked by the operator before people find out.

use super::{IdentityProvider, OutsideTrouble};
use crate::Service;

impl Service {
    /// Fetches a provider's discovery document and keys, as a sign-in does, and says what came of it.
    ///
    /// # Errors
    /// [`OutsideTrouble`].
    pub async fn check_identity_provider(
        &self,
        provider: &IdentityProvider,
    ) -> Result<&'static str, OutsideTrouble> {
        let Some(found) = self.outside.find(&provider.name) else {
            return Ok("it is not configured any more");
        };
        let known = self.outside.known(&*self.upstreams.endpoint, found, self.now()).await?;
        if provider.sign_out_there && known.metadata.end_session_endpoint.is_none() {
            return Ok(
                "it publishes its endpoints and keys, but no end_session_endpoint: nobody is signed out there",
            );
        }
        Ok("it publishes its endpoints and keys")
    }
}

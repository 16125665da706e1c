//! Does a provider answer? Asked by the operator before owners and programs find out.

use super::exchange::Trouble;
use super::form::Form;
use super::{EndpointProblem, Grant, Provider};
use crate::Service;

/// What is wrong with a provider, or with what is configured of it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ProviderProblem(Trouble);

/// A refresh token that no provider has issued.
const NOBODYS: &str = "postern-doctor-asks";

impl ProviderProblem {
    /// The one thing to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match &self.0 {
            Trouble::Refused(error) => match error.code.as_str() {
                "invalid_client" | "unauthorized_client" | "invalid_grant" => {
                    "correct client_id and its secret or key, which may have expired, or the permissions that the provider's administrator gave it"
                }
                _ => "correct scopes, tenant and client_id",
            },
            Trouble::Throttled { .. } => "wait, and see what asks it so often",
            Trouble::Endpoint(EndpointProblem::Certificate) => {
                "name the authority of its certificate with ca_file, or correct token_endpoint"
            }
            Trouble::Endpoint(EndpointProblem::Unreachable | EndpointProblem::TooSlow) => {
                "open the way to it from this machine, or correct token_endpoint"
            }
            Trouble::Endpoint(_) | Trouble::Unreadable { .. } => "correct token_endpoint",
        }
    }
}

impl Service {
    /// Every provider.
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.upstreams.providers
    }

    /// Asks a provider for something harmless and says what came of it: for a token of the application, which is thrown
    /// away, or, where tokens are somebody's, for what it has to refuse in the right way.
    ///
    /// # Errors
    /// [`ProviderProblem`].
    pub async fn check_provider(&self, provider: &Provider) -> Result<&'static str, ProviderProblem> {
        match &provider.grant {
            Grant::ClientCredentials => match self.ask_as_application(provider).await {
                Ok(_) => Ok("it issues tokens"),
                Err(trouble) => Err(ProviderProblem(trouble)),
            },
            Grant::ServiceAccount { .. } | Grant::Delegated(_) => {
                let form = Form::new().field("grant_type", "refresh_token").field("refresh_token", NOBODYS);
                match self.ask_for_tokens(provider, form).await {
                    Err(Trouble::Refused(error)) if !is_about_the_client(&error.code, provider) => {
                        Ok("it answers")
                    }
                    Err(trouble) => Err(ProviderProblem(trouble)),
                    // Nobody's token, and it issues one: it cannot be told from one that works.
                    Ok(_) => Ok("it answers"),
                }
            }
        }
    }
}

/// A service account is no client: the provider refuses it as one, which shows that it answers.
fn is_about_the_client(code: &str, provider: &Provider) -> bool {
    let is_client = matches!(provider.grant, Grant::Delegated(_));
    is_client && matches!(code, "invalid_client" | "unauthorized_client")
}

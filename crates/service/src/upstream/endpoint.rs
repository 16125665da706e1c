//! What the service asks of the network: one POST of a form to an endpoint of an OAuth 2.0 provider, or one GET of a
//! document that an identity provider publishes.

use std::time::Duration;

use async_trait::async_trait;
use zeroize::Zeroizing;

use super::EndpointUrl;

/// Longest body of an answer, in octets. A token with a thousand groups in it has a tenth of that.
pub const LONGEST_BODY: usize = 64 * 1024;

/// A form to be sent.
pub struct EndpointRequest<'r> {
    /// The provider's name, which decides whose certificates are trusted.
    pub provider: &'r str,
    /// Where to.
    pub url: &'r EndpointUrl,
    /// The value of the `Authorization` header, where the client signs in with one (RFC 6749 2.3.1).
    pub authorization: Option<Zeroizing<String>>,
    /// The body: `application/x-www-form-urlencoded`.
    pub form: Zeroizing<String>,
}

/// Provider and address; never the form.
impl std::fmt::Debug for EndpointRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("EndpointRequest");
        shown.field("provider", &self.provider).field("url", &self.url).finish_non_exhaustive()
    }
}

/// A document to be fetched, which is public.
#[derive(Debug)]
pub struct DocumentRequest<'r> {
    /// The provider's name, which decides whose certificates are trusted.
    pub provider: &'r str,
    /// Where it lies.
    pub url: &'r EndpointUrl,
}

/// What came back, whatever it says.
pub struct EndpointAnswer {
    /// The HTTP status.
    pub status: u16,
    /// How long to wait before asking again, where it says so in seconds (RFC 9110 10.2.3).
    pub retry_after: Option<Duration>,
    /// A JSON text of at most 64 KiB.
    pub body: Zeroizing<Vec<u8>>,
}

/// The status; never the body.
impl std::fmt::Debug for EndpointAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndpointAnswer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why no answer came that could be read. Always temporary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointProblem {
    /// No connection, or one that broke.
    #[error("it cannot be reached")]
    Unreachable,
    /// No answer in time.
    #[error("it did not answer in time")]
    TooSlow,
    /// Its certificate is not to be trusted, or not for its name.
    #[error("its TLS certificate is not trusted, or not for its name")]
    Certificate,
    /// The answer is longer than 64 KiB.
    #[error("its answer is longer than 64 KiB")]
    TooLong,
    /// It wants to send us elsewhere: no secret is carried to another place.
    #[error("it redirects elsewhere, which is not followed")]
    Redirect,
    /// The answer is no JSON by its content type.
    #[error("its answer is not JSON (HTTP status {status})")]
    NotJson {
        /// The HTTP status.
        status: u16,
    },
    /// Nothing was set up to ask with.
    #[error("this process has no way to ask it")]
    NotSetUp,
}

/// Sends forms to the endpoints of providers, and fetches their documents: over TLS with everything checked, except on this machine; within ten
/// seconds; without following a redirect; taking at most 64 KiB of JSON.
#[async_trait]
pub trait TokenEndpoint: Send + Sync {
    /// Sends a form and gives what came back.
    ///
    /// # Errors
    /// [`EndpointProblem`].
    async fn post(&self, request: EndpointRequest<'_>) -> Result<EndpointAnswer, EndpointProblem>;

    /// Fetches a document and gives what came back. One that never does this is not set up to.
    ///
    /// # Errors
    /// [`EndpointProblem`].
    async fn get(&self, _request: DocumentRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        Err(EndpointProblem::NotSetUp)
    }
}

/// For a process without providers.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTokenEndpoint;

#[async_trait]
impl TokenEndpoint for NoTokenEndpoint {
    async fn post(&self, _request: EndpointRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        Err(EndpointProblem::NotSetUp)
    }
}

//! One question to a token endpoint, and its answer.

use std::time::Duration;

use super::answer::{self, Issued, NotIssued, OAuthError};
use super::form::{AsClient, Form};
use super::{EndpointAnswer, EndpointProblem, EndpointRequest, EndpointUrl};
use crate::Service;

/// Why a provider issued nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// It refused.
    #[error("it refused with {0}")]
    Refused(OAuthError),
    /// Too much was asked of it.
    #[error("it asks for {} seconds of rest", retry_after.as_secs())]
    Throttled {
        /// How long.
        retry_after: Duration,
    },
    /// No answer.
    #[error(transparent)]
    Endpoint(#[from] EndpointProblem),
    /// An answer without meaning.
    #[error("its answer has no meaning (HTTP status {status})")]
    Unreadable {
        /// The HTTP status.
        status: u16,
    },
}

impl From<NotIssued> for Trouble {
    fn from(not_issued: NotIssued) -> Self {
        match not_issued {
            NotIssued::Refused(error) => Self::Refused(error),
            NotIssued::Throttled { retry_after } => Self::Throttled { retry_after },
            NotIssued::Unreadable { status } => Self::Unreadable { status },
        }
    }
}

impl Service {
    /// Asks a provider's token endpoint.
    pub(crate) async fn ask_for_tokens<'p>(
        &self,
        client: impl Into<AsClient<'p>>,
        form: Form,
    ) -> Result<Issued, Trouble> {
        let client = client.into();
        let answer = self.ask(&client, client.token_endpoint, form).await?;
        Ok(answer::read(&answer)?)
    }

    /// Asks one of a provider's endpoints as its client.
    pub(super) async fn ask(
        &self,
        client: &AsClient<'_>,
        url: &EndpointUrl,
        form: Form,
    ) -> Result<EndpointAnswer, EndpointProblem> {
        let (form, authorization) = form.authenticated(client, self.now(), self.random());
        let request = EndpointRequest { provider: client.provider, url, authorization, form };
        self.upstreams.endpoint.post(request).await
    }
}

//! What a provider publishes of itself: its discovery document (OpenID Connect Discovery 4), read strictly.

use serde::Deserialize;

use super::trouble::{OutsideTrouble, Part};
use super::{IdentityProvider, OutsideProviders};
use crate::event::printable;
use crate::upstream::{DocumentRequest, EndpointUrl, TokenEndpoint};

/// The endpoints.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) authorization_endpoint: EndpointUrl,
    pub(super) token_endpoint: EndpointUrl,
    pub(super) keys: EndpointUrl,
    /// Where browsers go to sign out there. None as well where what stands there is no address: nobody needs it to get in.
    pub(super) end_session_endpoint: Option<EndpointUrl>,
    /// Its answers name itself (`iss`, RFC 9207), so that one without the name is not its own.
    pub(super) names_itself: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Fetches and reads the document.
pub(super) async fn discover(
    endpoint: &dyn TokenEndpoint,
    provider: &IdentityProvider,
) -> Result<Metadata, OutsideTrouble> {
    let url = document_of(provider).ok_or(OutsideTrouble::Unreadable { part: Part::Document })?;
    read(provider, &fetch(endpoint, provider, &url, Part::Document).await?)
}

/// Below the issuer, whose slash at the end, if it has one, does not count (4).
fn document_of(provider: &IdentityProvider) -> Option<EndpointUrl> {
    let issuer = provider.issuer.as_str();
    format!("{}/.well-known/openid-configuration", issuer.strip_suffix('/').unwrap_or(issuer)).parse().ok()
}

/// Fetches one of a provider's documents.
pub(super) async fn fetch(
    endpoint: &dyn TokenEndpoint,
    provider: &IdentityProvider,
    url: &EndpointUrl,
    part: Part,
) -> Result<zeroize::Zeroizing<Vec<u8>>, OutsideTrouble> {
    let request = DocumentRequest { provider: &provider.asked_as(), url };
    let answer = endpoint.get(request).await.map_err(|problem| OutsideTrouble::Endpoint { part, problem })?;
    match answer.status {
        200 => Ok(answer.body),
        status => Err(OutsideTrouble::Status { part, status }),
    }
}

fn read(provider: &IdentityProvider, body: &[u8]) -> Result<Metadata, OutsideTrouble> {
    let unreadable = OutsideTrouble::Unreadable { part: Part::Document };
    let document: Document = serde_json::from_slice(body).map_err(|_| unreadable.clone())?;
    // Without the comparison one provider could speak with the keys of another (4.3).
    if document.issuer != provider.issuer.as_str() {
        return Err(OutsideTrouble::OtherIssuer { said: printable(&document.issuer, 200) });
    }
    let endpoint = |text: &str| text.parse::<EndpointUrl>().map_err(|_| unreadable.clone());
    Ok(Metadata {
        authorization_endpoint: endpoint(&document.authorization_endpoint)?,
        token_endpoint: endpoint(&document.token_endpoint)?,
        keys: endpoint(&document.jwks_uri)?,
        end_session_endpoint: document.end_session_endpoint.and_then(|text| text.parse().ok()),
        names_itself: document.authorization_response_iss_parameter_supported,
    })
}

impl OutsideProviders {
    /// The provider of that name, with its place in the list.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &IdentityProvider)> {
        self.list.iter().enumerate().find(|(_, provider)| provider.name == name)
    }
}

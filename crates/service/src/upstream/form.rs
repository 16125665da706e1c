//! The forms that go to a token endpoint (RFC 6749 appendix B), with the client's own proof in them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use postern_domain::{Random, Timestamp};
use serde_json::json;
use zeroize::Zeroizing;

use super::{ClientAuthentication, EndpointUrl, Provider, SigningKey};

/// How long an assertion is good, in seconds: it is used at once.
const ASSERTION_LIFE: i64 = 300;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Postern as the client of a provider: of mailboxes or of people.
pub(crate) struct AsClient<'p> {
    /// By which name it is asked.
    pub(crate) provider: &'p str,
    pub(crate) id: &'p str,
    pub(crate) authentication: &'p ClientAuthentication,
    /// Where tokens are asked for, which an assertion names.
    pub(crate) token_endpoint: &'p EndpointUrl,
}

impl<'p> From<&'p Provider> for AsClient<'p> {
    fn from(provider: &'p Provider) -> Self {
        Self {
            provider: &provider.name,
            id: &provider.client_id,
            authentication: &provider.authentication,
            token_endpoint: &provider.token_endpoint,
        }
    }
}

/// A form in the making. It holds secrets, so that the buffer is made large enough at once and wiped.
pub(crate) struct Form(Zeroizing<String>);

impl Form {
    pub(crate) fn new() -> Self {
        Self(Zeroizing::new(String::with_capacity(32 * 1024)))
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.extend(url::form_urlencoded::byte_serialize(name.as_bytes()));
        self.0.push('=');
        self.0.extend(url::form_urlencoded::byte_serialize(value.as_bytes()));
        self
    }

    pub(crate) fn field_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    /// The scopes, when there are any.
    pub(super) fn scopes(self, provider: &Provider) -> Self {
        let scopes = provider.scopes.join(" ");
        self.field_if("scope", (!scopes.is_empty()).then_some(&scopes))
    }

    /// As a query of an address: nothing in it is more secret than the address.
    pub(crate) fn text(self) -> String {
        self.0.as_str().to_owned()
    }

    /// With the client's identity and proof: the form, and the value of the `Authorization` header if it wants one.
    pub(super) fn authenticated(
        self,
        client: &AsClient<'_>,
        now: Timestamp,
        random: &dyn Random,
    ) -> (Zeroizing<String>, Option<Zeroizing<String>>) {
        let id = client.id;
        match client.authentication {
            ClientAuthentication::None => (self.field("client_id", id).0, None),
            ClientAuthentication::SecretInForm(secret) => {
                (self.field("client_id", id).field("client_secret", secret.expose()).0, None)
            }
            ClientAuthentication::SecretInHeader(secret) => {
                let mut pair = Zeroizing::new(String::with_capacity(4096));
                pair.extend(url::form_urlencoded::byte_serialize(id.as_bytes()));
                pair.push(':');
                pair.extend(url::form_urlencoded::byte_serialize(secret.expose().as_bytes()));
                (self.0, Some(Zeroizing::new(format!("Basic {}", BASE64.encode(pair.as_bytes())))))
            }
            ClientAuthentication::PrivateKey(key) => {
                let assertion = client_assertion(key, client, now, random);
                let form = self.field("client_id", id).field("client_assertion_type", JWT_BEARER);
                (form.field("client_assertion", &assertion).0, None)
            }
        }
    }
}

/// The assertion of RFC 7523 3 by which a client says who it is.
fn client_assertion(
    key: &SigningKey,
    client: &AsClient<'_>,
    now: Timestamp,
    random: &dyn Random,
) -> Zeroizing<String> {
    let now = now.as_seconds();
    key.sign(&json!({
        "iss": client.id,
        "sub": client.id,
        "aud": client.token_endpoint.as_str(),
        "jti": BASE64.encode(postern_domain::random::bytes::<16>(random)),
        "iat": now,
        "nbf": now,
        "exp": now + ASSERTION_LIFE,
    }))
}

/// The assertion of RFC 7523 2.1 in the name of a mailbox.
pub(super) fn mailbox_assertion(
    key: &SigningKey,
    provider: &Provider,
    endpoint: &EndpointUrl,
    mailbox: &str,
    now: Timestamp,
) -> Zeroizing<String> {
    let now = now.as_seconds();
    key.sign(&json!({
        "iss": provider.client_id,
        "sub": mailbox,
        "scope": provider.scopes.join(" "),
        "aud": endpoint.as_str(),
        "iat": now,
        "exp": now + ASSERTION_LIFE,
    }))
}

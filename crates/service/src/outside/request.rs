//! The request with which a browser goes to a provider (OpenID Connect Core 3.1.2.1, RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::discovery::Metadata;
use super::{AcrClaim, IdentityProvider};
use crate::upstream::{Form, nonce};

/// What stands in a request beside the client.
pub(super) struct Question<'q> {
    pub(super) callback: &'q str,
    pub(super) state: &'q str,
    pub(super) verifier: &'q str,
    /// The person must answer anew, whatever the provider remembers.
    pub(super) anew: bool,
}

/// The whole address.
pub(super) fn address(provider: &IdentityProvider, metadata: &Metadata, question: &Question<'_>) -> String {
    let trust = &provider.mfa;
    // One second and not none, which asks for the same: providers that take 0 for `prompt=login` (oidc-provider does) leave
    // `auth_time` out, without which no answer counts.
    let age = if question.anew { 1 } else { trust.max_age.as_secs() };
    let (prompt, age) = (question.anew.then_some("login"), trust.is_possible().then(|| age.to_string()));
    let values = trust.acr.join(" ");
    let by_values = trust.acr_claim == AcrClaim::Acr && !values.is_empty();
    let by_claims = trust.acr_claim == AcrClaim::Acrs && !values.is_empty();
    let claims = by_claims.then(|| json!({ "id_token": { "acrs": essential(&trust.acr) } }).to_string());
    let query = Form::new()
        .field("response_type", "code")
        .field("client_id", &provider.client_id)
        .field("redirect_uri", question.callback)
        .field("scope", &provider.scopes.join(" "))
        .field("state", question.state)
        .field("nonce", &nonce(question.verifier))
        .field("code_challenge", &BASE64URL.encode(Sha256::digest(question.verifier)))
        .field("code_challenge_method", "S256")
        .field_if("prompt", prompt)
        .field_if("max_age", age.as_deref())
        .field_if("acr_values", by_values.then_some(&values))
        .field_if("claims", claims.as_deref())
        .field_if("hd", provider.hosted_domain.as_deref());
    metadata.authorization_endpoint.with_query(&query.text())
}

/// A claim that must have one of these values (OpenID Connect Core 5.5.1).
fn essential(values: &[String]) -> serde_json::Value {
    match values {
        [one] => json!({ "essential": true, "value": one }),
        several => json!({ "essential": true, "values": several }),
    }
}

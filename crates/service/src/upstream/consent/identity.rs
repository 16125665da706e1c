//! Whose mailbox answered? By the identity token that came with the access token (OpenID Connect Core 3.1.3).
//!
//! Without the question anybody could connect another mailbox than their own to their account by a slip at the provider's
//! sign-in page, and read or send as somebody else from then on. The token came straight from the provider over TLS, which
//! vouches for it: its signature says nothing more (3.1.3.7, item 6). Many providers put the addresses into the answer of
//! their userinfo endpoint only (5.4), which is asked where it is configured.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName};
use serde::Deserialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::ConsentError;
use crate::Service;
use crate::event::printable;
use crate::upstream::answer::Issued;
use crate::upstream::exchange::Trouble;
use crate::upstream::{EndpointRequest, EndpointUrl, Identity, IdentityClaim, Provider};

/// What the token must say beside the mailbox.
pub(super) struct Expected {
    /// The request that it answers; none: a code for another device, which has none.
    pub(super) nonce: Option<String>,
    pub(super) now: Timestamp,
}

/// The claims that are compared; the rest stays a map.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    aud: Value,
    exp: i64,
    nonce: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Service {
    /// The address that answered; none when the provider does not say and does not have to.
    pub(super) async fn identify(
        &self,
        provider: &Provider,
        account: &Account,
        issued: &Issued,
        expected: &Expected,
    ) -> Result<Option<String>, ConsentError> {
        let delegation = provider.delegation().ok_or(ConsentError::NoSuchProvider)?;
        let Some(claims) = claims(provider, issued, expected)? else { return Ok(None) };
        let mut said = addresses(&delegation.identity, &claims);
        if said.is_empty()
            && let Some(endpoint) = &delegation.userinfo_endpoint
        {
            let more = self.ask_for_userinfo(provider, endpoint, issued).await?;
            // What is said of somebody else must not be mixed in (5.3.2).
            if more.get("sub").is_none() || more.get("sub") != claims.get("sub") {
                return Err(ConsentError::UnknownMailbox);
            }
            said = addresses(&delegation.identity, &more);
        }
        let is_theirs =
            |text: &String| text.parse::<AccountName>().is_ok_and(|name| account.has_address(&name));
        match said.iter().find(|text| is_theirs(text)) {
            Some(mailbox) => Ok(Some(mailbox.clone())),
            None => Err(ConsentError::OtherMailbox { who: said.first().map(|text| printable(text, 254)) }),
        }
    }

    async fn ask_for_userinfo(
        &self,
        provider: &Provider,
        url: &EndpointUrl,
        issued: &Issued,
    ) -> Result<Map<String, Value>, ConsentError> {
        let authorization = Some(Zeroizing::new(format!("Bearer {}", issued.access_token.as_str())));
        let form = Zeroizing::default();
        let request = EndpointRequest { provider: &provider.name, url, authorization, form };
        let answer = self.upstreams.endpoint.post(request).await.map_err(Trouble::from)?;
        let read = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status == 200);
        Ok(read.ok_or(Trouble::Unreadable { status: answer.status })?)
    }
}

/// The claims of an identity token that is for us and for this request; none when there is no token and need not be.
fn claims(
    provider: &Provider,
    issued: &Issued,
    expected: &Expected,
) -> Result<Option<Map<String, Value>>, ConsentError> {
    let delegation = provider.delegation().ok_or(ConsentError::NoSuchProvider)?;
    let Some(token) = &issued.id_token else {
        return if delegation.identity.required { Err(ConsentError::UnknownMailbox) } else { Ok(None) };
    };
    let claims = read(token).ok_or(ConsentError::UnknownMailbox)?;
    let issuer_is_right =
        delegation.issuer.is_none() || without_scheme(&claims.iss) == without_scheme(&delegation.issuer);
    let nonce_is_right = expected.nonce.is_none() || claims.nonce == expected.nonce;
    let in_time = claims.exp > expected.now.as_seconds();
    if !issuer_is_right || !nonce_is_right || !in_time || !is_for(&claims.aud, &provider.client_id) {
        return Err(ConsentError::UnknownMailbox);
    }
    Ok(Some(claims.others))
}

/// Google's tokens say `accounts.google.com` as well as `https://accounts.google.com`.
fn without_scheme(issuer: &Option<String>) -> Option<&str> {
    issuer.as_deref().map(|issuer| issuer.strip_prefix("https://").unwrap_or(issuer))
}

fn read(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&BASE64URL.decode(payload).ok()?).ok()
}

fn is_for(audience: &Value, client: &str) -> bool {
    match audience {
        Value::String(one) => one == client,
        Value::Array(several) => several.iter().any(|one| one.as_str() == Some(client)),
        _ => false,
    }
}

fn addresses(identity: &Identity, claims: &Map<String, Value>) -> Vec<String> {
    let unverified = claims.get("email_verified").is_some_and(|value| !is_true(value));
    let counts = |claim: &&IdentityClaim| **claim != IdentityClaim::Email || !unverified;
    let text = |claim: &IdentityClaim| Some(claims.get(claim.name())?.as_str()?.to_owned());
    identity.claims.iter().filter(counts).filter_map(text).collect()
}

/// `true`, or the text `"true"` as some providers write it.
fn is_true(value: &Value) -> bool {
    *value == Value::Bool(true) || value.as_str() == Some("true")
}

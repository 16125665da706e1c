//! Is an identity token genuine, for us, and the answer to this request? (OpenID Connect Core 3.1.3.7)

use std::str::FromStr as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jsonwebtoken::{Algorithm, Validation};
use postern_domain::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Number, Value};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::IdentityProvider;
use super::keys::{Keys, NoKey};

/// How far a provider's clock may differ from ours, in seconds.
pub(super) const LEEWAY: i64 = 60;

/// Longest token that is looked at, in octets.
pub(super) const LONGEST: usize = 16 * 1024;

/// What is wrong with an identity token. The provider's fault, or of whoever made it up; never of who wants to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// There is none.
    #[error("there is no identity token in its answer")]
    Missing,
    /// It is no signed token.
    #[error("its identity token has no meaning")]
    Malformed,
    /// Not signed, signed with a shared secret, or with what the key is not for.
    #[error("its identity token is not signed in a way that can be trusted")]
    Algorithm,
    /// No key of that name is published.
    #[error("its identity token is signed with a key that it does not publish")]
    UnknownKey,
    /// The signature does not hold.
    #[error("the signature of its identity token does not hold")]
    Signature,
    /// Of another provider.
    #[error("its identity token was issued by another")]
    Issuer,
    /// For another client.
    #[error("its identity token is for another client")]
    Audience,
    /// Over.
    #[error("its identity token has expired, or its clock and ours differ")]
    Expired,
    /// Not good yet, or older than the request.
    #[error("its identity token is of another time than the request, or its clock and ours differ")]
    OtherTime,
    /// The answer to another request.
    #[error("its identity token answers another request")]
    Nonce,
    /// It belongs to another access token.
    #[error("its identity token belongs to another access token")]
    AccessToken,
    /// It is about somebody of another domain than the one that is let in.
    #[error("its identity token is about somebody of another domain than the one that may sign in here")]
    Domain,
    /// It names nobody.
    #[error("its identity token does not say who it is about")]
    Subject,
    /// It is another kind of token than one by which sessions are ended.
    #[error("it is no logout token")]
    NoLogout,
}

/// What a token must answer to.
pub(super) struct Expected<'e> {
    pub(super) nonce: &'e str,
    pub(super) access_token: &'e str,
    /// When the browser was sent away.
    pub(super) asked_at: Timestamp,
    pub(super) now: Timestamp,
}

/// What a genuine token says. Each claim at most once: one that is there twice makes the token none.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    iss: String,
    pub(super) sub: String,
    aud: Value,
    azp: Option<String>,
    exp: Number,
    iat: Number,
    nbf: Option<Number>,
    nonce: Option<String>,
    at_hash: Option<String>,
    auth_time: Option<Number>,
    pub(super) acr: Option<Value>,
    pub(super) acrs: Option<Value>,
    pub(super) amr: Option<Value>,
    pub(super) email: Option<Value>,
    email_verified: Option<Value>,
    xms_edov: Option<Value>,
    pub(super) preferred_username: Option<Value>,
    pub(super) hd: Option<Value>,
    pub(super) sid: Option<Value>,
}

impl Claims {
    /// When the person answered at the provider, in seconds since 1970.
    pub(super) fn auth_time(&self) -> Option<i64> {
        self.auth_time.as_ref().and_then(seconds)
    }

    /// Whether the claim by which a provider vouches for an address is true.
    pub(super) fn is_vouched(&self, proof: &str) -> bool {
        let claim = match proof {
            "email_verified" => &self.email_verified,
            "xms_edov" => &self.xms_edov,
            _ => &None,
        };
        // `"true"` and 1 are how some providers write it.
        match claim {
            Some(Value::Bool(is_true)) => *is_true,
            Some(Value::String(text)) => text == "true" || text == "1",
            Some(Value::Number(number)) => number.as_u64() == Some(1),
            _ => false,
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// What must be understood, of which nothing is (RFC 7515 4.1.11).
    crit: Option<Value>,
    /// What kind of token it is (RFC 8725 3.11).
    typ: Option<String>,
}

/// A token's algorithm and the name of its key, which nothing vouches for yet.
pub(super) struct Signed<'t> {
    token: &'t str,
    algorithm: Algorithm,
    key: Option<String>,
    kind: Option<String>,
}

/// Reads the header.
pub(super) fn read(token: &str) -> Result<Signed<'_>, TokenFault> {
    let header = token.split('.').next().filter(|_| token.len() <= LONGEST && token.split('.').count() == 3);
    let header = header.and_then(|header| BASE64URL.decode(header).ok()).ok_or(TokenFault::Malformed)?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| TokenFault::Malformed)?;
    if header.crit.is_some() {
        return Err(TokenFault::Malformed);
    }
    let algorithm = Algorithm::from_str(&header.alg).map_err(|_| TokenFault::Algorithm)?;
    if matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512) {
        return Err(TokenFault::Algorithm);
    }
    Ok(Signed { token, algorithm, key: header.kid, kind: header.typ })
}

impl Signed<'_> {
    /// Whether a newer list of keys may have the one that it names.
    pub(super) fn names_a_key_beyond(&self, keys: &Keys) -> bool {
        keys.find(self.key.as_deref(), self.algorithm).err() == Some(NoKey::Unknown)
    }

    /// Whether it says that it is a logout token, or nothing that contradicts it: not all providers say so (Back-Channel
    /// Logout 1.0, 2.4).
    pub(super) fn may_be_a_logout_token(&self) -> bool {
        let kind = self.kind.as_deref().map(|kind| kind.strip_prefix("application/").unwrap_or(kind));
        kind.is_none_or(|kind| kind.eq_ignore_ascii_case("logout+jwt") || kind.eq_ignore_ascii_case("jwt"))
    }

    /// Verifies the signature, then every claim that a decision hangs on.
    pub(super) fn verify(
        &self,
        keys: &Keys,
        provider: &IdentityProvider,
        expected: &Expected<'_>,
    ) -> Result<Claims, TokenFault> {
        let claims: Claims = self.claims(keys)?;
        if claims.iss != provider.issuer.as_str() {
            return Err(TokenFault::Issuer);
        }
        if !is_for(&claims, &provider.client_id) {
            return Err(TokenFault::Audience);
        }
        in_time(&claims, expected)?;
        if claims.nonce.as_deref() != Some(expected.nonce) {
            return Err(TokenFault::Nonce);
        }
        let belongs = |hash: &String| *hash == half_hash(self.algorithm, expected.access_token);
        if !claims.at_hash.as_ref().is_none_or(belongs) {
            return Err(TokenFault::AccessToken);
        }
        Ok(claims)
    }

    /// The claims, once the signature holds, by a key that is for it. What the library checks of them by the machine's
    /// clock is left to us.
    pub(super) fn claims<C: DeserializeOwned>(&self, keys: &Keys) -> Result<C, TokenFault> {
        use jsonwebtoken::errors::ErrorKind::{Base64, Json, Utf8};
        let key = keys.find(self.key.as_deref(), self.algorithm).map_err(|error| match error {
            NoKey::Unknown => TokenFault::UnknownKey,
            NoKey::Unfit => TokenFault::Algorithm,
        })?;
        let mut validation = Validation::new(self.algorithm);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let opened = jsonwebtoken::decode::<C>(self.token, key, &validation);
        opened.map(|opened| opened.claims).map_err(|error| match error.kind() {
            Base64(_) | Json(_) | Utf8(_) => TokenFault::Malformed,
            _ => TokenFault::Signature,
        })
    }
}

/// For us; where it is for others too, it must have been issued to us (items 3 to 5).
fn is_for(claims: &Claims, client: &str) -> bool {
    let to_us = claims.azp.as_deref().is_none_or(|party| party == client);
    match &claims.aud {
        Value::String(one) => one == client && to_us,
        Value::Array(several) => {
            let among = several.iter().any(|one| one.as_str() == Some(client));
            among && to_us && (several.len() == 1 || claims.azp.is_some())
        }
        _ => false,
    }
}

fn in_time(claims: &Claims, expected: &Expected<'_>) -> Result<(), TokenFault> {
    let now = expected.now.as_seconds();
    let expires = seconds(&claims.exp).ok_or(TokenFault::Malformed)?;
    let issued = seconds(&claims.iat).ok_or(TokenFault::Malformed)?;
    let begins = claims.nbf.as_ref().map_or(Some(issued), seconds).ok_or(TokenFault::Malformed)?;
    if expires.saturating_add(LEEWAY) <= now {
        return Err(TokenFault::Expired);
    }
    let ahead = now.saturating_add(LEEWAY);
    let before_we_asked = issued < expected.asked_at.as_seconds().saturating_sub(LEEWAY);
    if issued > ahead || begins > ahead || before_we_asked { Err(TokenFault::OtherTime) } else { Ok(()) }
}

/// A moment in seconds (NumericDate, RFC 7519 2), which may have a fraction.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a fraction of a second is to be cut off; a cast saturates"
)]
pub(super) fn seconds(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| Some(number.as_f64()? as i64))
}

/// The left half of the access token's hash, by the hash of the signature (3.1.3.6).
fn half_hash(algorithm: Algorithm, access_token: &str) -> String {
    let hash = match algorithm {
        Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => Sha384::digest(access_token).to_vec(),
        Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDSA => Sha512::digest(access_token).to_vec(),
        _ => Sha256::digest(access_token).to_vec(),
    };
    BASE64URL.encode(&hash[..hash.len() / 2])
}

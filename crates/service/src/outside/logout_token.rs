//! Is a logout token genuine, for us, fresh, and nothing else in disguise? (OpenID Connect Back-Channel Logout 1.0, 2.6)

use postern_domain::Timestamp;
use postern_domain::outside_identity::Subject;
use serde::de::{Deserializer, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::IdentityProvider;
use super::id_token::{LEEWAY, TokenFault, seconds};

/// How old a token may be, in seconds. Providers make theirs good for two minutes, some say nothing; a queue at the provider
/// may hold one back.
const LONGEST_AGE: i64 = 10 * 60;

/// Longest name of a token or of a session, in octets.
const LONGEST_NAME: usize = 255;

/// The event that makes a token a logout token (2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What a token says. Each claim at most once: one that is there twice makes the token none.
#[derive(Deserialize)]
pub(super) struct LogoutClaims {
    iss: String,
    aud: Audience,
    iat: Number,
    exp: Option<Number>,
    nbf: Option<Number>,
    jti: String,
    sub: Option<String>,
    sid: Option<String>,
    events: Map<String, Value>,
    /// Whether there is one, be it null: it belongs to identity tokens, and is forbidden here.
    #[serde(default, deserialize_with = "is_there")]
    nonce: bool,
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

fn is_there<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

/// Whose sessions are to end, by a provider's genuine word.
#[derive(Debug)]
pub(super) struct Logout {
    /// The token's own name, by which it is good once.
    pub(super) name: String,
    /// Everybody's of this person; with a session's name that session's alone.
    pub(super) subject: Option<Subject>,
    /// The provider's name of its session.
    pub(super) sid: Option<String>,
    /// From then on the token is no good whatever it says, and need not be remembered.
    pub(super) over_at: Timestamp,
}

/// Checks every claim of a token whose signature holds.
pub(super) fn check(
    claims: LogoutClaims,
    provider: &IdentityProvider,
    now: Timestamp,
) -> Result<Logout, TokenFault> {
    if claims.iss != provider.issuer.as_str() {
        return Err(TokenFault::Issuer);
    }
    let is_ours = match &claims.aud {
        Audience::One(one) => *one == provider.client_id,
        Audience::Several(several) => several.contains(&provider.client_id),
    };
    if !is_ours {
        return Err(TokenFault::Audience);
    }
    if claims.nonce || !claims.events.get(EVENT).is_some_and(Value::is_object) {
        return Err(TokenFault::NoLogout);
    }
    let over_at = in_time(&claims, now)?;
    let subject = claims.sub.map(|text| text.parse::<Subject>()).transpose();
    let subject = subject.map_err(|_| TokenFault::Subject)?;
    let is_name = |text: &str| !text.is_empty() && text.len() <= LONGEST_NAME;
    if claims.sid.as_deref().is_some_and(|sid| !is_name(sid)) || !is_name(&claims.jti) {
        return Err(TokenFault::Malformed);
    }
    if subject.is_none() && claims.sid.is_none() {
        return Err(TokenFault::Subject);
    }
    Ok(Logout { name: claims.jti, subject, sid: claims.sid, over_at })
}

/// When the token is over. It was issued a short while ago, is not over, and not of the future.
fn in_time(claims: &LogoutClaims, now: Timestamp) -> Result<Timestamp, TokenFault> {
    let now = now.as_seconds();
    let moment = |number: &Number| seconds(number).ok_or(TokenFault::Malformed);
    let issued = moment(&claims.iat)?;
    let begins = claims.nbf.as_ref().map_or(Ok(issued), moment)?;
    let last = issued.saturating_add(LONGEST_AGE);
    let last = claims.exp.as_ref().map_or(Ok(last), moment)?.min(last).saturating_add(LEEWAY);
    if last <= now {
        return Err(TokenFault::Expired);
    }
    let ahead = now.saturating_add(LEEWAY);
    if issued > ahead || begins > ahead {
        return Err(TokenFault::OtherTime);
    }
    Ok(Timestamp::from_millis(last.saturating_mul(1000)))
}

//! What a token endpoint answers (RFC 6749 5), read strictly.

use std::time::Duration;

use serde::Deserialize;
use zeroize::{Zeroize as _, Zeroizing};

use super::EndpointAnswer;
use crate::event::printable;

/// Longest token that is taken, in octets. Exchange's have 2 to 4 KiB.
const LONGEST_TOKEN: usize = 16 * 1024;

/// The life of an access token that its answer says nothing about.
const UNKNOWN_LIFE: Duration = Duration::from_secs(300);

/// The longest life that is believed.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// How long to wait where a throttled answer says nothing, and at most.
const UNKNOWN_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Tokens that were issued.
pub(crate) struct Issued {
    pub(crate) access_token: Zeroizing<String>,
    pub(super) life: Duration,
    pub(super) refresh_token: Option<Zeroizing<String>>,
    /// How long the refresh token lives, where the provider says so (not in the RFC; several do).
    pub(super) refresh_token_life: Option<Duration>,
    pub(crate) id_token: Option<Zeroizing<String>>,
}

/// What the provider said no with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OAuthError {
    /// Its code, such as `invalid_grant`.
    pub(crate) code: String,
    /// Its words, cut to 300 printable characters.
    pub(crate) description: Option<String>,
}

/// `invalid_grant: The token was revoked`.
impl std::fmt::Display for OAuthError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.description {
            Some(description) => write!(f, "{}: {description}", self.code),
            None => f.write_str(&self.code),
        }
    }
}

/// Anything but tokens.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotIssued {
    /// It refused, and said why.
    Refused(OAuthError),
    /// Too much was asked of it.
    Throttled { retry_after: Duration },
    /// It failed, or its answer has no meaning.
    Unreadable { status: u16 },
}

/// Numbers as numbers, or in quotes as some old endpoints write them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(u64),
    Text(String),
}

impl Seconds {
    fn span(&self) -> Option<Duration> {
        match self {
            Self::Number(number) => Some(Duration::from_secs(*number)),
            Self::Text(text) => text.parse().ok().map(Duration::from_secs),
        }
    }
}

#[derive(Deserialize)]
struct Success {
    access_token: String,
    token_type: String,
    expires_in: Option<Seconds>,
    refresh_token: Option<String>,
    refresh_token_expires_in: Option<Seconds>,
    id_token: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

/// Reads an answer to a request for tokens.
pub(super) fn read(answer: &EndpointAnswer) -> Result<Issued, NotIssued> {
    let unreadable = NotIssued::Unreadable { status: answer.status };
    match answer.status {
        200 => success(&answer.body).ok_or(unreadable),
        _ => Err(not_issued(answer).unwrap_or(unreadable)),
    }
}

/// What an answer that is no success says; none when it has no meaning.
pub(super) fn not_issued(answer: &EndpointAnswer) -> Option<NotIssued> {
    let wait = answer.retry_after.unwrap_or(UNKNOWN_WAIT).min(LONGEST_WAIT);
    match answer.status {
        429 | 503 => Some(NotIssued::Throttled { retry_after: wait }),
        400..=499 => {
            let refusal: Refusal = serde_json::from_slice(&answer.body).ok()?;
            let is_code = |octet: u8| octet.is_ascii_graphic();
            if refusal.error.is_empty() || refusal.error.len() > 64 || !refusal.error.bytes().all(is_code) {
                return None;
            }
            let description = refusal.error_description.map(|text| printable(&text, 300));
            match refusal.error.as_str() {
                "temporarily_unavailable" | "slow_down" if answer.retry_after.is_some() => {
                    Some(NotIssued::Throttled { retry_after: wait })
                }
                _ => Some(NotIssued::Refused(OAuthError { code: refusal.error, description })),
            }
        }
        _ => None,
    }
}

fn success(body: &[u8]) -> Option<Issued> {
    let read: Success = serde_json::from_slice(body).ok()?;
    let life = match &read.expires_in {
        None => UNKNOWN_LIFE,
        Some(seconds) => seconds.span()?.min(LONGEST_LIFE),
    };
    let refresh_token_life = read.refresh_token_expires_in.as_ref().and_then(Seconds::span);
    let is_bearer = read.token_type.eq_ignore_ascii_case("bearer");
    let access_token = token(read.access_token);
    let refresh_token = optional(read.refresh_token);
    let id_token = optional(read.id_token);
    if !is_bearer || life.is_zero() {
        return None;
    }
    Some(Issued {
        access_token: access_token?,
        life,
        refresh_token: refresh_token?,
        refresh_token_life: refresh_token_life.filter(|life| !life.is_zero()),
        id_token: id_token?,
    })
}

/// None: there, and no token. Some(None): not there.
fn optional(text: Option<String>) -> Option<Option<Zeroizing<String>>> {
    text.map_or(Some(None), |text| token(text).map(Some))
}

/// A token is visible ASCII: it goes into a header line, or between the separators of XOAUTH2, as it is.
fn token(mut text: String) -> Option<Zeroizing<String>> {
    if text.is_empty() || text.len() > LONGEST_TOKEN || !text.bytes().all(|octet| octet.is_ascii_graphic()) {
        text.zeroize();
        return None;
    }
    Some(Zeroizing::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> EndpointAnswer {
        EndpointAnswer { status, retry_after: None, body: Zeroizing::new(body.as_bytes().to_vec()) }
    }

    #[test]
    fn an_answer_with_tokens_is_read() {
        let text =
            r#"{"access_token":"at","token_type":"bearer","expires_in":"3599","refresh_token":"rt","x":[1]}"#;
        let issued = read(&answer(200, text)).ok().unwrap();
        assert_eq!((issued.access_token.as_str(), issued.life), ("at", Duration::from_secs(3599)));
        assert_eq!(issued.refresh_token.as_deref().map(String::as_str), Some("rt"));
        let silent = read(&answer(200, r#"{"access_token":"at","token_type":"Bearer"}"#)).ok().unwrap();
        assert_eq!((silent.life, silent.refresh_token.is_none()), (UNKNOWN_LIFE, true));
    }

    #[test]
    fn an_answer_without_meaning_gives_no_token() {
        for text in [
            "",
            "{}",
            "[]",
            r#"{"access_token":"at"}"#,
            r#"{"access_token":"at","token_type":"mac"}"#,
            r#"{"access_token":"","token_type":"Bearer"}"#,
            r#"{"access_token":"a b","token_type":"Bearer"}"#,
            r#"{"access_token":"a\u0001auth=Bearer b","token_type":"Bearer"}"#,
            r#"{"access_token":"a\r\nX: y","token_type":"Bearer"}"#,
            r#"{"access_token":"at","token_type":"Bearer","expires_in":0}"#,
            r#"{"access_token":"at","token_type":"Bearer","expires_in":-1}"#,
            r#"{"access_token":"at","token_type":"Bearer","expires_in":"soon"}"#,
            r#"{"access_token":"at","token_type":"Bearer","refresh_token":"r\n"}"#,
            r#"{"access_token":"at","access_token":"at2","token_type":"Bearer"}"#,
            r#"{"access_token":"at","token_type":"Bearer"} trailing"#,
        ] {
            let read = read(&answer(200, text)).err();
            assert_eq!(read, Some(NotIssued::Unreadable { status: 200 }), "{text}");
        }
        let long = format!(r#"{{"access_token":"{}","token_type":"Bearer"}}"#, "a".repeat(LONGEST_TOKEN + 1));
        assert!(read(&answer(200, &long)).is_err());
    }

    #[test]
    fn refusals_throttling_and_failures_are_told_apart() {
        let refused =
            answer(400, "{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS700082:\\r\\n gone\"}");
        let error =
            OAuthError { code: "invalid_grant".into(), description: Some("AADSTS700082: gone".into()) };
        assert_eq!(read(&refused).err(), Some(NotIssued::Refused(error)));
        let throttled = EndpointAnswer { retry_after: Some(Duration::from_secs(17)), ..answer(429, "") };
        assert_eq!(
            read(&throttled).err(),
            Some(NotIssued::Throttled { retry_after: Duration::from_secs(17) })
        );
        assert_eq!(
            read(&answer(503, "")).err(),
            Some(NotIssued::Throttled { retry_after: Duration::from_secs(30) })
        );
        for (status, text) in [(500, r#"{"error":"invalid_grant"}"#), (400, "no"), (302, ""), (204, "")] {
            assert_eq!(read(&answer(status, text)).err(), Some(NotIssued::Unreadable { status }));
        }
    }
}

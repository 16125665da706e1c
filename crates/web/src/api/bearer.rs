//! Who asks: the bearer token of a request (RFC 6750). Cookies and passwords open nothing here.

use http::{HeaderMap, header};
use postern_service::api::{ApiCaller, RefusedBearer};

use super::problem::{Problem, ProblemKind};
use crate::middleware::Visit;
use crate::portal::Portal;

/// The program that sends the request, found by its token.
///
/// # Errors
/// 401 with what to do about it; 400 for more than one token; 503 for a failure of ours.
pub(crate) async fn identify(
    portal: &Portal,
    headers: &HeaderMap,
    visit: &Visit,
) -> Result<ApiCaller, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Err(challenge("", create_one(portal)));
    };
    if values.next().is_some() {
        return Err(Problem::new(ProblemKind::Malformed, "There is more than one `Authorization` field."));
    }
    let value = value.to_str().unwrap_or_default();
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    if scheme.eq_ignore_ascii_case("basic") {
        let detail = format!(
            "Passwords open nothing here, neither an account password nor an app password. {}",
            create_one(portal)
        );
        return Err(challenge("", detail));
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(challenge("", create_one(portal)));
    }
    match portal.service.identify_api_caller(rest.trim(), visit.address).await {
        Ok(caller) => Ok(caller),
        Err(RefusedBearer::Failure(failure)) => Err(failure.into()),
        Err(refused) => Err(no_good(&refused.to_string())),
    }
}

/// What a program is told whose token was good when its request began, and ended before the deed was done.
pub(super) fn ended() -> Problem {
    no_good("the token has ended: create another one")
}

fn no_good(words: &str) -> Problem {
    let error = format!(", error=\"invalid_token\", error_description=\"{words}\"");
    challenge(&error, sentence(words))
}

fn create_one(portal: &Portal) -> String {
    let origin = &portal.config.origin;
    format!("Send an API token as `Authorization: Bearer postern_…`; create one at {origin}/api-tokens.")
}

/// 401 with the challenge that RFC 6750 3 asks for.
fn challenge(error: &str, detail: String) -> Problem {
    let challenge = format!("Bearer realm=\"postern\"{error}");
    Problem::new(ProblemKind::Unauthenticated, detail).header(header::WWW_AUTHENTICATE, &challenge)
}

/// The words of an error as a sentence.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

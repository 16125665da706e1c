//! What we answer ourselves. Plain texts: no program shows them as pages, and none of them has anything of the request.

use std::time::Duration;

use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use postern_service::Service;
use postern_service::door::{DoorSession, Refusal};

use super::body::{AnswerBody, is_malformed};
use super::check::Problem;

/// An answer to the program.
pub(super) type Answer = Response<AnswerBody>;

/// Basic only, whatever the upstream offers: a program that is offered NTLM or Negotiate beside it takes that and fails.
/// The realm is the same for every request, because programs keep credentials by it.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"Postern\", charset=\"UTF-8\"");

/// `Retry-After` of a refusal where only a new secret helps: a day. Some programs take 401 for "slow down" and ask for
/// ever; this calms them.
const MUCH_LATER: u32 = 24 * 60 * 60;
/// `Retry-After` where something of ours or of the upstream failed.
pub(super) const SOON: u32 = 30;
/// `Retry-After` while distinct wrong secrets are held up, and when a limit of an app password is reached.
const LATER: u32 = 60;

/// A text of ours.
pub(super) fn text(status: StatusCode, text: &str) -> Answer {
    content(status, HeaderValue::from_static("text/plain; charset=utf-8"), format!("{text}\n"))
}

/// An answer of ours.
pub(super) fn content(status: StatusCode, media_type: HeaderValue, content: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(AnswerBody::text(content));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, media_type);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A failure that is not the program's, worth another try.
pub(super) fn temporary(status: StatusCode, words: &str, retry_after: u32) -> Answer {
    let mut answer = text(status, words);
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
    answer
}

/// To a request without credentials that can be read. It is no sign-in, and nothing is counted: most programs send their
/// first request like that.
pub(super) fn challenge(portal_url: &str) -> Answer {
    challenged(&format!(
        "Sign-in required. Accounts with MFA need an app password: {portal_url}/security-info"
    ))
}

/// To credentials that were refused.
pub(super) fn refused(refusal: &Refusal) -> Answer {
    let mut answer = challenged(&refusal.text);
    if refusal.secret_has_ended {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(MUCH_LATER));
    }
    answer
}

fn challenged(words: &str) -> Answer {
    let mut answer = text(StatusCode::UNAUTHORIZED, words);
    answer.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE);
    answer
}

/// While distinct wrong secrets are held up.
pub(super) fn try_later() -> Answer {
    let words = "Too many sign-in attempts; this one was not judged, try again in some minutes";
    temporary(StatusCode::SERVICE_UNAVAILABLE, words, LATER)
}

/// A right secret, and a limit of the app password that is reached.
pub(super) fn limit_reached(refusal: &Refusal) -> Answer {
    let seconds = refusal.retry_after.map_or(LATER, seconds);
    temporary(StatusCode::TOO_MANY_REQUESTS, &refusal.text, seconds)
}

/// A session that was ended before there was anything to answer with. The next request hears why.
pub(super) fn ended() -> Answer {
    temporary(StatusCode::SERVICE_UNAVAILABLE, "The session was ended", 1)
}

/// When the upstream cannot be had. The cause is in the log; the program is to keep its password.
pub(super) fn no_upstream(status: StatusCode) -> Answer {
    let words = "The service behind this door cannot be used at the moment; the password was not refused, try again later";
    temporary(status, words, SOON)
}

/// When the upstream does not let us in for this mailbox until its owner consents anew.
pub(super) fn no_consent(service: &Service, session: &DoorSession) -> Answer {
    let (portal_url, reference) = (service.portal_url(), service.refuse_without_mailbox(session));
    let words = format!(
        "The service behind this door is not connected with this mailbox; its owner can do that here: \
         {portal_url}/security-info. The password was not refused (ref {reference})"
    );
    temporary(StatusCode::SERVICE_UNAVAILABLE, &words, SOON)
}

/// While the upstream, or who gives out its tokens, wants to be left alone.
pub(super) fn throttled(rest: Duration) -> Answer {
    let words = "The service behind this door asks for patience; try again later";
    temporary(StatusCode::SERVICE_UNAVAILABLE, words, seconds(rest))
}

/// As `Retry-After` has them (RFC 9110 §10.2.3), at least one.
fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1)
}

/// A request that did not come to its end.
pub(super) fn request_timeout() -> Answer {
    text(StatusCode::REQUEST_TIMEOUT, "The request did not come to its end")
}

/// A request whose body broke off. What comes after chunks that are none cannot be read, so the connection closes (hyper
/// sees to that).
pub(super) fn broke_off(error: &hyper::Error) -> Answer {
    if is_malformed(error) {
        text(StatusCode::BAD_REQUEST, "The request is refused: its body is not in chunks as it says")
    } else {
        request_timeout()
    }
}

/// A failure of ours.
pub(super) fn unavailable() -> Answer {
    let words = "Signing in is not possible at the moment; the password was not refused, try again later";
    temporary(StatusCode::SERVICE_UNAVAILABLE, words, SOON)
}

/// When no route is for the request.
pub(super) fn no_route() -> Answer {
    text(StatusCode::NOT_FOUND, "There is no service at this address")
}

/// To a request that can be read in more than one way.
pub(super) fn problem(problem: Problem) -> Answer {
    let mut answer = text(problem.status(), &format!("The request is refused: {problem}"));
    if problem == Problem::Method {
        // The methods of the upstream are not known here; an empty list says that this one is none of them.
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(""));
    }
    answer
}

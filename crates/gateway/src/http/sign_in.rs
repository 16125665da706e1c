//! Signing in: every request does, by its `Authorization`.

use std::sync::Arc;

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, USER_AGENT};
use postern_domain::app_password::TypedSecret;
use postern_domain::door::Door;
use postern_protocols::http_basic;
use postern_service::door::{DoorAnswer, DoorSession, DoorSignIn};
use tokio::time::Instant;

use super::answer::{self, Answer};
use super::connection::HttpDoor;
use super::session::InSession;

/// A request whose credentials are good.
pub(super) struct SignedIn {
    /// The proof.
    pub(super) session: Arc<DoorSession>,
    /// Its place in the registry.
    pub(super) place: InSession,
}

/// Asks the service about a request's credentials. Nothing of the upstream is touched before it has said yes.
pub(super) async fn sign_in(at: &HttpDoor, door: Door, headers: &HeaderMap) -> Result<SignedIn, Answer> {
    let shared = &at.listener.shared;
    let Some(attempt) = attempt(at, door, headers) else {
        return Err(answer::challenge(shared.service.portal_url()));
    };
    let asked_at = Instant::now();
    let address = attempt.address;
    match shared.service.sign_in_at_door(attempt).await {
        Ok(DoorAnswer::Accepted(session)) => admit(at, Arc::from(session), asked_at).await,
        Ok(DoorAnswer::Refused(refusal)) => {
            // One line, for programs that close the door to an address. The name may be a secret in the wrong field.
            tracing::warn!(%address, reference = %refusal.reference, "sign-in refused");
            Err(answer::refused(&refusal))
        }
        Ok(DoorAnswer::LimitReached(refusal)) => {
            tracing::warn!(%address, reference = %refusal.reference, "sign-in refused: a limit is reached");
            Err(answer::limit_reached(&refusal))
        }
        Ok(DoorAnswer::TryLater) => {
            tracing::warn!(%address, "sign-in held up: too many wrong secrets");
            Err(answer::try_later())
        }
        Err(error) => {
            tracing::error!(%address, %error, "sign-in not possible");
            Err(answer::unavailable())
        }
    }
}

/// The credentials of a request. What cannot be read, and every other scheme than Basic, is answered like none.
///
/// Octets that are UTF-8 are read as such, others as ISO-8859-1. There are octets that make sense as both, but trying the
/// second reading would make one request two sign-ins, with two events.
fn attempt(at: &HttpDoor, door: Door, headers: &HeaderMap) -> Option<DoorSignIn> {
    let credentials = http_basic::parse(headers.get(AUTHORIZATION)?.as_bytes()).ok()?;
    let reading = credentials.into_readings().into_iter().next()?;
    let client = headers.get(USER_AGENT).and_then(|name| name.to_str().ok()).map(str::to_owned);
    Some(DoorSignIn {
        door,
        name: reading.user_name,
        secret: TypedSecret::new(reading.secret.expose()),
        authorization_id: None,
        address: at.peer.address.ip(),
        client,
    })
}

/// Takes a request that signed in into its session.
async fn admit(at: &HttpDoor, session: Arc<DoorSession>, asked_at: Instant) -> Result<SignedIn, Answer> {
    let place = join(at, &session, asked_at).await?;
    at.signed_in();
    Ok(SignedIn { session, place })
}

/// Registers a request, and has its session judged once more if a change since `asked_at` could have found nothing to
/// end.
pub(super) async fn join(
    at: &HttpDoor,
    session: &Arc<DoorSession>,
    asked_at: Instant,
) -> Result<InSession, Answer> {
    let shared = &at.listener.shared;
    let (place, is_to_be_judged) = shared.http.sessions.join(&shared.registry, session, asked_at);
    if is_to_be_judged {
        tracing::info!(
            session = %session.id(),
            door = %session.door(),
            account = %session.account().name,
            app_password = session.app_password().map(|app_password| tracing::field::display(&app_password.id)),
            address = %session.address(),
            acting_for = session.is_acting_for_another().then(|| tracing::field::display(session.mailbox())),
            "signed in"
        );
        if let Some((_, cause)) = shared.judge.ask(session).await {
            tracing::info!(session = %session.id(), cause, "session ended before it began");
            // The next try hears the reason.
            return Err(answer::ended());
        }
    }
    Ok(place)
}

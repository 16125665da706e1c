//! Signing in: the service's answer first, then the upstream, then the verdict.

use std::sync::Arc;

use postern_domain::app_password::TypedSecret;
use postern_protocols::door::{ShutDown, Verdict};
use postern_protocols::sasl::Credentials;
use postern_service::Service;
use postern_service::door::{DoorAnswer, DoorSession, DoorSignIn};

use super::{Front, Visit};
use crate::config::UpstreamSignIn;
use crate::sessions::LiveSession;
use crate::upstream::{ConnectError, Connection, Link, Opening, Target, Visitor};

/// While distinct wrong secrets are held up.
const TRY_LATER: &str = "Too many sign-in attempts; this one was not judged, try again in some minutes";
/// When the upstream cannot be had. The cause is in the log; the client is to keep its password.
const NO_UPSTREAM: &str = "The mail server behind this door cannot be used at the moment; the password was not refused, try again later";

/// When the owner of the mailbox can mend it.
const NOT_CONNECTED: &str = "The mailbox behind this door is not connected any more; its owner can connect it again in the portal. The password was not refused";

/// What a signed-in session has.
pub(crate) struct Established {
    /// Its place in the registry.
    pub(crate) live: LiveSession,
    /// Its upstream.
    pub(crate) target: Arc<Target>,
    /// Whom the upstream is opened for.
    pub(crate) visitor: Visitor,
}

/// What comes of credentials.
pub(super) enum Answer<A> {
    /// The client may come in, and its upstream is open.
    Accepted(A, Box<(Established, Link)>),
    /// It may not, or not now.
    Not(Verdict<A>),
    /// It might have, but the session was ended before it began.
    Ended(ShutDown),
}

/// Asks the service, and opens the upstream only when it has said yes.
pub(super) async fn sign_in<F: Front>(
    visit: &Visit<'_>,
    credentials: Credentials,
    client: Option<String>,
) -> Answer<F::Accepted> {
    let address = visit.peer.address.ip();
    let attempt = DoorSignIn {
        door: F::DOOR,
        name: credentials.user_name,
        secret: TypedSecret::new(credentials.secret.expose()),
        authorization_id: credentials.authorization_id,
        address,
        client: client.clone(),
    };
    match visit.listener.shared.service.sign_in_at_door(attempt).await {
        Ok(DoorAnswer::Accepted(session)) => admit::<F>(visit, Arc::from(session), client).await,
        Ok(DoorAnswer::Refused(refusal)) => {
            // One line, for programs that close the door to an address. The name may be a secret in the wrong field.
            tracing::warn!(%address, reference = %refusal.reference, "sign-in refused");
            Answer::Not(Verdict::Refused { text: refusal.text })
        }
        Ok(DoorAnswer::LimitReached(refusal)) => {
            tracing::warn!(%address, reference = %refusal.reference, "sign-in refused for now: a limit is reached");
            Answer::Not(Verdict::Limit { text: refusal.text })
        }
        Ok(DoorAnswer::TryLater) => {
            tracing::warn!(%address, "sign-in held up: too many wrong secrets");
            Answer::Not(Verdict::Temporary { text: TRY_LATER.to_owned() })
        }
        Err(error) => {
            tracing::error!(%address, %error, "sign-in not possible");
            Answer::Not(Verdict::Unavailable)
        }
    }
}

/// Registers the session, judges it once more, and opens its upstream.
async fn admit<F: Front>(
    visit: &Visit<'_>,
    session: Arc<DoorSession>,
    client: Option<String>,
) -> Answer<F::Accepted> {
    let shared = &visit.listener.shared;
    let mut live = shared.registry.register(Arc::clone(&session));
    // A change between the verification and the registration found no session to end.
    if let Some((reason, cause)) = shared.judge.ask(&session).await {
        tracing::info!(session = %session.id(), cause, "session ended before it began");
        return Answer::Ended(reason);
    }
    let account = &session.account().name;
    let mailbox = session.mailbox();
    let Some(target) = visit.settings.upstreams.of(mailbox, session.mailbox_account(), F::DOOR) else {
        let door = F::DOOR;
        tracing::error!(%mailbox, %door, "no upstream takes this account; add one for its domain, or one for all");
        return Answer::Not(Verdict::Temporary { text: NO_UPSTREAM.to_owned() });
    };
    let visitor = Visitor { peer: visit.peer, client, session: Some(Arc::clone(&session)) };
    let opening = Opening {
        target,
        our_name: &visit.settings.host_name,
        limits: &visit.settings.limits,
        service: Some(&shared.service),
        visitor: Some(&visitor),
    };
    let outcome = tokio::select! {
        biased;
        end = live.ended() => return Answer::Ended(end.reason),
        outcome = F::connect(&opening) => outcome,
    };
    match outcome {
        Ok(Connection { link, capabilities }) => {
            tracing::info!(
                session = %session.id(),
                %account,
                acting_for = session.is_acting_for_another().then(|| tracing::field::display(mailbox)),
                app_password = session.app_password().map(|app_password| tracing::field::display(&app_password.id)),
                address = %session.address(),
                upstream = target.config.name,
                "signed in"
            );
            let accepted = F::accepted(&shared.service, &session, capabilities);
            let established = Established { live, target: Arc::clone(target), visitor };
            Answer::Accepted(accepted, Box::new((established, link)))
        }
        Err(error) => {
            let (upstream, remedy) = (&target.config.name, error.remedy());
            tracing::error!(upstream, %account, %error, remedy, "upstream not available");
            Answer::Not(verdict(&error, target, &shared.service, &session))
        }
    }
}

/// What the client is told of an upstream that could not be opened. None of it is about its own password.
fn verdict<A>(error: &ConnectError, target: &Target, service: &Service, session: &DoorSession) -> Verdict<A> {
    let is_of_the_owner = match &target.config.sign_in {
        UpstreamSignIn::Mailbox { .. } => true,
        UpstreamSignIn::OAuth { provider, .. } => {
            service.provider(provider).is_some_and(|provider| !provider.acts_as_application())
        }
        _ => false,
    };
    if error.is_for_the_owner(is_of_the_owner) {
        let reference = service.refuse_without_mailbox(session);
        Verdict::UpstreamRefused { text: format!("{NOT_CONNECTED} (ref {reference})") }
    } else {
        Verdict::Temporary { text: error.text().unwrap_or_else(|| NO_UPSTREAM.to_owned()) }
    }
}

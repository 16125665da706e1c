//! Signing in: the service's answer first, then the upstream, then the verdict.

use std::sync::Arc;

use postern_domain::app_password::TypedSecret;
use postern_domain::door;
use postern_protocols::door::ShutDown;
use postern_protocols::sasl::Credentials;
use postern_protocols::smtp::submission::{Accepted, Verdict};
use postern_protocols::smtp::upstream::ClientFacts;
use postern_service::door::{DoorAnswer, DoorSession, DoorSignIn};

use super::submission::Door;
use super::{Proof, sender_rule};
use crate::sessions::LiveSession;
use crate::upstream::{Connection, Target, connect};

/// `454 4.7.0` while distinct wrong secrets are held up.
const TRY_LATER: &str = "Too many sign-in attempts; this one was not judged, try again in some minutes";
/// `454 4.7.0` when the upstream cannot be had. The cause is in the log; the client is to keep its password.
const NO_UPSTREAM: &str = "The mail server behind this door cannot be used at the moment; the password was not refused, try again later";

/// What a signed-in session has.
pub(super) struct Established {
    /// Its place in the registry.
    pub(super) live: LiveSession,
    /// Its upstream.
    pub(super) target: Arc<Target>,
    /// What the upstream is told about it, at each connection.
    pub(super) facts: ClientFacts,
}

/// What comes of credentials.
pub(super) enum Answer {
    /// The client may come in, and its upstream is open.
    Accepted(Verdict<Proof>, Box<(Established, Connection)>),
    /// It may not, or not now.
    Not(Verdict<Proof>),
    /// It might have, but the session was ended before it began.
    Ended(ShutDown),
}

/// Asks the service, and opens the upstream only when it has said yes.
pub(super) async fn sign_in(door: &Door<'_>, credentials: Credentials, client: Option<String>) -> Answer {
    let address = door.peer.address.ip();
    let attempt = DoorSignIn {
        door: door::Door::Smtp,
        name: credentials.user_name,
        secret: TypedSecret::new(credentials.secret.expose()),
        authorization_id: credentials.authorization_id,
        address,
        client: client.clone(),
    };
    match door.listener.shared.service.sign_in_at_door(attempt).await {
        Ok(DoorAnswer::Accepted(session)) => admit(door, Arc::from(session), client).await,
        Ok(DoorAnswer::Refused(refusal)) => {
            // One line, for programs that close the door to an address. The name may be a secret in the wrong field.
            tracing::warn!(%address, reference = %refusal.reference, "sign-in refused");
            Answer::Not(Verdict::Refused { text: refusal.text })
        }
        Ok(DoorAnswer::LimitReached(refusal)) => {
            tracing::warn!(%address, reference = %refusal.reference, "sign-in refused for now: a limit is reached");
            Answer::Not(Verdict::Temporary { text: refusal.text })
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
async fn admit(door: &Door<'_>, session: Arc<DoorSession>, client: Option<String>) -> Answer {
    let shared = &door.listener.shared;
    let mut live = shared.registry.register(Arc::clone(&session));
    // A change between the verification and the registration found no session to end.
    if let Some((reason, cause)) = shared.judge.ask(&session).await {
        tracing::info!(session = %session.id(), cause, "session ended before it began");
        return Answer::Ended(reason);
    }
    let account = &session.account().name;
    let Some(target) = door.settings.upstreams.of(account, Some(session.account()), door::Door::Smtp) else {
        tracing::error!(%account, "no upstream takes this account; add one for its domain, or one for all");
        return Answer::Not(Verdict::Temporary { text: NO_UPSTREAM.to_owned() });
    };
    let facts = facts(door, &session, client);
    let opening = connect(target, &door.settings.host_name, Some(facts.clone()), &door.settings.limits);
    let outcome = tokio::select! {
        biased;
        end = live.ended() => return Answer::Ended(end.reason),
        outcome = opening => outcome,
    };
    match outcome {
        Ok(upstream) => {
            tracing::info!(
                session = %session.id(),
                %account,
                app_password = session.app_password().map(|app_password| tracing::field::display(&app_password.id)),
                address = %session.address(),
                upstream = target.config.name,
                "signed in"
            );
            let verdict = Verdict::Accepted(Accepted {
                proof: Arc::clone(&session),
                upstream: Some(upstream.capabilities),
                sender_rule: sender_rule::of(&session),
                allowance: None,
            });
            let established = Established { live, target: Arc::clone(target), facts };
            Answer::Accepted(verdict, Box::new((established, upstream)))
        }
        Err(error) => {
            let (upstream, remedy) = (&target.config.name, error.remedy());
            tracing::error!(upstream, %account, %error, remedy, "upstream not available");
            Answer::Not(Verdict::Temporary { text: error.text().unwrap_or_else(|| NO_UPSTREAM.to_owned()) })
        }
    }
}

/// What an upstream with XCLIENT is told about the client.
fn facts(door: &Door<'_>, session: &DoorSession, client: Option<String>) -> ClientFacts {
    ClientFacts {
        address: door.peer.address.ip().to_canonical(),
        port: Some(door.peer.address.port()),
        name: None,
        helo: client,
        login: Some(session.account().name.as_str().to_owned()),
        destination: Some(door.peer.destination),
    }
}

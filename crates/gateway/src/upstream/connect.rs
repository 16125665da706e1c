//! From an upstream's name to its readiness.

use std::sync::Arc;

use postern_domain::door::Door;
use postern_protocols::door::upstream as mailbox;
use postern_protocols::smtp::Capabilities;
use postern_protocols::smtp::upstream as smtp;
use postern_protocols::upstream::{Authentication, Tls};
use postern_service::Service;
use zeroize::Zeroizing;

use super::converse::converse;
use super::credentials::credentials;
use super::dial::dial;
use super::{ConnectError, Target, Visitor};
use crate::config::{Limits, UpstreamSignIn, UpstreamTls};
use crate::io::Stream;

/// What it takes to open an upstream.
pub(crate) struct Opening<'a> {
    /// Which.
    pub(crate) target: &'a Target,
    /// Our own name.
    pub(crate) our_name: &'a str,
    /// How long things may take.
    pub(crate) limits: &'a Limits,
    /// Who knows the secrets that are kept for accounts; without it nobody is signed in with one.
    pub(crate) service: Option<&'a Arc<Service>>,
    /// For whom; none: a probe, which does not sign in.
    pub(crate) visitor: Option<&'a Visitor>,
}

/// An upstream that is ready.
pub(crate) struct Connection<C> {
    /// The connection.
    pub(crate) link: Link,
    /// What it offers.
    pub(crate) capabilities: C,
}

/// A connection to an upstream.
pub(crate) struct Link {
    /// The connection.
    pub(crate) stream: Stream,
    /// What it said beyond its last answer.
    pub(crate) leftover: Zeroizing<Vec<u8>>,
}

/// Connects, secures and signs in at a smart host.
pub(crate) async fn connect_smtp(opening: &Opening<'_>) -> Result<Connection<Capabilities>, ConnectError> {
    let (stream, ready) = signed_in(opening, |authentication| smart_host(opening, authentication)).await?;
    opening.target.learn(ready.capabilities);
    let link = Link { stream, leftover: Zeroizing::new(ready.leftover) };
    Ok(Connection { link, capabilities: ready.capabilities })
}

async fn smart_host(
    opening: &Opening<'_>,
    authentication: Option<Authentication>,
) -> Result<(Stream, smtp::Ready), ConnectError> {
    let target = opening.target;
    let is_sign_in = matches!(target.config.sign_in, UpstreamSignIn::Xclient);
    let xclient = opening.visitor.filter(|_| is_sign_in || target.config.forward_client);
    let settings = smtp::Settings {
        client_name: opening.our_name.to_owned(),
        tls: tls(target),
        xclient: xclient.map(|visitor| visitor.smtp_facts(is_sign_in)),
        authentication,
    };
    let stream = dial(opening).await?;
    converse(stream, target, smtp::Handshake::new(settings), opening.limits.write).await
}

/// Connects, secures and signs in at the server of a mailbox.
pub(crate) async fn connect_mailbox<D: mailbox::Dialect + Send>(
    opening: &Opening<'_>,
) -> Result<Connection<Vec<String>>, ConnectError> {
    let (stream, ready) =
        signed_in(opening, |authentication| mailbox_server::<D>(opening, authentication)).await?;
    if opening.target.mail_door() == Some(Door::ManageSieve) {
        opening.target.learn_extensions(ready.capabilities.clone());
    }
    let link = Link { stream, leftover: ready.leftover };
    Ok(Connection { link, capabilities: ready.capabilities })
}

async fn mailbox_server<D: mailbox::Dialect + Send>(
    opening: &Opening<'_>,
    authentication: Option<Authentication>,
) -> Result<(Stream, mailbox::Ready), ConnectError> {
    let target = opening.target;
    let client = opening.visitor.filter(|_| target.config.forward_client);
    let settings =
        mailbox::Settings { tls: tls(target), client: client.map(Visitor::mailbox_facts), authentication };
    let stream = dial(opening).await?;
    converse(stream, target, mailbox::Handshake::<D>::new(settings), opening.limits.write).await
}

/// Attempts to connect with the credentials that the settings say, and once more on another connection when a token was
/// refused that was not fresh. All of it has the time of [`Limits::upstream_ready`].
async fn signed_in<T, A: Future<Output = Result<T, ConnectError>>>(
    opening: &Opening<'_>,
    attempt: impl Fn(Option<Authentication>) -> A,
) -> Result<T, ConnectError> {
    let attempts = async {
        let first = credentials(opening).await?;
        let outcome = attempt(first.clone()).await;
        if !is_token_refused(opening, &outcome).await {
            return outcome;
        }
        let second = credentials(opening).await?;
        let secret = |authentication: &Option<Authentication>| {
            authentication.as_ref().map(|it| it.secret.expose().to_vec()).map(Zeroizing::new)
        };
        if secret(&first) == secret(&second) {
            return outcome;
        }
        let outcome = attempt(second).await;
        is_token_refused(opening, &outcome).await;
        outcome
    };
    tokio::time::timeout(opening.limits.upstream_ready, attempts).await.unwrap_or(Err(ConnectError::TimedOut))
}

/// Whether a token was refused. The service hears of it, so that it does not give it out again.
async fn is_token_refused<T>(opening: &Opening<'_>, outcome: &Result<T, ConnectError>) -> bool {
    if let (Err(ConnectError::Handshake(failure)), UpstreamSignIn::OAuth { provider, .. }) =
        (outcome, &opening.target.config.sign_in)
        && failure.refuses_credentials()
        && let (Some(service), Some(visitor)) = (opening.service, opening.visitor)
        && let Some(session) = &visitor.session
    {
        service.upstream_token_refused(provider, session).await;
        return true;
    }
    false
}

fn tls(target: &Target) -> Tls {
    match target.config.tls {
        UpstreamTls::None => Tls::None,
        UpstreamTls::StartTls => Tls::StartTls,
        UpstreamTls::Implicit => Tls::Implicit,
    }
}

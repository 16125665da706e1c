//! From an upstream's name to its readiness.

use std::sync::Arc;

use postern_domain::door::Door;
use postern_protocols::door::upstream as mailbox;
use postern_protocols::smtp::Capabilities;
use postern_protocols::smtp::upstream as smtp;
use postern_protocols::upstream::Tls;
use postern_service::Service;
use tokio::time::error::Elapsed;
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
    let target = opening.target;
    let ready = tokio::time::timeout(opening.limits.upstream_ready, async {
        let authentication = credentials(opening).await?;
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
    });
    let (stream, ready) = heard(opening, ready.await).await?;
    target.learn(ready.capabilities);
    let link = Link { stream, leftover: Zeroizing::new(ready.leftover) };
    Ok(Connection { link, capabilities: ready.capabilities })
}

/// Connects, secures and signs in at the server of a mailbox.
pub(crate) async fn connect_mailbox<D: mailbox::Dialect + Send>(
    opening: &Opening<'_>,
) -> Result<Connection<Vec<String>>, ConnectError> {
    let target = opening.target;
    let ready = tokio::time::timeout(opening.limits.upstream_ready, async {
        let authentication = credentials(opening).await?;
        let client = opening.visitor.filter(|_| target.config.forward_client);
        let settings = mailbox::Settings {
            tls: tls(target),
            client: client.map(Visitor::mailbox_facts),
            authentication,
        };
        let stream = dial(opening).await?;
        converse(stream, target, mailbox::Handshake::<D>::new(settings), opening.limits.write).await
    });
    let (stream, ready) = heard(opening, ready.await).await?;
    if target.mail_door() == Some(Door::ManageSieve) {
        target.learn_extensions(ready.capabilities.clone());
    }
    let link = Link { stream, leftover: ready.leftover };
    Ok(Connection { link, capabilities: ready.capabilities })
}

/// The outcome; the service hears of a token that was refused, so that it does not give it out again.
async fn heard<T>(
    opening: &Opening<'_>,
    outcome: Result<Result<T, ConnectError>, Elapsed>,
) -> Result<T, ConnectError> {
    let outcome = outcome.unwrap_or(Err(ConnectError::TimedOut));
    if let (Err(ConnectError::Handshake(failure)), UpstreamSignIn::OAuth { provider, .. }) =
        (&outcome, &opening.target.config.sign_in)
        && failure.refuses_credentials()
        && let (Some(service), Some(visitor)) = (opening.service, opening.visitor)
        && let Some(session) = &visitor.session
    {
        service.upstream_token_refused(provider, session).await;
    }
    outcome
}

fn tls(target: &Target) -> Tls {
    match target.config.tls {
        UpstreamTls::None => Tls::None,
        UpstreamTls::StartTls => Tls::StartTls,
        UpstreamTls::Implicit => Tls::Implicit,
    }
}

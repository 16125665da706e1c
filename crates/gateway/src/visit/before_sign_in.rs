//! Drives a core until the client has signed in or is gone.

use std::io;
use std::sync::Arc;

use postern_protocols::door::{ShutDown, Step, Verdict};
use tokio::time::Instant;

use super::sign_in::{Answer, Established, sign_in};
use super::{Front, Visit};
use crate::gateway::Phase;
use crate::io::{Stream, receive, say_and_close, send};
use crate::upstream::Link;

/// How it ended.
pub(crate) enum Outcome<R> {
    /// The client has signed in; the relay goes on.
    SignedIn(Box<SignedIn<R>>),
    /// Everything is said.
    Closed(Stream),
}

/// A signed-in client with everything that belongs to it.
pub(crate) struct SignedIn<R> {
    pub(crate) stream: Stream,
    pub(crate) relay: R,
    pub(crate) established: Established,
    pub(crate) upstream: Link,
}

/// Performs the core's steps.
pub(crate) async fn run<F: Front>(
    visit: &Visit<'_>,
    mut front: F,
    mut stream: Stream,
) -> io::Result<Outcome<F::Relay>> {
    let mut established = None;
    loop {
        match front.next_step() {
            Step::NeedBytes => match hear(visit, &mut front, &mut stream).await? {
                Heard::Octets => {}
                Heard::TheEnd => return Ok(Outcome::Closed(stream)),
                Heard::TimeToGo(reason) => {
                    say_and_close(stream, &front.shut_down(reason)).await;
                    return Err(io::ErrorKind::TimedOut.into());
                }
            },
            Step::Send(bytes) => {
                let limits = &visit.settings.limits;
                let limit = visit.deadline.saturating_duration_since(Instant::now()).min(limits.write);
                // An answer to a sign-in that took until the deadline is still to be given.
                send(&mut stream, &bytes, limit.max(limits.upstream_connect)).await?;
            }
            Step::StartTls => {
                let handshake = Box::pin(stream.accept_tls(Arc::clone(&visit.listener.tls)));
                stream = tokio::time::timeout_at(visit.deadline, handshake).await??;
                front.tls_established();
            }
            Step::Verify(credentials) => {
                let client = front.client_name().map(str::to_owned);
                match Box::pin(sign_in::<F>(visit, credentials, client)).await {
                    Answer::Accepted(accepted, opened) => {
                        front.verdict(Verdict::Accepted(accepted));
                        established = Some(opened);
                    }
                    Answer::Not(verdict) => front.verdict(verdict),
                    Answer::Ended(reason) => {
                        say_and_close(stream, &front.shut_down(reason)).await;
                        return Err(io::ErrorKind::ConnectionAborted.into());
                    }
                }
            }
            Step::Relay(relay) => {
                let (established, upstream) =
                    *established.take().ok_or_else(|| io::Error::other("a relay without a sign-in"))?;
                return Ok(Outcome::SignedIn(Box::new(SignedIn { stream, relay, established, upstream })));
            }
            Step::Close => return Ok(Outcome::Closed(stream)),
        }
    }
}

/// What came of waiting for the client.
enum Heard {
    Octets,
    TheEnd,
    TimeToGo(ShutDown),
}

async fn hear(visit: &Visit<'_>, front: &mut impl Front, stream: &mut Stream) -> io::Result<Heard> {
    let mut phase = visit.listener.shared.phase.clone();
    tokio::select! {
        biased;
        _ = phase.wait_for(|phase| *phase != Phase::Running) => Ok(Heard::TimeToGo(ShutDown::ServerStopping)),
        () = tokio::time::sleep_until(visit.deadline) => Ok(Heard::TimeToGo(ShutDown::SignInDeadline)),
        read = receive(stream, |bytes| front.receive(bytes)) => Ok(match read? {
            0 => Heard::TheEnd,
            _ => Heard::Octets,
        }),
    }
}

//! Drives the submission core until the client has signed in or is gone.

use std::io;
use std::sync::Arc;

use postern_protocols::door::ShutDown;
use postern_protocols::smtp::Capabilities;
use postern_protocols::smtp::relay::Relay;
use postern_protocols::smtp::submission::{Config, Session, Step, Tls};
use tokio::time::Instant;

use super::Proof;
use super::sign_in::{Answer, Established, sign_in};
use crate::config::{ListenerKind, ListenerTls};
use crate::gateway::{Phase, Settings};
use crate::io::{Stream, receive, say_and_close, send};
use crate::listener::{Listener, Peer};
use crate::upstream::Connection;

/// What a connection knows of its surroundings.
pub(super) struct Door<'a> {
    /// Where it came in.
    pub(super) listener: &'a Arc<Listener>,
    /// The settings in force when it came.
    pub(super) settings: &'a Settings,
    /// Who is there.
    pub(super) peer: Peer,
    /// When it must have signed in.
    pub(super) deadline: Instant,
}

/// How it ended.
pub(super) enum Outcome {
    /// The client has signed in; the relay goes on.
    SignedIn(Box<SignedIn>),
    /// Everything is said.
    Closed(Stream),
}

/// A signed-in client with everything that belongs to it.
pub(super) struct SignedIn {
    pub(super) stream: Stream,
    pub(super) relay: Box<Relay<Proof>>,
    pub(super) established: Established,
    pub(super) upstream: Connection,
}

impl Door<'_> {
    fn config(&self) -> Arc<Config> {
        let ours = Capabilities::ours(self.settings.limits.message_size);
        Arc::new(Config {
            host_name: self.settings.host_name.clone(),
            tls: match self.listener.config.tls {
                ListenerTls::Implicit => Tls::Implicit,
                ListenerTls::StartTls => Tls::StartTls,
            },
            ours,
            capabilities: self.settings.upstreams.offered(ours),
            legacy_auth_line: matches!(
                self.listener.config.kind,
                ListenerKind::Smtp { legacy_auth_line: true }
            ),
        })
    }
}

/// Performs the core's steps.
pub(super) async fn run(door: &Door<'_>, mut stream: Stream) -> io::Result<Outcome> {
    let mut session = Session::new(door.config());
    let mut established = None;
    loop {
        match session.next_step() {
            Step::NeedBytes => match hear(door, &mut session, &mut stream).await? {
                Heard::Octets => {}
                Heard::TheEnd => return Ok(Outcome::Closed(stream)),
                Heard::TimeToGo(reason) => {
                    say_and_close(stream, &session.shut_down(reason)).await;
                    return Err(io::ErrorKind::TimedOut.into());
                }
            },
            Step::Send(bytes) => {
                let limit =
                    door.deadline.saturating_duration_since(Instant::now()).min(door.settings.limits.write);
                // An answer to a sign-in that took until the deadline is still to be given.
                send(&mut stream, &bytes, limit.max(door.settings.limits.upstream_connect)).await?;
            }
            Step::StartTls => {
                let handshake = stream.accept_tls(Arc::clone(&door.listener.tls));
                stream = tokio::time::timeout_at(door.deadline, handshake).await??;
                session.tls_established();
            }
            Step::Verify(credentials) => {
                let client = session.client_name().map(str::to_owned);
                match sign_in(door, credentials, client).await {
                    Answer::Accepted(verdict, opened) => {
                        established = Some(opened);
                        session.verdict(verdict);
                    }
                    Answer::Not(verdict) => session.verdict(verdict),
                    Answer::Ended(reason) => {
                        say_and_close(stream, &session.shut_down(reason)).await;
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

async fn hear(door: &Door<'_>, session: &mut Session<Proof>, stream: &mut Stream) -> io::Result<Heard> {
    let mut phase = door.listener.shared.phase.clone();
    tokio::select! {
        biased;
        _ = phase.wait_for(|phase| *phase != Phase::Running) => Ok(Heard::TimeToGo(ShutDown::ServerStopping)),
        () = tokio::time::sleep_until(door.deadline) => Ok(Heard::TimeToGo(ShutDown::SignInDeadline)),
        read = receive(stream, |bytes| session.receive(bytes)) => Ok(match read? {
            0 => Heard::TheEnd,
            _ => Heard::Octets,
        }),
    }
}

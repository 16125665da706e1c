//! Drives the relay core between a signed-in client and its upstream.

use std::io;
use std::time::Duration;

use postern_protocols::door::ShutDown;
use postern_protocols::smtp::relay::{CloseReason, OpenFailure, Relay, RelayEvent, RelayStep};
use tokio::time::Instant;

use super::Proof;
use crate::io::{Side, Stream, close, drain, receive, receive_either, say_last, send};
use crate::sessions::{End, Order};
use crate::upstream::{Connection, Opening, connect_smtp};
use crate::visit::{Established, SignedIn, Visit};

/// How long an upstream that takes nothing more has to say why.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Why the relay stops.
enum Stop {
    /// Everything is said.
    Done,
    /// Because of us: say this and close.
    Ended(End),
    /// The client is gone or does not read.
    ClientLost(io::Error),
}

/// A relay with what it drives.
struct Driver<'a> {
    visit: &'a Visit<'a>,
    relay: Box<Relay<Proof>>,
    client: Stream,
    upstream: Option<Stream>,
    established: Established,
}

/// Runs a session from the reply `235` to its end.
pub(super) async fn run(visit: &Visit<'_>, signed_in: SignedIn<Box<Relay<Proof>>>) {
    let SignedIn { stream, mut relay, established, upstream } = signed_in;
    if !upstream.leftover.is_empty() {
        relay.from_upstream(&upstream.leftover);
    }
    let mut driver = Driver { visit, relay, client: stream, upstream: Some(upstream.stream), established };
    let stop = driver.drive().await;
    driver.finish(stop).await;
}

impl Driver<'_> {
    /// Performs the core's steps.
    async fn drive(&mut self) -> Stop {
        loop {
            let result = match self.relay.next_step() {
                RelayStep::NeedBytes { want_client, want_upstream } => {
                    self.hear(want_client, want_upstream).await
                }
                RelayStep::ToClient(bytes) => self.tell_client(&bytes).await,
                RelayStep::ToUpstream(bytes) => self.tell_upstream(&bytes).await,
                RelayStep::OpenUpstream => self.open_upstream().await,
                RelayStep::CloseUpstream(reason) => {
                    self.close_upstream(reason);
                    Ok(())
                }
                RelayStep::Event(event) => {
                    self.record(&event);
                    Ok(())
                }
                RelayStep::Done => Err(Stop::Done),
            };
            if let Err(stop) = result {
                return stop;
            }
        }
    }

    /// Waits for the sides that are wanted, for an order, and for the end of patience.
    async fn hear(&mut self, want_client: bool, want_upstream: bool) -> Result<(), Stop> {
        let live = &mut self.established.live;
        match live.order() {
            Order::End(end) => return Err(Stop::Ended(end)),
            Order::Drain if self.relay.is_idle() => {
                return Err(ended(ShutDown::ServerStopping, "server-stopping"));
            }
            Order::Drain | Order::GoOn => {}
        }
        // An upstream that owes an answer is given longer than a client that owes a command.
        let limits = &self.visit.settings.limits;
        let patience =
            if self.relay.awaits_upstream() { limits.upstream_silence } else { limits.client_silence };
        let relay = &mut self.relay;
        let client = want_client.then_some(&mut self.client);
        let upstream = self.upstream.as_mut().filter(|_| want_upstream);
        let mut octets_from_client = 0;
        let heard = tokio::select! {
            biased;
            order = live.next_order() => match order {
                Order::End(end) => return Err(Stop::Ended(end)),
                Order::Drain | Order::GoOn => return Ok(()),
            },
            heard = receive_either(client, upstream, |side, bytes| match side {
                Side::Client => {
                    octets_from_client += bytes.len();
                    relay.from_client(bytes);
                }
                Side::Upstream => relay.from_upstream(bytes),
            }) => Some(heard),
            () = tokio::time::sleep(patience) => None,
        };
        live.count_from_client(octets_from_client);
        match heard {
            Some((_, Ok(1..))) => {}
            Some((Side::Client, Ok(0))) => self.relay.client_closed(),
            Some((Side::Client, Err(error))) => return Err(Stop::ClientLost(error)),
            Some((Side::Upstream, Ok(0) | Err(_))) => self.relay.upstream_closed(),
            None if self.relay.awaits_upstream() => {
                tracing::error!(
                    upstream = self.established.target.config.name,
                    "the upstream owes an answer for too long"
                );
                self.relay.upstream_closed();
            }
            None => return Err(ended(ShutDown::Idle, "idle")),
        }
        Ok(())
    }

    async fn tell_client(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let live = &mut self.established.live;
        tokio::select! {
            biased;
            end = live.ended() => return Err(Stop::Ended(end)),
            sent = send(&mut self.client, bytes, self.visit.settings.limits.write) => {
                sent.map_err(Stop::ClientLost)?;
            }
        }
        live.count_to_client(bytes.len());
        Ok(())
    }

    async fn tell_upstream(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let Some(upstream) = self.upstream.as_mut() else {
            self.relay.upstream_closed();
            return Ok(());
        };
        let sent = tokio::select! {
            biased;
            end = self.established.live.ended() => return Err(Stop::Ended(end)),
            sent = send(upstream, bytes, self.visit.settings.limits.write) => sent,
        };
        if let Err(error) = sent {
            tracing::debug!(%error, "writing to the upstream failed");
            // It may have said why before it closed.
            let last_words = async {
                while let Ok(1..) = receive(upstream, |bytes| self.relay.from_upstream(bytes)).await {}
            };
            let _ = tokio::time::timeout(LAST_WORDS, last_words).await;
            self.relay.upstream_closed();
        }
        Ok(())
    }

    async fn open_upstream(&mut self) -> Result<(), Stop> {
        let Established { live, target, visitor } = &mut self.established;
        let settings = self.visit.settings;
        let opening = Opening {
            target,
            our_name: &settings.host_name,
            limits: &settings.limits,
            service: Some(&self.visit.listener.shared.service),
            visitor: Some(visitor),
        };
        // Seldom needed and large; an idle session must not keep the room for it.
        let opening = Box::pin(connect_smtp(&opening));
        let outcome = tokio::select! {
            biased;
            end = live.ended() => return Err(Stop::Ended(end)),
            outcome = opening => outcome,
        };
        match outcome {
            Ok(Connection { link, capabilities }) => {
                self.upstream = Some(link.stream);
                self.relay.upstream_opened(capabilities);
                if !link.leftover.is_empty() {
                    self.relay.from_upstream(&link.leftover);
                }
            }
            Err(error) => {
                let (upstream, remedy) = (&target.config.name, error.remedy());
                tracing::error!(upstream, %error, remedy, "upstream not available");
                let failure: OpenFailure = error.open_failure();
                self.relay.upstream_failed(failure);
            }
        }
        Ok(())
    }

    fn close_upstream(&mut self, reason: CloseReason) {
        if let Some(upstream) = self.upstream.take()
            && reason == CloseReason::Finished
        {
            // In good order: QUIT was sent, and nobody has to wait for the answer. Everything else is closed by dropping
            // it, without another octet.
            tokio::spawn(close(upstream));
        }
        if reason == CloseReason::Broken {
            let upstream = &self.established.target.config.name;
            tracing::error!(upstream, "the upstream broke the protocol; look at its log");
        }
    }

    fn record(&self, event: &RelayEvent) {
        let session = self.established.live.session();
        let (id, account) = (session.id(), &session.account().name);
        let upstream = &self.established.target.config.name;
        match event {
            RelayEvent::MessageAccepted { recipients, octets } => {
                tracing::info!(session = %id, %account, upstream, recipients, octets, "message accepted by the upstream");
            }
            RelayEvent::AllowanceUsedUp => {
                tracing::info!(session = %id, %account, "held up: a limit of the app password is reached");
            }
            RelayEvent::MessageRefused(refusal) => {
                tracing::warn!(session = %id, %account, ?refusal, "message refused");
            }
        }
    }

    /// Closes everything. The upstream goes first: what is on its way must not become a delivery.
    async fn finish(mut self, stop: Stop) {
        let session = self.established.live.session().id();
        match stop {
            Stop::Done => {
                drop(self.upstream);
                drop(self.established);
                close(self.client).await;
                tracing::info!(%session, "session finished");
            }
            Stop::Ended(end) => {
                let words = self.relay.shut_down(end.reason);
                drop(self.upstream);
                say_last(&mut self.client, &words).await;
                drop(self.established);
                let latency = end.at.elapsed();
                tracing::info!(%session, cause = end.cause, ?latency, "session ended by us");
                drain(self.client).await;
            }
            Stop::ClientLost(error) => tracing::info!(%session, %error, "session lost: the client is gone"),
        }
    }
}

fn ended(reason: ShutDown, cause: &'static str) -> Stop {
    Stop::Ended(End { reason, cause, at: Instant::now() })
}

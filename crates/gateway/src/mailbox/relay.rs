//! Relays octets between a signed-in client and its upstream, unread.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use postern_protocols::door::{HandOver, ShutDown};
use tokio::time::{Instant, Sleep};

use super::last_words::LastWords;
use super::{Proof, Protocol};
use crate::config::Limits;
use crate::io::{Ended, Pump, Side, Stream, close, drain, say_last};
use crate::sessions::{End, Meter, Order};
use crate::visit::{Established, SignedIn};

/// How long a session must be quiet to be ended when the server is stopping.
const QUIET: Duration = Duration::from_secs(1);
/// Silence of a session that one side has ended. The other has nothing to wait for.
const HALF_CLOSED: Duration = Duration::from_secs(30);

/// Why the relay stops.
enum Stop {
    /// Both sides have said everything.
    Done,
    /// Because of us: say this and close.
    Ended(End),
    /// A side is gone.
    Lost(Side, io::Error),
}

/// Both directions.
struct Relay<'a> {
    limits: &'a Limits,
    client: Stream,
    upstream: Stream,
    from_client: Pump,
    to_client: Pump,
    last_words: LastWords,
    meter: Meter,
    /// When patience is to be looked at again; not before it may have ended.
    alarm: Pin<Box<Sleep>>,
    is_draining: bool,
}

/// Runs a session from the answer to its sign-in to its end. What it holds meanwhile is what an idle session costs, so
/// the end is boxed and the beginning not kept.
pub(super) async fn run<P: Protocol>(limits: &Limits, signed_in: Box<SignedIn<HandOver<Proof>>>) {
    let (mut relay, mut established) = Relay::begin::<P>(limits, *signed_in);
    let stop = relay.drive(&mut established).await;
    Box::pin(relay.finish::<P>(stop, established)).await;
}

impl<'a> Relay<'a> {
    fn begin<P: Protocol>(
        limits: &'a Limits,
        signed_in: SignedIn<HandOver<Proof>>,
    ) -> (Box<Self>, Established) {
        let SignedIn { stream, relay: HandOver { mut received, .. }, established, mut upstream } = signed_in;
        let mut relay = Box::new(Self {
            limits,
            client: stream,
            upstream: upstream.stream,
            from_client: Pump::new(std::mem::take(&mut *received)),
            to_client: Pump::new(std::mem::take(&mut *upstream.leftover)),
            last_words: LastWords::new(P::COMPRESS),
            meter: established.live.meter(),
            alarm: Box::pin(tokio::time::sleep(limits.mailbox_silence)),
            is_draining: false,
        });
        relay.note_what_is_there();
        (relay, established)
    }

    /// What was read with the answers to the sign-ins counts too.
    fn note_what_is_there(&mut self) {
        self.last_words.note_from_client(self.from_client.pending());
        self.last_words.note_to_client(self.to_client.pending());
        self.meter.count_from_client(self.from_client.pending().len());
        self.meter.count_to_client(self.to_client.pending().len());
    }

    async fn drive(&mut self, established: &mut Established) -> Stop {
        loop {
            match established.live.order() {
                Order::End(end) => return Stop::Ended(end),
                Order::Drain => self.is_draining = true,
                Order::GoOn => {}
            }
            tokio::select! {
                biased;
                _ = established.live.next_order() => {}
                stop = poll_fn(|context| self.poll(context)) => return stop,
            }
        }
    }

    /// Moves octets both ways until one side has to be waited for.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Stop> {
        let Self { client, upstream, from_client, to_client, last_words, meter, .. } = self;
        if !from_client.is_over() {
            let moved = from_client.poll(context, client, upstream, |octets| {
                meter.count_from_client(octets.len());
                last_words.note_from_client(octets);
            });
            match moved {
                Poll::Pending | Poll::Ready(Ended::Finished) => {}
                Poll::Ready(Ended::SourceBroke(error)) => {
                    return Poll::Ready(Stop::Lost(Side::Client, error));
                }
                // It may have said why before it closed; that is still to come through.
                Poll::Ready(Ended::SinkBroke(_)) => from_client.give_up(),
            }
        }
        if !to_client.is_over() {
            let moved = to_client.poll(context, upstream, client, |octets| {
                meter.count_to_client(octets.len());
                last_words.note_to_client(octets);
            });
            match moved {
                Poll::Pending | Poll::Ready(Ended::Finished) => {}
                Poll::Ready(Ended::SourceBroke(error)) => {
                    return Poll::Ready(Stop::Lost(Side::Upstream, error));
                }
                Poll::Ready(Ended::SinkBroke(error)) => return Poll::Ready(Stop::Lost(Side::Client, error)),
            }
        }
        if self.from_client.is_over() && self.to_client.is_over() {
            return Poll::Ready(Stop::Done);
        }
        self.poll_patience(context)
    }

    /// Ready when nothing has moved for too long. The alarm is only put forward, never back while octets move.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<Stop> {
        let (until, reason) = self.patience();
        if until < self.alarm.deadline() {
            self.alarm.as_mut().reset(until);
        }
        while self.alarm.as_mut().poll(context).is_ready() {
            if until <= Instant::now() {
                return Poll::Ready(reason());
            }
            self.alarm.as_mut().reset(until);
        }
        Poll::Pending
    }

    /// Until when octets must have moved, and what it means if they have not.
    fn patience(&self) -> (Instant, fn() -> Stop) {
        let stuck: [(_, fn() -> Stop); 2] = [
            (&self.from_client, || timed_out(Side::Upstream)),
            (&self.to_client, || timed_out(Side::Client)),
        ];
        let stuck = stuck.into_iter().filter_map(|(pump, stop)| Some((pump.stuck_since()?, stop)));
        if let Some((since, stop)) = stuck.min_by_key(|(since, _)| *since) {
            return (since + self.limits.write, stop);
        }
        let moved_at = self.from_client.moved_at().max(self.to_client.moved_at());
        if self.is_draining {
            (moved_at + QUIET, || ended(ShutDown::ServerStopping, "server-stopping"))
        } else if self.from_client.is_over() || self.to_client.is_over() {
            (moved_at + HALF_CLOSED, || Stop::Done)
        } else {
            (moved_at + self.limits.mailbox_silence, || ended(ShutDown::Idle, "idle"))
        }
    }

    /// Closes everything. The upstream goes first, without another octet.
    async fn finish<P: Protocol>(self: Box<Self>, stop: Stop, established: Established) {
        let session = established.live.session().id();
        let is_understood = self.last_words.are_understood() && self.to_client.is_idle();
        let Self { mut client, upstream, .. } = *self;
        drop(upstream);
        match stop {
            Stop::Done => {
                drop(established);
                tracing::info!(%session, "session finished");
                // It may not have heard the upstream's last words yet, and go on sending.
                drain(client).await;
            }
            Stop::Ended(end) => {
                let words = if is_understood { P::bye(end.reason) } else { Vec::new() };
                say_last(&mut client, &words).await;
                drop(established);
                let latency = end.at.elapsed();
                tracing::info!(%session, cause = end.cause, ?latency, "session ended by us");
                drain(client).await;
            }
            Stop::Lost(Side::Client, error) => {
                tracing::info!(%session, %error, "session lost: the client is gone");
            }
            Stop::Lost(Side::Upstream, error) => {
                let upstream = &established.target.config.name;
                tracing::warn!(%session, upstream, %error, "session lost: the upstream is gone");
                drop(established);
                close(client).await;
            }
        }
    }
}

fn timed_out(side: Side) -> Stop {
    Stop::Lost(side, io::Error::new(io::ErrorKind::TimedOut, "it takes nothing for too long"))
}

fn ended(reason: ShutDown, cause: &'static str) -> Stop {
    Stop::Ended(End { reason, cause, at: Instant::now() })
}

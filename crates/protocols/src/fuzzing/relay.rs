//! The relay under any input, from both sides.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::smtp::limits::{INPUT_LOW_WATER, MAX_HEADER_SECTION, MAX_REPLY_LINE, MAX_REPLY_LINES};
use crate::smtp::relay::{OpenFailure, Relay, RelayStep, Settings};
use crate::smtp::{Allowance, Capabilities, SenderRule};

/// More than a `Relay` may ever keep when it is fed at most `READ` octets at a time and only when it asks.
const MOST_KEPT: usize =
    INPUT_LOW_WATER + MAX_HEADER_SECTION + MAX_REPLY_LINE * (MAX_REPLY_LINES + 1) + 2 * READ;
const READ: usize = 4_096;

struct OnlyOne;

impl SenderRule for OnlyOne {
    fn permits(&self, address: &str) -> bool {
        address == "a@ok.test"
    }
}

/// Every third message and recipient is one too many.
#[derive(Default)]
struct SomeMail(AtomicU32);

impl SomeMail {
    fn admit(&self) -> Result<(), String> {
        if self.0.fetch_add(1, Ordering::Relaxed) % 3 == 2 {
            Err("Enough\r\n250 Ok".to_owned())
        } else {
            Ok(())
        }
    }
}

impl Allowance for SomeMail {
    fn admit_message(&self) -> Result<(), String> {
        self.admit()
    }

    fn admit_recipient(&self) -> Result<(), String> {
        self.admit()
    }
}

fn new_relay(is_restricted: bool) -> Relay<()> {
    let settings = Settings {
        host_name: "door.test".to_owned(),
        capabilities: Capabilities::ours(400),
        upstream: Some(Capabilities::ours(300)),
        allowance: is_restricted.then(|| Box::new(SomeMail::default()) as Box<dyn Allowance>),
        sender_rule: is_restricted.then(|| Box::new(OnlyOne) as Box<dyn SenderRule>),
    };
    Relay::new((), settings, &[])
}

/// Both sides are hostile: the input is a list of moves, each an octet that says whose it is and how long, and octets.
pub fn relay(data: &[u8]) {
    let Some((choice, mut moves)) = data.split_first() else { return };
    let mut relay = new_relay(choice & 1 != 0);
    loop {
        match relay.next_step() {
            RelayStep::Done => return,
            RelayStep::OpenUpstream if choice & 2 != 0 => relay.upstream_failed(OpenFailure::Unreachable),
            RelayStep::OpenUpstream => relay.upstream_opened(Capabilities::NONE),
            RelayStep::NeedBytes { want_client, want_upstream } => {
                assert!(relay.buffered() <= MOST_KEPT, "memory is bounded");
                let Some((head, rest)) = moves.split_first() else { return };
                let (octets, rest) = rest.split_at(usize::from(head >> 2).min(rest.len()));
                moves = rest;
                match head & 3 {
                    0 if want_upstream => relay.from_upstream(octets),
                    1 if octets.is_empty() && want_upstream => relay.upstream_closed(),
                    2 if octets.is_empty() => relay.client_closed(),
                    _ if want_client => relay.from_client(octets),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// The upstream is honest and literal-minded; the client's input is given whole and in cuts, and the outcome compared.
/// The first octet chooses the restriction and the size of the cuts.
pub fn relay_cuts(data: &[u8]) {
    let Some((choice, client)) = data.split_first() else { return };
    let whole = outcome(choice & 1 != 0, client, READ);
    let cut = outcome(choice & 1 != 0, client, usize::from(choice >> 1) % 17 + 1);
    assert_eq!(whole, cut, "the cuts between reads make no difference");
}

/// What a client and an honest upstream see.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    to_client: Vec<u8>,
    /// Complete messages that the upstream got, as they were on the wire.
    delivered: Vec<Vec<u8>>,
    commands: Vec<Vec<u8>>,
}

fn outcome(is_restricted: bool, client: &[u8], cut: usize) -> Outcome {
    let mut relay = new_relay(is_restricted);
    let mut outcome = Outcome::default();
    let mut received = Vec::new();
    let mut in_content = false;
    let mut pieces = client.chunks(cut);
    loop {
        match relay.next_step() {
            RelayStep::NeedBytes { want_client: true, .. } => match pieces.next() {
                Some(piece) => relay.from_client(piece),
                None => relay.client_closed(),
            },
            RelayStep::NeedBytes { .. } | RelayStep::Event(_) => {}
            RelayStep::ToClient(bytes) => outcome.to_client.extend_from_slice(&bytes),
            RelayStep::ToUpstream(bytes) => {
                received.extend_from_slice(&bytes);
                hear(&mut relay, &mut received, &mut in_content, &mut outcome);
            }
            RelayStep::OpenUpstream => relay.upstream_opened(Capabilities::ours(300)),
            RelayStep::CloseUpstream(_) => {
                received.clear();
                in_content = false;
            }
            RelayStep::Done => return outcome,
        }
    }
}

/// An upstream as careless as servers used to be: it would take any of the smuggled ends, so it must never see one.
fn hear(relay: &mut Relay<()>, received: &mut Vec<u8>, in_content: &mut bool, outcome: &mut Outcome) {
    assert_lines_are_sound(received);
    if *in_content {
        let is_whole = received.as_slice() == b".\r\n" || received.ends_with(b"\r\n.\r\n");
        if is_whole {
            *in_content = false;
            outcome.delivered.push(std::mem::take(received));
            relay.from_upstream(b"250 2.0.0 Ok\r\n");
        }
        return;
    }
    assert!(received.ends_with(b"\r\n"), "commands are whole lines");
    if received.as_slice() == b"DATA\r\n" {
        *in_content = true;
        relay.from_upstream(b"354 go\r\n");
    } else if received.as_slice() != b"QUIT\r\n" {
        relay.from_upstream(b"250 2.0.0 Ok\r\n");
    }
    outcome.commands.push(std::mem::take(received));
}

fn assert_lines_are_sound(octets: &[u8]) {
    assert!(!octets.contains(&0), "no NUL goes upstream");
    for (at, &octet) in octets.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| octets[at]);
        assert!(octet != b'\n' || before == Some(b'\r'), "no bare LF goes upstream");
        assert!(before != Some(b'\r') || octet == b'\n', "no bare CR goes upstream");
    }
}

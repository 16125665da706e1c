//! The doors to a mailbox under any input.

use std::sync::Arc;

use crate::door::limits::{MAX_BUFFERED_INPUT, MAX_LINE, MAX_LITERAL, MAX_LITERALS};
use crate::door::{Accepted, Dialect, Session, Step, Tls, Verdict};
use crate::{imap, managesieve, pop3};

/// The most that a session keeps beyond what it was given last.
const MOST_KEPT: usize = MAX_BUFFERED_INPUT + (MAX_LITERALS + 1) * MAX_LINE + MAX_LITERALS * MAX_LITERAL;

/// The IMAP door: the first octet chooses TLS, the size of the cuts and the verdict; the rest comes from the client.
pub fn imap_door(data: &[u8]) {
    check(data, |tls| imap::Session::new(&Arc::new(imap::Config { tls })));
}

/// The POP3 door, likewise.
pub fn pop3_door(data: &[u8]) {
    check(data, |tls| pop3::Session::new(&Arc::new(pop3::Config { tls })));
}

/// The ManageSieve door, likewise.
pub fn managesieve_door(data: &[u8]) {
    check(data, |tls| {
        managesieve::Session::new(&Arc::new(managesieve::Config { tls, extensions: String::new() }))
    });
}

fn check<D: Dialect>(data: &[u8], begin: impl Fn(Tls) -> Session<(), D>) {
    let Some((choice, client)) = data.split_first() else { return };
    let tls = if choice & 1 == 0 { Tls::Implicit } else { Tls::StartTls };
    let accepts = choice & 2 != 0;
    let whole = run(begin(tls), client, client.len().max(1), accepts);
    let cut = run(begin(tls), client, usize::from(choice >> 2) + 1, accepts);
    // With STARTTLS, what survives the discarding depends on what was read together with the command, by design.
    if tls == Tls::Implicit {
        assert_eq!(whole, cut, "the cuts between reads make no difference");
    }
}

fn run<D: Dialect>(mut session: Session<(), D>, client: &[u8], cut: usize, accepts: bool) -> Vec<u8> {
    let mut output = Vec::new();
    let mut pieces = client.chunks(cut);
    loop {
        assert!(session.buffered() <= MOST_KEPT + cut, "memory is bounded");
        match session.next_step() {
            Step::NeedBytes => match pieces.next() {
                Some(piece) => session.receive(piece),
                None => return output,
            },
            Step::Send(bytes) => {
                assert!(bytes.ends_with(b"\r\n"), "a reply is made of whole lines");
                output.extend_from_slice(&bytes);
            }
            Step::StartTls => session.tls_established(),
            Step::Verify(credentials) => {
                assert!(!credentials.user_name.chars().any(char::is_control), "a user name can be logged");
                output.extend_from_slice(credentials.secret.expose());
                session.verdict(if accepts {
                    Verdict::Accepted(Accepted { proof: (), capabilities: vec!["IDLE".to_owned()] })
                } else {
                    Verdict::Refused { text: "No.".to_owned() }
                });
            }
            Step::Relay(hand_over) => {
                output.extend_from_slice(&hand_over.received);
                pieces.for_each(|piece| output.extend_from_slice(piece));
                return output;
            }
            Step::Close => return output,
        }
    }
}

//! The doors to a mailbox under any input.

use std::sync::Arc;

use crate::door::limits::{MAX_BUFFERED_INPUT, MAX_LINE, MAX_LITERAL, MAX_LITERALS};
use crate::door::upstream::{self, Authentication, Handshake, Method, Settings};
use crate::door::{Accepted, Dialect, Session, Step, Tls, Verdict};
use crate::{Secret, imap, managesieve, pop3};

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

/// The upstreams of all three: the first octet chooses TLS, the protocol and the mechanism, the rest is the upstream's,
/// whole and octet by octet.
pub fn mailbox_upstream(data: &[u8]) {
    let Some((choice, upstream)) = data.split_first() else { return };
    let tls = if choice & 1 == 0 { upstream::Tls::Implicit } else { upstream::Tls::StartTls };
    let method = method(choice >> 3);
    match choice >> 1 & 3 {
        0 => check_upstream::<imap::upstream::ImapClient>(tls, &method, upstream),
        1 => check_upstream::<pop3::upstream::Pop3Client>(tls, &method, upstream),
        _ => check_upstream::<managesieve::upstream::ManageSieveClient>(tls, &method, upstream),
    }
}

/// One of the three.
pub(super) fn method(choice: u8) -> Method {
    match choice & 3 {
        0 | 3 => Method::Password,
        1 => Method::XOAuth2,
        _ => Method::OAuthBearer { host: "up.test".to_owned(), port: 1 },
    }
}

fn check_upstream<D: upstream::Dialect>(tls: upstream::Tls, method: &Method, input: &[u8]) {
    let whole = run_upstream::<D>(tls, method, input, input.len().max(1));
    let cut = run_upstream::<D>(tls, method, input, 1);
    // Octets in the clear behind the answer to STARTTLS are seen to be there only if they have come by then.
    if tls == upstream::Tls::Implicit {
        assert_eq!(whole, cut, "the cuts between reads make no difference");
    }
}

fn run_upstream<D: upstream::Dialect>(
    tls: upstream::Tls,
    method: &Method,
    input: &[u8],
    cut: usize,
) -> Vec<u8> {
    let authentication = Authentication {
        user_name: "u".to_owned(),
        act_as: None,
        secret: Secret::new(b"needle".to_vec()),
        method: method.clone(),
        without_tls: false,
    };
    let mut handshake =
        Handshake::<D>::new(Settings { tls, client: None, authentication: Some(authentication) });
    let mut output = Vec::new();
    let mut pieces = input.chunks(cut);
    let mut is_protected = tls == upstream::Tls::Implicit;
    let mut sent_secrets = 0;
    loop {
        assert!(handshake.buffered() <= MOST_KEPT + cut, "memory is bounded");
        match handshake.next_step() {
            upstream::Step::NeedBytes => match pieces.next() {
                Some(piece) => handshake.receive(piece),
                None => return output,
            },
            upstream::Step::Send(bytes) => {
                let has_secret = has_needle(&bytes);
                assert!(is_protected || !has_secret, "no secret in the clear");
                sent_secrets += usize::from(has_secret);
                assert!(sent_secrets <= 1, "a secret is said once");
                output.extend_from_slice(&bytes);
            }
            upstream::Step::StartTls => {
                is_protected = true;
                handshake.tls_established();
            }
            upstream::Step::Ready(ready) => {
                output.extend_from_slice(format!("{:?}", ready.capabilities).as_bytes());
                output.extend_from_slice(&ready.leftover);
                pieces.for_each(|piece| output.extend_from_slice(piece));
                return output;
            }
            upstream::Step::Failed(failure) => {
                output.extend_from_slice(format!("{failure:?}").as_bytes());
                return output;
            }
        }
    }
}

/// Whether the octets hold the secret, as it is or in base64, wherever its first octet falls in a group.
pub(super) fn has_needle(octets: &[u8]) -> bool {
    let forms: [&[u8]; 4] = [b"needle", b"bmVlZGxl", b"5lZWRsZ", b"uZWVkbG"];
    forms.iter().any(|form| octets.windows(form.len()).any(|part| part == *form))
}

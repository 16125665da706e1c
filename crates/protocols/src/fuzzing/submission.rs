//! The submission core under any input.

use std::sync::Arc;

use crate::smtp::Capabilities;
use crate::smtp::limits::MAX_BUFFERED_INPUT;
use crate::smtp::submission::{Accepted, Config, Session, Step, Tls, Verdict};

/// The first octet chooses TLS, the size of the cuts and the verdict; the rest comes from the client.
pub fn submission(data: &[u8]) {
    let Some((choice, client)) = data.split_first() else { return };
    let whole = run(*choice, client, client.len().max(1));
    let cut = run(*choice, client, usize::from(choice >> 3) + 1);
    // With STARTTLS, what survives the discarding depends on what was read together with the command, by design.
    if choice & 1 == 0 {
        assert_eq!(whole, cut, "the cuts between reads make no difference");
    }
}

fn run(choice: u8, client: &[u8], cut: usize) -> Vec<u8> {
    let tls = if choice & 1 == 0 { Tls::Implicit } else { Tls::StartTls };
    let config = Config {
        host_name: "door.test".to_owned(),
        tls,
        ours: Capabilities::ours(1_000),
        capabilities: Capabilities::ours(1_000),
        legacy_auth_line: choice & 2 != 0,
    };
    let mut session = Session::<()>::new(Arc::new(config));
    let mut output = Vec::new();
    let mut pieces = client.chunks(cut);
    loop {
        assert!(session.buffered() <= 2 * MAX_BUFFERED_INPUT + client.len(), "memory is bounded");
        match session.next_step() {
            Step::NeedBytes => match pieces.next() {
                Some(piece) => session.receive(piece),
                None => return output,
            },
            Step::Send(bytes) => output.extend_from_slice(&bytes),
            Step::StartTls => session.tls_established(),
            Step::Verify(credentials) => {
                session.verdict(if choice & 4 != 0 && credentials.user_name == "u" {
                    Verdict::Accepted(Accepted {
                        proof: (),
                        upstream: None,
                        sender_rule: None,
                        allowance: None,
                    })
                } else {
                    Verdict::Refused { text: "No.".to_owned() }
                });
            }
            Step::Relay(_) => {
                output.extend_from_slice(b"relay");
                return output;
            }
            Step::Close => return output,
        }
    }
}

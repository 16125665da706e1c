//! A large message passes through in constant memory.

use postern_protocols::smtp::Capabilities;
use postern_protocols::smtp::relay::{Relay, RelayEvent, RelayStep, Settings};

use super::runner::Senders;

const MESSAGE: u64 = 50 * 1024 * 1024;
/// One read of the driver, twice: what it has given, and what the relay gives back of it.
const MOST_KEPT: usize = 2 * 16 * 1024;

#[test]
fn fifty_megabytes_are_never_kept() {
    let settings = Settings {
        host_name: "door.test".to_owned(),
        capabilities: Capabilities::ours(MESSAGE),
        upstream: Some(Capabilities::ours(MESSAGE)),
        allowance: None,
        sender_rule: Some(Box::new(Senders(vec!["a@ok.test".to_owned()]))),
    };
    let mut relay = Relay::new((), settings, b"MAIL FROM:<a@ok.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n");
    let block = b"0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789ABCD\r\n".repeat(256);
    let header = b"From: a@ok.test\r\n\r\n";
    let mut left = MESSAGE / block.len() as u64 - 1;
    let expected = left * block.len() as u64 + header.len() as u64;
    let mut is_begun = false;
    let mut accepted = None;
    loop {
        assert!(relay.buffered() <= MOST_KEPT, "kept {}", relay.buffered());
        match relay.next_step() {
            RelayStep::ToUpstream(bytes) if bytes == b"DATA\r\n" => relay.from_upstream(b"354 go\r\n"),
            RelayStep::ToUpstream(bytes) => {
                assert!(bytes.len() <= MOST_KEPT, "one step holds {}", bytes.len());
                if !is_begun || bytes.ends_with(b"\r\n.\r\n") || bytes == b".\r\n" {
                    relay.from_upstream(b"250 Ok\r\n");
                }
            }
            RelayStep::ToClient(bytes) if bytes.starts_with(b"354") => {
                is_begun = true;
                relay.from_client(header);
            }
            RelayStep::NeedBytes { want_client, .. } => {
                assert!(want_client, "the client is always asked for more content");
                if left > 0 {
                    relay.from_client(&block);
                    left -= 1;
                } else if accepted.is_none() {
                    relay.from_client(b".\r\n");
                } else {
                    break;
                }
            }
            RelayStep::Event(event) => accepted = Some(event),
            RelayStep::ToClient(_) => {}
            other => panic!("unexpected {other:?}"),
        }
    }
    assert_eq!(accepted, Some(RelayEvent::MessageAccepted { recipients: 1, octets: expected }));
}

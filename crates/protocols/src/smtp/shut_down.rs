//! The end of a connection that we bring about, in SMTP's own words.

use super::Reply;
use crate::door::ShutDown;

/// The `421` reply, which may be sent at any moment (RFC 5321 §3.8); the connection is closed after it.
pub fn bye(reason: ShutDown, host_name: &str) -> Vec<u8> {
    let enhanced = match reason {
        ShutDown::ServerStopping => "4.3.2",
        ShutDown::Idle => "4.4.2",
        _ => "4.7.0",
    };
    let text = match reason {
        ShutDown::DoorOff => "Mail submission is switched off here; this session has ended",
        other => other.mailbox_text(),
    };
    Reply::new(421, enhanced, &format!("{host_name} {text}")).to_bytes()
}

//! XCLIENT commands (Postfix XCLIENT_README).

use std::net::IpAddr;

use super::ClientFacts;
use crate::smtp::limits::MAX_XCLIENT_LINE;

/// Writes the commands for the attributes that the upstream lists, each with its CRLF and at most 512 octets. NAME and
/// ADDR come last, so that the upstream logs the client only once it knows everything about it. `None` if ADDR is not
/// listed, without which the rest is worth nothing.
pub(super) fn commands(facts: &ClientFacts, listed: &[String]) -> Option<Vec<Vec<u8>>> {
    let is_listed = |name: &str| listed.iter().any(|listed| listed == name);
    if !is_listed("ADDR") {
        return None;
    }
    let attributes = [
        ("PROTO", Some("ESMTP".to_owned())),
        ("HELO", facts.helo.clone()),
        ("LOGIN", facts.login.clone()),
        ("DESTADDR", facts.destination.map(|destination| address(destination.ip()))),
        ("DESTPORT", facts.destination.map(|destination| destination.port().to_string())),
        ("PORT", facts.port.map(|port| port.to_string())),
        ("NAME", Some(facts.name.clone().unwrap_or_else(|| "[UNAVAILABLE]".to_owned()))),
        ("ADDR", Some(address(facts.address))),
    ];
    let mut commands: Vec<String> = Vec::new();
    for (name, value) in attributes {
        let Some(value) = value.filter(|_| is_listed(name)) else { continue };
        let attribute = format!(" {name}={}", xtext(&value));
        // A value that fits in no command (a HELO of the client's choice, say) is left out.
        if "XCLIENT".len() + attribute.len() + 2 > MAX_XCLIENT_LINE {
            continue;
        }
        match commands.last_mut() {
            Some(command) if command.len() + attribute.len() + 2 <= MAX_XCLIENT_LINE => {
                command.push_str(&attribute);
            }
            _ => commands.push(format!("XCLIENT{attribute}")),
        }
    }
    Some(commands.into_iter().map(|command| format!("{command}\r\n").into_bytes()).collect())
}

fn address(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("IPV6:{address}"),
    }
}

/// xtext (RFC 3461 §4): everything outside printable ASCII, and `+` and `=`, becomes `+XX`. Without it a user name
/// could add attributes of its own (nginx fixed just that in its LOGIN attribute).
fn xtext(value: &str) -> String {
    let mut text = String::new();
    for octet in value.bytes() {
        if octet.is_ascii_graphic() && octet != b'+' && octet != b'=' {
            text.push(char::from(octet));
        } else {
            text.push_str(&format!("+{octet:02X}"));
        }
    }
    text
}

//! Capabilities (RFC 9051 §7.2.2): ours before sign-in, the upstream's after it.

use crate::sasl::Mechanism;

/// What holds whatever the upstream is. LITERAL+ is true because we read the commands before sign-in ourselves; ENABLE
/// is there because every server of this century has it and mail programs do not ask again.
const ALWAYS: &str = "IMAP4rev1 SASL-IR LITERAL+ ID ENABLE";

/// What the door offers before sign-in.
pub(super) fn before_sign_in(is_protected: bool) -> String {
    if is_protected {
        let mechanisms = Mechanism::ALL.map(|mechanism| format!("AUTH={}", mechanism.name())).join(" ");
        format!("{ALWAYS} {mechanisms}")
    } else {
        format!("{ALWAYS} STARTTLS LOGINDISABLED")
    }
}

/// What of the upstream's offer the client is told after sign-in: all of it (COMPRESS too, the relay is blind), except
/// what belongs before sign-in, what would lead back there (see [`super`]), and what is not a capability at all.
pub fn after_sign_in(offered: &[String]) -> Vec<&str> {
    offered.iter().map(String::as_str).filter(|name| is_capability(name) && !is_withheld(name)).collect()
}

fn is_capability(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|octet| octet.is_ascii_graphic() && !b"()[]{}\"\\*%".contains(&octet))
}

fn is_withheld(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.starts_with("AUTH=")
        || ["STARTTLS", "LOGINDISABLED", "SASL-IR", "UNAUTHENTICATE"].contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_before_sign_in_is_taken_out() {
        let offered = "imap4rev1 Auth=PLAIN AUTH= starttls LOGINDISABLED SASL-IR UNAUTHENTICATE IDLE COMPRESS=DEFLATE a]b \
                       CONDSTORE";
        let offered: Vec<String> = offered.split(' ').map(str::to_owned).collect();
        assert_eq!(after_sign_in(&offered), ["imap4rev1", "IDLE", "COMPRESS=DEFLATE", "CONDSTORE"]);
    }
}

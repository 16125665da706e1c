//! Authentication methods: what a person has registered to sign in with, beside or in the place of the account password.

use std::fmt;

use crate::Timestamp;
use crate::id::MethodId;
use crate::text::is_unseen;

/// A registered authentication method. Recovery codes are counted beside it, they are no method by themselves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuthenticationMethod {
    /// Names the method.
    pub id: MethodId,
    /// What it is.
    pub kind: MethodKind,
    /// What its owner calls it ("Phone").
    pub label: String,
    /// The phone number or the e-mail address, masked; none for other kinds.
    pub hint: Option<String>,
    /// When registration finished.
    pub registered_at: Timestamp,
    /// When it last let its owner in.
    pub last_used_at: Option<Timestamp>,
}

/// What a method is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MethodKind {
    /// A time-based one-time code from an authenticator app (RFC 6238).
    AuthenticatorApp,
    /// A passkey or security key (WebAuthn).
    Passkey {
        /// It signs its owner in without a user name: the device keeps the credential, and verifies who uses it.
        discoverable: bool,
    },
    /// A code in a text message. The weakest: numbers are taken over, messages are read on the way.
    TextMessage,
    /// A code in an e-mail message to an address that was registered for it.
    EmailCode,
}

impl MethodKind {
    /// Every kind, the strongest first: the order in which they are offered.
    pub const ALL: &'static [Self] = &[
        Self::Passkey { discoverable: true },
        Self::Passkey { discoverable: false },
        Self::AuthenticatorApp,
        Self::EmailCode,
        Self::TextMessage,
    ];

    /// The name used in JSON, audit records and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthenticatorApp => "authenticator-app",
            Self::Passkey { discoverable: true } => "passkey",
            Self::Passkey { discoverable: false } => "security-key",
            Self::TextMessage => "text-message",
            Self::EmailCode => "e-mail-code",
        }
    }

    /// The words for people, which are also what a method is called when its owner gives it no name.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AuthenticatorApp => "Authenticator app",
            Self::Passkey { discoverable: true } => "Passkey",
            Self::Passkey { discoverable: false } => "Security key",
            Self::TextMessage => "Text message",
            Self::EmailCode => "E-mail code",
        }
    }

    /// The place in the order of strength, the strongest first.
    #[must_use]
    pub fn rank(self) -> usize {
        Self::ALL.iter().position(|kind| *kind == self).unwrap_or(Self::ALL.len())
    }
}

impl fmt::Display for MethodKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an owner calls a method: 1 to 64 printable characters, no white space around them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MethodLabel(String);

impl MethodLabel {
    /// Most characters.
    pub const LONGEST: usize = 64;

    /// What of a typed name is kept; where nothing is left, the words of the kind.
    #[must_use]
    pub fn typed(text: &str, kind: MethodKind) -> Self {
        let seen: String = text.chars().filter(|c| !is_unseen(*c)).collect();
        let kept: String = seen.trim().chars().take(Self::LONGEST).collect();
        let kept = kept.trim_end().to_owned();
        Self(if kept.is_empty() { kind.words().to_owned() } else { kept })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<MethodLabel> for String {
    fn from(label: MethodLabel) -> Self {
        label.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_unseen_stays_in_a_label() {
        let label = |text| String::from(MethodLabel::typed(text, MethodKind::AuthenticatorApp));
        assert_eq!(label(" My\u{200b} phone\u{202e} \r\n"), "My phone");
        assert_eq!(label("\u{200b} \u{feff}"), "Authenticator app");
        assert_eq!(label(&"x".repeat(100)).len(), 64);
    }

    #[test]
    fn the_order_of_strength_is_the_order_of_the_list() {
        let names: Vec<_> = MethodKind::ALL.iter().map(|kind| (kind.rank(), kind.name())).collect();
        assert_eq!(
            names,
            [
                (0, "passkey"),
                (1, "security-key"),
                (2, "authenticator-app"),
                (3, "e-mail-code"),
                (4, "text-message")
            ]
        );
    }
}

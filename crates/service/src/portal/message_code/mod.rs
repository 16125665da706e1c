//! Codes in text and e-mail messages: six digits, good for ten minutes, five tries and one use. Weaker than every other
//! method, off unless the organization wants them, and never sent to the mailbox that the account protects.

mod attempts;
mod register;
mod send;
mod verify;

pub(crate) use attempts::Attempts;
pub use send::SendCodeError;

use postern_domain::account::{Account, AccountName};
use postern_domain::id::{AccountId, MethodId};
use postern_domain::mfa::MethodKind;
use postern_domain::mfa::phone::PhoneNumber;
use postern_domain::setting::Settings;
use postern_storage::{CodeSubject, Sealed, StorageError};
use zeroize::Zeroizing;

use crate::{Failure, Service};

/// Tries at one code.
const MOST_TRIES: u32 = 5;

/// Where codes are sent.
#[derive(Clone, PartialEq, Eq)]
pub enum Destination {
    /// A telephone, by text message.
    Phone(PhoneNumber),
    /// A mailbox.
    Mailbox(AccountName),
}

/// What it is, not where.
impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Destination").field(&self.kind()).finish()
    }
}

impl Destination {
    /// The kind of method that sends there.
    #[must_use]
    pub const fn kind(&self) -> MethodKind {
        match self {
            Self::Phone(_) => MethodKind::TextMessage,
            Self::Mailbox(_) => MethodKind::EmailCode,
        }
    }

    /// What is shown of it: the last two digits, or the first letter and the domain.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Phone(number) => number.hint(),
            Self::Mailbox(address) => {
                let first: String = address.local_part().chars().take(1).collect();
                format!("{first}\u{2022}\u{2022}\u{2022}@{}", address.domain())
            }
        }
    }

    /// As a URI (RFC 3966, RFC 6068), for what is sealed.
    fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(match self {
            Self::Phone(number) => format!("tel:{number}"),
            Self::Mailbox(address) => format!("mailto:{address}"),
        })
    }

    fn from_text(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("tel", number) => number.parse().ok().map(Self::Phone),
            ("mailto", address) => address.parse().ok().map(Self::Mailbox),
            _ => None,
        }
    }
}

/// What a sealed destination is bound to: the method, or the session in which it is being registered.
fn bound_to(account: AccountId, subject: CodeSubject) -> Vec<u8> {
    [b"postern code destination".as_slice(), account.as_bytes(), &subject.0].concat()
}

const fn of_method(method: MethodId) -> CodeSubject {
    CodeSubject(*method.as_bytes())
}

/// The code that somebody typed: six digits, white space and hyphens left out.
fn typed_code(text: &str) -> Option<Zeroizing<String>> {
    let digits: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect());
    (digits.len() == 6 && digits.bytes().all(|octet| octet.is_ascii_digit())).then_some(digits)
}

impl Service {
    /// Whether the account's owner may register and use methods of a kind: the organization allows it, and this server
    /// can do it.
    #[must_use]
    pub fn offers_method(&self, kind: MethodKind, account: &Account) -> bool {
        self.offers(kind, &self.settings_of(account))
    }

    pub(super) fn offers(&self, kind: MethodKind, settings: &Settings) -> bool {
        settings.allow(kind) && self.can_do(kind)
    }

    /// Whether this server can do what methods of a kind need, whatever is allowed.
    pub(crate) fn can_do(&self, kind: MethodKind) -> bool {
        match kind {
            MethodKind::AuthenticatorApp => true,
            MethodKind::Passkey { .. } => self.takes_passkeys(),
            MethodKind::TextMessage => self.messenger().sends_texts(),
            MethodKind::EmailCode => self.messenger().sends_mail(),
        }
    }

    fn seal_destination(
        &self,
        account: AccountId,
        subject: CodeSubject,
        destination: &Destination,
    ) -> Sealed {
        let text = destination.to_text();
        self.keys().seal(text.as_bytes(), &bound_to(account, subject), self.random())
    }

    fn open_destination(
        &self,
        account: AccountId,
        subject: CodeSubject,
        sealed: &Sealed,
    ) -> Result<Destination, Failure> {
        let bytes = self.keys().open(sealed, &bound_to(account, subject))?;
        let text = std::str::from_utf8(&bytes).ok();
        let read = text.and_then(Destination::from_text);
        read.ok_or_else(|| StorageError::Corrupt { what: "method.secret" }.into())
    }
}

#[cfg(test)]
mod tests;

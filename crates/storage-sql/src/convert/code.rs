//! Enums that are kept as small numbers, because the hot path reads them. A number is never given another meaning.

use postern_domain::account::{AccountKind, Role};
use postern_domain::app_password::Profile;
use postern_domain::door::{Door, DoorSet};
use postern_domain::mfa::{MethodKind, MfaState};

use postern_storage::CredentialSort;

use super::Column;
use crate::driver::Value;

macro_rules! codes {
    ($($type:ident { $($variant:ident = $code:literal),+ $(,)? })+) => {$(
        impl From<$type> for Value<'_> {
            fn from(value: $type) -> Self {
                Self::Int(match value { $($type::$variant => $code),+ })
            }
        }

        impl<'r> Column<'r> for $type {
            fn read(value: Value<'r>) -> Option<Self> {
                match value {
                    $(Value::Int($code) => Some($type::$variant),)+
                    _ => None,
                }
            }
        }
    )+};
}

codes! {
    AccountKind { Person = 0, ServiceAccount = 1 }
    Role { Member = 0, GlobalAdministrator = 1, AuthenticationAdministrator = 2, HelpDesk = 3, Auditor = 4 }
    MfaState { Disabled = 0, Enabled = 1, Enforced = 2 }
    CredentialSort { Unrecognised = 0, AccountPassword = 1, AppPassword = 2, Passkey = 3, OutsideIdentity = 4 }
    Profile { Standard = 0, CapitalsAndDigits = 1, SixteenLetters = 2 }
}

const fn method_code(kind: MethodKind) -> i64 {
    match kind {
        MethodKind::AuthenticatorApp => 0,
        MethodKind::Passkey { discoverable: false } => 1,
        MethodKind::Passkey { discoverable: true } => 2,
        MethodKind::TextMessage => 3,
        MethodKind::EmailCode => 4,
    }
}

impl From<MethodKind> for Value<'_> {
    fn from(kind: MethodKind) -> Self {
        Self::Int(method_code(kind))
    }
}

impl<'r> Column<'r> for MethodKind {
    fn read(value: Value<'r>) -> Option<Self> {
        let code = i64::read(value)?;
        Self::ALL.iter().copied().find(|kind| method_code(*kind) == code)
    }
}

/// The door's bit in a set of doors.
impl From<Door> for Value<'_> {
    fn from(door: Door) -> Self {
        Self::Int(door.bit().into())
    }
}

impl<'r> Column<'r> for Door {
    fn read(value: Value<'r>) -> Option<Self> {
        let bit = u32::read(value)?;
        Self::ALL.iter().copied().find(|door| door.bit() == bit)
    }
}

impl From<DoorSet> for Value<'_> {
    fn from(doors: DoorSet) -> Self {
        Self::Int(doors.bits().into())
    }
}

impl<'r> Column<'r> for DoorSet {
    fn read(value: Value<'r>) -> Option<Self> {
        u32::read(value).map(Self::from_bits)
    }
}

//! Identifiers: one type for each kind of thing, so that one cannot stand where another is meant.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::{Clock, Random, Timestamp};

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier (UUID version 7, RFC 9562): sorts by the time of its making.
            #[must_use]
            pub fn generate(clock: &dyn Clock, random: &dyn Random) -> Self {
                Self(uuid_v7(clock.now(), random))
            }

            /// The identifier with these bytes, as storage keeps it.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The bytes that storage keeps.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnIdentifier;

            fn from_str(text: &str) -> Result<Self, NotAnIdentifier> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnIdentifier)
            }
        }
    )+};
}

identifiers! {
    /// Names an account, also after it was renamed or deleted.
    AccountId,
    /// Names an app password; it stays the same when the app password is rotated.
    AppPasswordId,
    /// Names one secret of an app password; a rotation adds another.
    SecretId,
    /// Names an API token; it does not open anything.
    ApiTokenId,
    /// Names a service principal: its client identifier.
    ServicePrincipalId,
    /// Names a registered authentication method.
    MethodId,
    /// Names the link between somebody at an outside identity provider and an account.
    OutsideIdentityId,
    /// Names an address that gets the notices of an account.
    NotificationAddressId,
    /// Names a browser that is remembered, in lists; it does not let it in.
    RememberedBrowserId,
    /// Names a portal session in lists; it does not open the session.
    PortalSessionId,
    /// Names a sign-in event.
    SignInEventId,
    /// Names a live session at a door.
    DoorSessionId,
    /// Names a change to many accounts.
    BulkJobId,
    /// Names one run of a server, from its start to its end.
    NodeId,
    /// Names a group for a directory, also after it was given another name.
    DirectoryGroupId,
}

/// The text is not an identifier: 32 hexadecimal digits in the form `01234567-89ab-7def-8123-456789abcdef`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: expected the form 01234567-89ab-7def-8123-456789abcdef")]
pub struct NotAnIdentifier;

fn uuid_v7(now: Timestamp, random: &dyn Random) -> Uuid {
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &crate::random::bytes::<10>(random)).into_uuid()
}

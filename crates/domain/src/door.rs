//! Doors: the places where a program signs in.

use std::fmt;
use std::str::FromStr;

macro_rules! doors {
    ($($(#[$doc:meta])* $name:ident = $bit:literal $text:literal),+ $(,)?) => {
        /// A place where a program signs in.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Door { $($(#[$doc])* $name),+ }

        impl Door {
            /// Every door, in the order in which lists show them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name used in configuration, storage, the API and on the command line.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The door's bit in a stored set of doors. Never reused.
            #[must_use]
            pub const fn bit(self) -> u32 {
                match self { $(Self::$name => 1 << $bit),+ }
            }
        }
    };
}

doors! {
    /// SMTP submission (RFC 6409).
    Smtp = 0 "smtp",
    /// IMAP (RFC 9051).
    Imap = 1 "imap",
    /// POP3 (RFC 1939).
    Pop3 = 2 "pop3",
    /// ManageSieve (RFC 5804).
    ManageSieve = 3 "managesieve",
    /// Exchange Web Services.
    Ews = 4 "ews",
    /// Exchange ActiveSync.
    ActiveSync = 5 "activesync",
    /// MAPI over HTTP.
    Mapi = 6 "mapi",
    /// Exchange Autodiscover.
    Autodiscover = 7 "autodiscover",
    /// Exchange offline address book.
    Oab = 8 "oab",
    /// CalDAV, CardDAV and WebDAV.
    Dav = 9 "dav",
    /// SharePoint.
    SharePoint = 10 "sharepoint",
    /// Any other service over HTTP Basic.
    Http = 11 "http",
    /// LDAP simple bind.
    Ldap = 12 "ldap",
    /// nginx `mail` through `auth_http`.
    NginxMail = 13 "nginx-mail",
    /// Forward authentication of a web proxy.
    ForwardAuth = 14 "forward-auth",
    /// The Dovecot authentication protocol, as Postfix and Exim speak it.
    Sasl = 15 "sasl",
}

impl Door {
    /// Whether a program signs in with each request there, so that the same one at it for an hour is a thousand sign-ins.
    #[must_use]
    pub const fn is_request_based(self) -> bool {
        match self {
            Self::Ews
            | Self::ActiveSync
            | Self::Mapi
            | Self::Autodiscover
            | Self::Oab
            | Self::Dav
            | Self::SharePoint
            | Self::Http
            | Self::ForwardAuth => true,
            Self::Smtp
            | Self::Imap
            | Self::Pop3
            | Self::ManageSieve
            | Self::Ldap
            | Self::NginxMail
            | Self::Sasl => false,
        }
    }
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no such door; the doors are smtp, imap, pop3, managesieve, ews, activesync, mapi, autodiscover, oab, dav, sharepoint, http, ldap, nginx-mail, forward-auth, sasl"
)]
pub struct NoSuchDoor;

impl FromStr for Door {
    type Err = NoSuchDoor;

    fn from_str(text: &str) -> Result<Self, NoSuchDoor> {
        Self::ALL.iter().copied().find(|door| door.name().eq_ignore_ascii_case(text)).ok_or(NoSuchDoor)
    }
}

/// A set of doors. As the protocol scope of an app password it is never empty.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DoorSet(u32);

impl DoorSet {
    /// No door.
    pub const EMPTY: Self = Self(0);

    /// Every door there is.
    #[must_use]
    pub fn all() -> Self {
        Door::ALL.iter().copied().collect()
    }

    /// Whether `door` is in the set.
    #[must_use]
    pub const fn contains(self, door: Door) -> bool {
        self.0 & door.bit() != 0
    }

    /// Whether no door is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every door of `other` is in this set too.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The doors in the set, in the order of [`Door::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Door> {
        Door::ALL.iter().copied().filter(move |door| self.contains(*door))
    }

    /// The set as storage keeps it, one bit a door.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The set that storage kept. Bits of doors that this version does not know are dropped, which narrows.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        Self(bits & Self::all().0)
    }
}

impl FromIterator<Door> for DoorSet {
    fn from_iter<I: IntoIterator<Item = Door>>(doors: I) -> Self {
        Self(doors.into_iter().fold(0, |bits, door| bits | door.bit()))
    }
}

/// Names separated by commas; white space around them and a name that comes twice do no harm.
impl FromStr for DoorSet {
    type Err = NoSuchDoor;

    /// # Errors
    /// [`NoSuchDoor`], also for a list that names none.
    fn from_str(text: &str) -> Result<Self, NoSuchDoor> {
        text.split(',').map(|name| name.trim().parse::<Door>()).collect()
    }
}

/// The names, separated by `, `.
impl fmt::Display for DoorSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, door) in self.iter().enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            f.write_str(door.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for DoorSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_door_has_its_own_name_and_bit() {
        assert_eq!(DoorSet::all().iter().count(), Door::ALL.len());
        assert_eq!(DoorSet::all().bits().count_ones() as usize, Door::ALL.len());
        for door in Door::ALL {
            assert_eq!(door.name().parse(), Ok(*door));
            assert!(NoSuchDoor.to_string().contains(door.name()));
        }
    }

    #[test]
    fn a_set_reads_back_what_it_shows() {
        let set: DoorSet = "imap, SMTP,imap".parse().unwrap();
        assert_eq!(set.to_string(), "smtp, imap");
        assert_eq!(set.to_string().parse(), Ok(set));
        assert_eq!(DoorSet::all().to_string().parse(), Ok(DoorSet::all()));
        for wrong in ["", ",", "smtp,", "smtp imap", "fax"] {
            assert_eq!(wrong.parse::<DoorSet>(), Err(NoSuchDoor), "{wrong}");
        }
    }

    #[test]
    fn unknown_bits_narrow() {
        assert_eq!(DoorSet::from_bits(u32::MAX), DoorSet::all());
    }
}

//! Places in lists: where a page ended. Each is the key of the row that was shown last, so that the next page is found by an
//! index and begins after it, also when that row has gone meanwhile, and no row that stays is given twice or passed over.

use std::fmt;
use std::str::FromStr;

use postern_domain::Timestamp;
use postern_domain::api_token::{ServicePrincipal, TokenName};
use postern_domain::app_password::AppPassword;
use postern_domain::consent::Consent;
use postern_domain::id::{AccountId, AppPasswordId, DoorSessionId, ServicePrincipalId};

use crate::LiveSession;

/// The text is not a place in that list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list")]
pub struct NoSuchPlace;

/// A place in the list of live sessions, which runs from new to old.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LiveSessionPlace {
    /// When the session signed in.
    pub since: Timestamp,
    /// The session, among those of one moment.
    pub id: DoorSessionId,
}

impl LiveSessionPlace {
    /// That of a session.
    #[must_use]
    pub const fn of(session: &LiveSession) -> Self {
        Self { since: session.since, id: session.id }
    }
}

/// `1795000000000 01234567-89ab-7def-8123-456789abcdef`, the moment in milliseconds.
impl fmt::Display for LiveSessionPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_place(f, self.since, &self.id)
    }
}

impl FromStr for LiveSessionPlace {
    type Err = NoSuchPlace;

    fn from_str(text: &str) -> Result<Self, NoSuchPlace> {
        read_place(text).map(|(since, id)| Self { since, id })
    }
}

/// A place in the list of an account's app passwords, which runs from new to old.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AppPasswordPlace {
    /// When the app password was created.
    pub created: Timestamp,
    /// The app password, among those of one moment.
    pub id: AppPasswordId,
}

impl AppPasswordPlace {
    /// That of an app password.
    #[must_use]
    pub const fn of(app_password: &AppPassword) -> Self {
        Self { created: app_password.created.at, id: app_password.id }
    }
}

/// `1795000000000 01234567-89ab-7def-8123-456789abcdef`, the moment in milliseconds.
impl fmt::Display for AppPasswordPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_place(f, self.created, &self.id)
    }
}

impl FromStr for AppPasswordPlace {
    type Err = NoSuchPlace;

    fn from_str(text: &str) -> Result<Self, NoSuchPlace> {
        read_place(text).map(|(created, id)| Self { created, id })
    }
}

/// A moment in milliseconds, and which one of that moment.
fn write_place(f: &mut fmt::Formatter<'_>, at: Timestamp, id: &dyn fmt::Display) -> fmt::Result {
    write!(f, "{} {id}", at.as_millis())
}

fn read_place<T: FromStr>(text: &str) -> Result<(Timestamp, T), NoSuchPlace> {
    let (at, id) = text.split_once(' ').ok_or(NoSuchPlace)?;
    let at = Timestamp::from_millis(at.parse().map_err(|_| NoSuchPlace)?);
    Ok((at, id.parse().map_err(|_| NoSuchPlace)?))
}

/// A place in the list of consents, which runs by account in the order in which these were made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentPlace {
    /// Whose consent.
    pub account: AccountId,
    /// To which provider.
    pub provider: String,
}

impl ConsentPlace {
    /// That of a consent.
    #[must_use]
    pub fn of(consent: &Consent) -> Self {
        Self { account: consent.account, provider: consent.provider.clone() }
    }
}

/// `01234567-89ab-7def-8123-456789abcdef exchange`.
impl fmt::Display for ConsentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.account, self.provider)
    }
}

impl FromStr for ConsentPlace {
    type Err = NoSuchPlace;

    fn from_str(text: &str) -> Result<Self, NoSuchPlace> {
        let (account, provider) = text.split_once(' ').ok_or(NoSuchPlace)?;
        Ok(Self { account: account.parse().map_err(|_| NoSuchPlace)?, provider: provider.to_owned() })
    }
}

/// A place in the list of service principals, which runs by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrincipalPlace {
    /// What it is called.
    pub name: TokenName,
    /// The principal, among those of one name.
    pub id: ServicePrincipalId,
}

impl PrincipalPlace {
    /// That of a service principal.
    #[must_use]
    pub fn of(principal: &ServicePrincipal) -> Self {
        Self { name: principal.name.clone(), id: principal.id }
    }
}

/// `01234567-89ab-7def-8123-456789abcdef CRM`.
impl fmt::Display for PrincipalPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.name)
    }
}

impl FromStr for PrincipalPlace {
    type Err = NoSuchPlace;

    fn from_str(text: &str) -> Result<Self, NoSuchPlace> {
        let (id, name) = text.split_once(' ').ok_or(NoSuchPlace)?;
        Ok(Self { name: name.parse().map_err(|_| NoSuchPlace)?, id: id.parse().map_err(|_| NoSuchPlace)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01234567-89ab-7def-8123-456789abcdef";

    #[test]
    fn a_place_reads_back_as_it_was_written() {
        let session = format!("1795000000000 {ID}");
        assert_eq!(session.parse::<LiveSessionPlace>().unwrap().to_string(), session);
        assert_eq!(session.parse::<AppPasswordPlace>().unwrap().to_string(), session);
        let consent = format!("{ID} exchange of two words");
        assert_eq!(consent.parse::<ConsentPlace>().unwrap().to_string(), consent);
        let principal = format!("{ID} CRM of sales");
        assert_eq!(principal.parse::<PrincipalPlace>().unwrap().to_string(), principal);
    }

    #[test]
    fn another_text_is_none() {
        for text in ["", ID, "7 7", "x y"] {
            assert_eq!(text.parse::<LiveSessionPlace>(), Err(NoSuchPlace), "{text}");
            assert_eq!(text.parse::<AppPasswordPlace>(), Err(NoSuchPlace), "{text}");
            assert_eq!(text.parse::<ConsentPlace>(), Err(NoSuchPlace), "{text}");
            assert_eq!(text.parse::<PrincipalPlace>(), Err(NoSuchPlace), "{text}");
        }
    }
}

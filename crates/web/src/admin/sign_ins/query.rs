//! What an address of the list of sign-ins asks for.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::id::SignInEventId;
use postern_domain::sign_in::{Place, RefusalReference};
use postern_service::account::AccountError;
use postern_service::refusal::EventFilter;
use serde::Deserialize;
use url::form_urlencoded;

use crate::admin::accounts::NO_PLACE;
use crate::admin::audit::query::day;
use crate::admin::paths;
use crate::answer::Stop;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;

/// What is asked for, as it was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Asked {
    account: String,
    place: String,
    outcome: String,
    from: String,
    to: String,
    reference: String,
    before: String,
}

/// What may have come of a sign-in: value and words.
const OUTCOMES: [(&str, &str); 3] =
    [("accepted", "Signed in"), ("refused", "Refused"), ("would-refuse", "Signed in, but will be refused")];

impl Asked {
    /// The filter, but for its limit; or what is wrong with what was typed.
    pub(super) async fn filter(
        &self,
        portal: &Portal,
        inside: &Inside,
    ) -> Result<Result<EventFilter, &'static str>, Stop> {
        let mut filter = match self.plain() {
            Ok(filter) => filter,
            Err(problem) => return Ok(Err(problem)),
        };
        if let Some(account) = given(&self.account) {
            let Ok(name) = account.parse::<AccountName>() else {
                return Ok(Err(
                    "The account is no user name: write it as an e-mail address, anna@example.org.",
                ));
            };
            filter.account = match portal.service.find_account(inside.by(), &name).await {
                Ok(found) => Some(found.account.id),
                Err(AccountError::Failure(failure)) => return Err(failure.into()),
                Err(AccountError::NotAllowed) => return Err(Problem::NotAllowed.into()),
                Err(_) => return Ok(Err("There is no account with that name.")),
            };
        }
        Ok(Ok(filter))
    }

    /// What needs no look into the database.
    fn plain(&self) -> Result<EventFilter, &'static str> {
        let read_day = |text: &str| given(text).map(|text| day(text).ok_or("A day is written 2026-11-30."));
        let place = given(&self.place).map(|name| Place::from_name(name).ok_or("There is no such door."));
        let before = given(&self.before).map(|id| id.parse::<SignInEventId>().map_err(|_| NO_PLACE));
        let outcome = given(&self.outcome);
        if outcome.is_some_and(|outcome| !OUTCOMES.iter().any(|(value, _)| *value == outcome)) {
            return Err("A sign-in was accepted or refused.");
        }
        let until = read_day(&self.to).transpose()?.map(|day| day.plus(Duration::from_secs(24 * 3600)));
        // Whatever is narrower: an id begins with its moment.
        let before = [before.transpose()?, until.map(first_at)].into_iter().flatten().min();
        Ok(EventFilter {
            place: place.transpose()?,
            refused_only: outcome == Some("refused"),
            accepted_only: outcome == Some("accepted"),
            would_refuse_only: outcome == Some("would-refuse"),
            since: read_day(&self.from).transpose()?,
            before,
            ..EventFilter::default()
        })
    }

    /// A reference that was typed: it names one refusal.
    pub(super) fn reference(&self) -> Option<RefusalReference> {
        given(&self.reference)?.parse().ok()
    }

    pub(super) fn outcomes(&self) -> Vec<(&'static str, &'static str, bool)> {
        OUTCOMES.iter().map(|(value, words)| (*value, *words, self.outcome == *value)).collect()
    }

    pub(super) fn place(&self) -> &str {
        self.place.trim()
    }

    /// The query of an address for the beginning of the same list.
    pub(super) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("account", &self.account),
            ("place", &self.place),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("to", &self.to),
        ] {
            if let Some(value) = given(value) {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// The address of the page after the one that ends with this event.
    pub(super) fn older(&self, last: SignInEventId) -> String {
        let query = self.query();
        let joint = if query.is_empty() { "" } else { "&" };
        format!("{}?{query}{joint}before={last}", paths::SIGN_INS)
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    pub(crate) fn from(&self) -> &str {
        &self.from
    }

    pub(crate) fn to(&self) -> &str {
        &self.to
    }

    pub(crate) fn typed_reference(&self) -> &str {
        &self.reference
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The first id that an event of this moment can have (RFC 9562 5.7: 48 bits of milliseconds).
fn first_at(at: Timestamp) -> SignInEventId {
    let mut bytes = [0; 16];
    let millis = u64::try_from(at.as_millis()).unwrap_or(0).to_be_bytes();
    bytes[..6].copy_from_slice(&millis[2..]);
    SignInEventId::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_before_the_first_id_of_the_next() {
        let asked = Asked { to: "2026-11-22".to_owned(), ..Asked::default() };
        let before = asked.plain().unwrap().before.unwrap();
        assert_eq!(before, first_at(day("2026-11-23").unwrap()));
        assert!(before.as_bytes()[6..].iter().all(|octet| *octet == 0));
        for wrong in [
            Asked { from: "22.11.2026".to_owned(), ..Asked::default() },
            Asked { place: "fax".to_owned(), ..Asked::default() },
            Asked { outcome: "maybe".to_owned(), ..Asked::default() },
            Asked { before: "x".to_owned(), ..Asked::default() },
        ] {
            assert!(wrong.plain().is_err());
        }
    }

    #[test]
    fn an_address_says_what_was_asked() {
        let asked = Asked {
            account: " anna@example.test".to_owned(),
            outcome: "refused".to_owned(),
            ..Asked::default()
        };
        assert_eq!(asked.query(), "account=anna%40example.test&outcome=refused");
    }
}

//! What is looked for, in the address of a page.

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::audit::Operation;
use postern_domain::id::AppPasswordId;
use postern_service::audit::AuditSearch;
use serde::Deserialize;
use url::form_urlencoded;

/// What is asked for, as it was typed.
#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    pub(super) actor: Option<String>,
    pub(super) account: Option<String>,
    pub(super) app_password: Option<String>,
    pub(super) operation: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) text: Option<String>,
    pub(super) before: Option<String>,
    pub(super) format: Option<String>,
}

/// Something that was typed means nothing.
#[derive(Debug)]
pub(super) struct Unreadable;

impl Asked {
    /// What it means.
    pub(super) fn search(&self, limit: u32) -> Result<AuditSearch, Unreadable> {
        let to = read(&self.to, day)?;
        Ok(AuditSearch {
            actor: read(&self.actor, |text| Some(text.to_owned()))?,
            account: read(&self.account, |text| text.parse::<AccountName>().ok())?,
            app_password: read(&self.app_password, |text| text.parse::<AppPasswordId>().ok())?,
            operation: read(&self.operation, operation)?,
            since: read(&self.from, day)?,
            // The day that is named is in it.
            until: to.map(|day| day.plus(std::time::Duration::from_secs(24 * 3600))),
            text: read(&self.text, |text| Some(text.to_owned()))?,
            before: read(&self.before, |text| text.parse().ok())?,
            limit,
        })
    }

    /// The same for another page's address, without the place.
    pub(super) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("actor", &self.actor),
            ("account", &self.account),
            ("app_password", &self.app_password),
            ("operation", &self.operation),
            ("from", &self.from),
            ("to", &self.to),
            ("text", &self.text),
        ] {
            if let Some(value) = value.as_ref().filter(|value| !value.trim().is_empty()) {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    pub(super) fn typed(value: &Option<String>) -> &str {
        value.as_deref().unwrap_or_default()
    }
}

fn read<T>(value: &Option<String>, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Unreadable> {
    match value.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => read(text).map(Some).ok_or(Unreadable),
        None => Ok(None),
    }
}

/// By its words, its code, or what Microsoft Entra ID calls it.
fn operation(text: &str) -> Option<Operation> {
    let is_it = |operation: &&Operation| {
        operation.name() == text || operation.code() == text || operation.activity() == Some(text)
    };
    Operation::ALL.iter().find(is_it).copied()
}

/// The beginning of a day, in UTC: `2026-11-22`.
pub(crate) fn day(text: &str) -> Option<Timestamp> {
    let mut parts = text.splitn(3, '-');
    let mut number = || parts.next()?.parse::<u16>().ok();
    let (year, month, day) = (number()?, number()?, number()?);
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = time::Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()?;
    Some(Timestamp::from_millis(date.midnight().assume_utc().unix_timestamp() * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_looked_for_or_complained_about() {
        let some = |text: &str| Some(text.to_owned());
        let asked = Asked {
            actor: some(" anna@example.test "),
            operation: some("Create application password for user"),
            from: some("2026-11-22"),
            to: some("2026-11-22"),
            text: some("a&b=c"),
            before: some(""),
            ..Asked::default()
        };
        let search = asked.search(50).unwrap();
        assert_eq!(search.operation, Some(Operation::CreateAppPassword));
        assert_eq!(search.until.unwrap().since(search.since.unwrap()).as_secs(), 24 * 3600);
        assert_eq!(
            asked.query(),
            "actor=+anna%40example.test+&operation=Create+application+password+for+user&from=2026-11-22&to=2026-11-22&text=a%26b%3Dc"
        );
        for wrong in ["2026-13-01", "22.11.2026", "2026-02-30"] {
            assert!(Asked { from: some(wrong), ..Asked::default() }.search(1).is_err(), "{wrong}");
        }
        assert!(Asked { account: some("anna"), ..Asked::default() }.search(1).is_err());
    }
}

//! What a list of accounts is narrowed to, as it stands in an address.

use postern_domain::account::{AccountKind, AccountName, Role};
use postern_domain::mfa::MfaState;
use postern_service::account::AccountFilter;
use serde::Deserialize;

use crate::next::encoded;

/// The fields of the search form. Empty: any. What cannot be read is refused, and never widens.
#[derive(Deserialize, Clone, Default)]
#[serde(default)]
pub(crate) struct AccountQuery {
    pub(crate) find: String,
    pub(crate) mfa: String,
    pub(crate) role: String,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) group: String,
    pub(crate) passwords: String,
    pub(crate) methods: String,
    pub(crate) after: String,
    pub(crate) before: String,
}

/// Of a place in a list that was written by hand, or comes from another list.
pub(crate) const NO_PLACE: &str = "That is not a place in the list.";

/// A choice of the search form.
pub(crate) struct Choice {
    pub(crate) value: &'static str,
    pub(crate) words: &'static str,
    pub(crate) chosen: bool,
}

impl AccountQuery {
    /// The filter, without a page.
    ///
    /// # Errors
    /// What is wrong with a field that cannot be read, as a sentence.
    pub(crate) fn filter(&self) -> Result<AccountFilter, &'static str> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let methods = read(&self.methods, |text| match text {
            "again" | "no-passkey" => Some(None),
            text => yes_or_no(text, "some", "none").map(Some),
        });
        let kind_of = read(&self.kind, kind);
        let blocked = read(&self.status, |text| yes_or_no(text, "blocked", "active"));
        let has_app_passwords = read(&self.passwords, |text| yes_or_no(text, "some", "none"));
        Ok(AccountFilter {
            text: given(&self.find.to_lowercase()),
            mfa: read(&self.mfa, |text| text.parse::<MfaState>().ok())
                .ok_or("There is no such MFA state.")?,
            role: read(&self.role, Role::from_name).ok_or("There is no such role.")?,
            kind: kind_of.ok_or("There is no such kind of account.")?,
            blocked: blocked.ok_or("An account is active or blocked.")?,
            group: read(&self.group, |text| text.parse().ok())
                .ok_or("A group's name has letters, digits, hyphens, underscores and dots.")?,
            has_app_passwords: has_app_passwords.ok_or("An account has some app passwords, or none.")?,
            has_methods: methods.ok_or("There is no such choice of methods.")?.flatten(),
            has_passkey: (self.methods.trim() == "no-passkey").then_some(false),
            must_register_again: (self.methods.trim() == "again").then_some(true),
            ..AccountFilter::default()
        })
    }

    /// After which account the page begins, or before which it ends.
    ///
    /// # Errors
    /// What is wrong, as a sentence.
    pub(crate) fn place(&self) -> Result<(Option<AccountName>, Option<AccountName>), &'static str> {
        let name = |text: &str| read(text, |text| text.parse().ok()).ok_or(NO_PLACE);
        Ok((name(&self.after)?, name(&self.before)?))
    }

    /// The fields with what was given, without the page.
    fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("find", self.find.as_str()),
            ("mfa", &self.mfa),
            ("role", &self.role),
            ("kind", &self.kind),
            ("status", &self.status),
            ("group", &self.group),
            ("passwords", &self.passwords),
            ("methods", &self.methods),
        ]
        .into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
    }

    /// As the query of an address, without `?` and without the page.
    pub(crate) fn query(&self) -> String {
        let pairs: Vec<_> =
            self.given().map(|(name, value)| format!("{name}={}", encoded(value.trim()))).collect();
        pairs.join("&")
    }

    /// The query of another page of the list.
    pub(crate) fn page(&self, field: &str, name: &str) -> String {
        let query = self.query();
        let joint = if query.is_empty() { "" } else { "&" };
        format!("{query}{joint}{field}={}", encoded(name))
    }

    /// The query that [`Self::query`] wrote. What cannot be read matches nothing.
    pub(crate) fn read(query: &str) -> Self {
        let address = format!("/?{query}").parse::<http::Uri>().ok();
        let read = address.and_then(|address| axum::extract::Query::<Self>::try_from_uri(&address).ok());
        let nothing = || Self { mfa: "unreadable".to_owned(), ..Self::default() };
        read.map_or_else(nothing, |axum::extract::Query(query)| query)
    }

    /// In words, for the record of a change.
    pub(crate) fn words(&self) -> String {
        let words = |name| match name {
            "find" => "address containing",
            "mfa" => "MFA",
            "passwords" => "app passwords",
            other => other,
        };
        let given = self.given().map(|(name, value)| format!("{} {}", words(name), value.trim()));
        let given: Vec<_> = given.collect();
        if given.is_empty() { "all accounts".to_owned() } else { format!("all with {}", given.join(", ")) }
    }

    /// Whether it narrows to anything.
    pub(crate) fn narrows(&self) -> bool {
        self.given().next().is_some()
    }

    pub(crate) fn mfa_choices(&self) -> Vec<Choice> {
        choices(&self.mfa, &[("disabled", "Disabled"), ("enabled", "Enabled"), ("enforced", "Enforced")])
    }

    pub(crate) fn role_choices(&self) -> Vec<Choice> {
        let roles: Vec<_> = Role::ALL.iter().map(|role| (role.name(), role.words())).collect();
        choices(&self.role, &roles)
    }

    pub(crate) fn kind_choices(&self) -> Vec<Choice> {
        choices(&self.kind, &[("person", "Person"), ("service-account", "Service account")])
    }

    pub(crate) fn status_choices(&self) -> Vec<Choice> {
        choices(&self.status, &[("active", "Active"), ("blocked", "Blocked")])
    }

    pub(crate) fn password_choices(&self) -> Vec<Choice> {
        choices(&self.passwords, &[("some", "Has some"), ("none", "Has none")])
    }

    pub(crate) fn method_choices(&self) -> Vec<Choice> {
        choices(
            &self.methods,
            &[
                ("some", "Has some"),
                ("none", "Has none"),
                ("no-passkey", "Has no passkey"),
                ("again", "Must register again"),
            ],
        )
    }
}

fn choices(chosen: &str, all: &[(&'static str, &'static str)]) -> Vec<Choice> {
    all.iter().map(|(value, words)| Choice { value, words, chosen: *value == chosen.trim() }).collect()
}

/// Empty is no condition; what has no meaning is none at all.
#[expect(
    clippy::option_option,
    reason = "the outer one is whether the field can be read, the inner one whether it is given"
)]
fn read<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    let text = text.trim();
    if text.is_empty() { Some(None) } else { parse(text).map(Some) }
}

fn kind(text: &str) -> Option<AccountKind> {
    match text {
        "person" => Some(AccountKind::Person),
        "service-account" => Some(AccountKind::ServiceAccount),
        _ => None,
    }
}

fn yes_or_no(text: &str, yes: &str, no: &str) -> Option<bool> {
    if text == yes { Some(true) } else { (text == no).then_some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_cannot_be_read_never_widens_a_list() {
        let query =
            AccountQuery { mfa: "disabled".into(), find: " Anna@ ".into(), ..AccountQuery::default() };
        let filter = query.filter().unwrap();
        assert_eq!((filter.mfa, filter.text.as_deref()), (Some(MfaState::Disabled), Some("anna@")));
        assert_eq!(query.query(), "find=Anna%40&mfa=disabled");
        assert_eq!(query.page("after", "b@x.test"), "find=Anna%40&mfa=disabled&after=b%40x.test");
        assert_eq!(AccountQuery::read(&query.query()).find, "Anna@");
        assert_eq!(query.words(), "all with address containing Anna@, MFA disabled");
        let nonsense = AccountQuery { role: "king".into(), ..AccountQuery::default() };
        assert!(nonsense.filter().is_err() && nonsense.narrows());
        let nowhere = AccountQuery { before: "zzz".into(), ..AccountQuery::default() };
        assert_eq!((nowhere.filter().is_ok(), nowhere.place()), (true, Err(NO_PLACE)));
        assert_eq!(AccountQuery::default().words(), "all accounts");
    }
}

//! The facts of a record in words. What is stored are names that never change: those are for programs.

use postern_domain::Timestamp;
use postern_domain::account::{BulkChange, Role};
use postern_domain::audit::{AuditRecord, Operation};
use postern_domain::door::DoorSet;
use postern_domain::mfa::MethodKind;
use postern_domain::setting::SettingKey;

use crate::view::{door_label, said};

/// Identifiers, and digests: nobody reads them, and the record as it is stored has them.
const FOR_PROGRAMS: &[&str] =
    &["method", "session", "token", "service principal", "browser", "notice", "digest"];

/// What a fact is called, and what it is, in words. A value before and the one after it are one fact. The names that the
/// page shows already, `shown`, are left out.
pub(crate) fn facts(record: &AuditRecord, shown: &[&str], now: Timestamp) -> Vec<(String, String)> {
    let find = |name: &str| record.details.iter().find(|(found, _)| found == name).map(|(_, value)| value);
    let told = |(name, value): &(String, String)| {
        let is_shown = name == "name" && shown.contains(&value.as_str());
        if is_shown || FOR_PROGRAMS.contains(&name.as_str()) {
            return None;
        }
        let words = |value: &str| in_words(record.operation, name, value, now);
        if let Some(attribute) = attribute_of(name, "after")
            && find(&joined(attribute, "before")).is_some()
        {
            return None;
        }
        let changed = attribute_of(name, "before")
            .and_then(|attribute| Some((attribute, find(&joined(attribute, "after"))?)));
        Some(match changed {
            Some((attribute, after)) => {
                let words = |value: &str| in_words(record.operation, attribute, value, now);
                let attribute = if attribute.is_empty() { "change" } else { attribute };
                let change = format!("{} \u{2192} {}", words(value), words(after));
                (called(record.operation, attribute).to_owned(), change)
            }
            None => (called(record.operation, name).to_owned(), words(value)),
        })
    };
    record.details.iter().filter_map(told).collect()
}

/// The attribute of `scope before`; that of a mere `before` has no name.
fn attribute_of<'n>(name: &'n str, when: &str) -> Option<&'n str> {
    let attribute = name.strip_suffix(when)?;
    if attribute.is_empty() { Some("") } else { attribute.strip_suffix(' ') }
}

fn joined(attribute: &str, when: &str) -> String {
    if attribute.is_empty() { when.to_owned() } else { format!("{attribute} {when}") }
}

/// What a fact is called.
fn called(operation: Operation, name: &str) -> &str {
    match (operation, name) {
        (Operation::SealSignInEvents, "count") => "sign-ins sealed",
        (Operation::SealSignInEvents, "let go") => "sign-ins not kept",
        (_, "factors") => "signed in with",
        (_, "scope") => "good for",
        (_, "scopes") => "may be used for",
        (_, "from") => "from the address",
        (_, "to") => "sent to",
        (_, "called") => "goes by",
        (_, "said") => "the provider said",
        (_, "idle expiry in hours") => "idle expiry",
        (_, name) => name,
    }
}

/// A value for people; one that has no other words stays as it is.
fn in_words(operation: Operation, name: &str, value: &str, now: Timestamp) -> String {
    let known = match (operation, name) {
        (Operation::ChangeRole, "") | (_, "role") => {
            Role::from_name(value).map(|role| role.words().to_owned())
        }
        (_, "setting") => SettingKey::from_name(value).map(|key| key.title().to_owned()),
        (Operation::StartBulkChange, "change") => value.parse().ok().map(|change: BulkChange| change.words()),
        (Operation::RegisterMethod | Operation::DeleteMethod, "kind") => {
            MethodKind::ALL.iter().find(|kind| kind.name() == value).map(|kind| kind.words().to_owned())
        }
        (_, "factors") => Some(factors(value)),
        (_, "scope" | "door") => value.parse().ok().filter(|doors: &DoorSet| !doors.is_empty()).map(doors),
        (_, "networks") if value == "any" => Some("from anywhere".to_owned()),
        (_, "idle expiry in hours") => Some(format!("{value} hours")),
        (Operation::AskForHelp | Operation::RefuseOutsideIdentity, "reason") => {
            Some(value.replace('-', " ").replace("mfa", "MFA"))
        }
        (_, "profile") => Some(value.replace('-', " ")),
        _ => None,
    };
    known.unwrap_or_else(|| said(value, now))
}

fn doors(doors: DoorSet) -> String {
    doors.iter().map(door_label).collect::<Vec<_>>().join(", ")
}

/// The factors of a sign-in: `pwd otp` is "account password and code".
fn factors(value: &str) -> String {
    let words = value.split(' ').map(|word| match word {
        "pwd" => "account password".to_owned(),
        "otp" => "code".to_owned(),
        "pop" => "passkey".to_owned(),
        "remembered" => "remembered browser".to_owned(),
        "trusted-network" => "trusted network".to_owned(),
        other => match other.strip_prefix("outside:") {
            Some(provider) => format!("the identity provider {provider}"),
            None => other.to_owned(),
        },
    });
    words.collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use postern_domain::actor::Actor;
    use postern_domain::audit::{Link, NewAuditRecord};

    use super::*;

    /// One line for each fact.
    fn told(operation: Operation, details: &[(&str, &str)]) -> String {
        let at = Timestamp::from_millis(1_795_356_954_321);
        let details = details.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let new = NewAuditRecord {
            at,
            actor: Actor::System,
            operation,
            account: None,
            app_password: None,
            details,
        };
        let facts = facts(&Link::START.append(new), &["anna@example.test"], at);
        facts.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_stored_for_programs_is_told_in_words() {
        let named = ("name", "anna@example.test");
        let id = ("session", "01a20721-a055-7c9b-b1f6-a45d21096a14");
        insta::assert_snapshot!(
            told(Operation::SignInToPortal, &[("address", "127.0.0.1"), ("factors", "pwd otp"), id, named]),
            @r"
        address: 127.0.0.1
        signed in with: account password and code
        "
        );
        insta::assert_snapshot!(
            told(Operation::ChangeRole, &[("after", "help-desk"), ("before", "member"), ("name", "bo@example.test")]),
            @r"
        change: Member → Help desk
        name: bo@example.test
        "
        );
        insta::assert_snapshot!(
            told(Operation::ChangeSetting, &[("setting", "app_passwords_per_account"), ("before", "40"), ("after", "25")]),
            @r"
        change: 40 → 25
        setting: App passwords per account
        "
        );
    }

    #[test]
    fn what_was_and_what_is_are_one_fact_and_a_text_of_somebody_stays() {
        let details = [
            ("name after", "any"),
            ("name before", "help-desk"),
            ("scope after", "smtp, imap"),
            ("scope before", "smtp"),
            ("expiry after", "2027-02-21T06:39:34Z"),
            ("expiry before", "none"),
            ("reason", "revoked"),
        ];
        insta::assert_snapshot!(told(Operation::ChangeAppPassword, &details), @r"
        expiry: none → 21 Feb 2027, 06:39 UTC
        name: help-desk → any
        reason: revoked
        good for: Send mail (SMTP) → Send mail (SMTP), Read mail (IMAP)
        ");
    }
}

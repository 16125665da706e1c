//! An account as a user of SCIM, and back.

use postern_domain::account::{Account, AccountName, AccountStatus};
use postern_domain::directory::{DirectoryEmail, DirectoryEntry, Label};
use postern_service::directory::{Provisioned, WantedAccount};
use serde_json::{Value, json};

use super::error::ScimError;
use super::json::{self as attributes, Object, truth};
use super::reply::{Moments, finished};
use super::schema;

/// The user that an account is, whole.
pub(super) fn user(provisioned: &Provisioned, base: &str) -> Object {
    let Provisioned { account, groups, .. } = provisioned;
    let mut user = changeable(&provisioned.account, &provisioned.entry);
    user.insert("schemas".to_owned(), json!([schema::USER]));
    user.insert("id".to_owned(), account.id.to_string().into());
    if !groups.is_empty() {
        let group = |group: &postern_domain::directory::DirectoryGroup| {
            json!({
                "value": group.id.to_string(),
                "display": group.display_name.as_str(),
                "$ref": format!("{base}/Groups/{}", group.id),
                "type": "direct"
            })
        };
        user.insert("groups".to_owned(), groups.iter().map(group).collect());
    }
    let location = format!("{base}/Users/{}", account.id);
    let moments = Moments { created: account.created_at, changed: provisioned.changed_at };
    finished(user, "User", moments, &location)
}

/// What a client may change of a user.
pub(super) fn changeable(account: &Account, entry: &DirectoryEntry) -> Object {
    let mut user = Object::new();
    user.insert("userName".to_owned(), account.name.as_str().into());
    user.insert("active".to_owned(), (account.status == AccountStatus::Active).into());
    let mut label = |name: &str, label: Option<&str>| {
        if let Some(label) = label {
            user.insert(name.to_owned(), label.into());
        }
    };
    label("externalId", entry.external_id.as_ref().map(postern_domain::directory::ExternalId::as_str));
    label("displayName", entry.display_name.as_ref().map(Label::as_str));
    let mut name = Object::new();
    for (part, label) in [("givenName", &entry.given_name), ("familyName", &entry.family_name)] {
        if let Some(label) = label {
            name.insert(part.to_owned(), label.as_str().into());
        }
    }
    if !name.is_empty() {
        let formatted: Vec<&str> =
            [&entry.given_name, &entry.family_name].into_iter().flatten().map(Label::as_str).collect();
        name.insert("formatted".to_owned(), formatted.join(" ").into());
        user.insert("name".to_owned(), name.into());
    }
    if !entry.emails.is_empty() {
        user.insert("emails".to_owned(), entry.emails.iter().map(email).collect());
    }
    user
}

fn email(email: &DirectoryEmail) -> Value {
    let mut value = Object::new();
    value.insert("value".to_owned(), email.address.as_str().into());
    if let Some(kind) = &email.kind {
        value.insert("type".to_owned(), kind.as_str().into());
    }
    if email.primary {
        value.insert("primary".to_owned(), true.into());
    }
    value.into()
}

/// What a user of a client wants of an account. `emails` that are not there leave those that are; of everything else,
/// what is not there is taken away.
///
/// # Errors
/// [`super::error::Kind::InvalidValue`] for what an attribute cannot be.
pub(super) fn wanted(user: &Object) -> Result<WantedAccount, ScimError> {
    let name = attributes::text(user, "userName");
    let name = name.ok_or_else(|| ScimError::value("userName", "every user needs one"))?;
    let part = |part: &str| match attributes::get(user, "name") {
        Some(Value::Object(parts)) => label(parts, part, &format!("name.{part}")),
        _ => Ok(None),
    };
    let external_id = attributes::text(user, "externalId").map(str::parse).transpose();
    Ok(WantedAccount {
        name: address("userName", name)?,
        active: match attributes::get(user, "active") {
            None | Some(Value::Null) => true,
            Some(value) => truth(value).ok_or_else(|| ScimError::value("active", "it is true or false"))?,
        },
        external_id: external_id.map_err(|invalid| ScimError::value("externalId", invalid))?,
        display_name: label(user, "displayName", "displayName")?,
        given_name: part("givenName")?,
        family_name: part("familyName")?,
        emails: match attributes::get(user, "emails") {
            None | Some(Value::Null) => None,
            Some(Value::Array(list)) => Some(emails(list)?),
            Some(_) => return Err(ScimError::value("emails", "it is a list")),
        },
    })
}

fn label(object: &Object, name: &str, path: &str) -> Result<Option<Label>, ScimError> {
    let label = attributes::text(object, name).map(str::parse).transpose();
    label.map_err(|invalid| ScimError::value(path, invalid))
}

fn address(attribute: &str, text: &str) -> Result<AccountName, ScimError> {
    text.parse().map_err(|invalid| {
        ScimError::value(
            attribute,
            format!("“{text}” is {invalid}. It must be an address that Postern can use"),
        )
    })
}

/// Refuses a list of emails that no user can have, before each is compared with every other.
pub(super) fn check_emails(count: usize) -> Result<(), ScimError> {
    let most = DirectoryEntry::MOST_EMAILS;
    if count <= most { Ok(()) } else { Err(ScimError::value("emails", format!("a user has at most {most}"))) }
}

fn emails(list: &[Value]) -> Result<Vec<DirectoryEmail>, ScimError> {
    check_emails(list.len())?;
    let mut emails: Vec<DirectoryEmail> = Vec::new();
    for value in list {
        let Some(parts) = value.as_object() else {
            return Err(ScimError::value("emails", "each is an object with a `value`"));
        };
        // Without an address it says nothing.
        let Some(text) = attributes::text(parts, "value") else { continue };
        let email = DirectoryEmail {
            address: address("emails.value", text)?,
            kind: label(parts, "type", "emails.type")?,
            primary: attributes::get(parts, "primary").and_then(truth).unwrap_or(false),
        };
        if !emails.contains(&email) {
            emails.push(email);
        }
    }
    Ok(emails)
}

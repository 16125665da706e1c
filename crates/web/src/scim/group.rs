//! A group as a group of SCIM, and back.

use postern_domain::directory::{DirectoryGroup, ExternalId, Label};
use postern_domain::id::AccountId;
use postern_service::directory::{GroupStep, ProvisionedGroup, WantedGroup};
use serde_json::{Value, json};

use super::error::ScimError;
use super::json::{self as attributes, Object};
use super::reply::{Moments, finished};
use super::schema;

/// The group, whole.
pub(super) fn group(provisioned: &ProvisionedGroup, base: &str) -> Object {
    let mut group = without_members(&provisioned.group);
    if !provisioned.members.is_empty() {
        let member = |(id, name): &(AccountId, postern_domain::account::AccountName)| {
            json!({
                "value": id.to_string(),
                "display": name.as_str(),
                "$ref": format!("{base}/Users/{id}"),
                "type": "User"
            })
        };
        group.insert("members".to_owned(), provisioned.members.iter().map(member).collect());
    }
    let DirectoryGroup { id, created_at: created, changed_at: changed, .. } = provisioned.group;
    finished(group, "Group", Moments { created, changed }, &format!("{base}/Groups/{id}"))
}

fn without_members(group: &DirectoryGroup) -> Object {
    let mut object = Object::new();
    object.insert("schemas".to_owned(), json!([schema::GROUP]));
    object.insert("id".to_owned(), group.id.to_string().into());
    object.insert("displayName".to_owned(), group.display_name.as_str().into());
    if let Some(external_id) = &group.external_id {
        object.insert("externalId".to_owned(), external_id.as_str().into());
    }
    object
}

/// What a group of a client wants.
///
/// # Errors
/// [`super::error::Kind::InvalidValue`] for what an attribute cannot be.
pub(super) fn wanted(group: &Object) -> Result<WantedGroup, ScimError> {
    Ok(WantedGroup {
        display_name: display_name(attributes::get(group, "displayName"))?,
        external_id: external_id(attributes::get(group, "externalId"))?,
        members: members(attributes::get(group, "members"))?,
    })
}

/// The steps that make a group what a client wants it to be, as a whole.
///
/// # Errors
/// As [`wanted`].
pub(super) fn replacing(group: &Object) -> Result<Vec<GroupStep>, ScimError> {
    let wanted = wanted(group)?;
    Ok(vec![
        GroupStep::Rename(wanted.display_name),
        GroupStep::SetExternalId(wanted.external_id),
        GroupStep::Replace(wanted.members),
    ])
}

pub(super) fn display_name(value: Option<&Value>) -> Result<Label, ScimError> {
    match value {
        Some(Value::String(text)) => text.parse().map_err(|invalid| ScimError::value("displayName", invalid)),
        _ => Err(ScimError::value("displayName", "every group needs one, a text")),
    }
}

pub(super) fn external_id(value: Option<&Value>) -> Result<Option<ExternalId>, ScimError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => {
            text.parse().map(Some).map_err(|invalid| ScimError::value("externalId", invalid))
        }
        Some(_) => Err(ScimError::value("externalId", "it is a text")),
    }
}

/// The accounts that a list of members names; also a single member, and none.
pub(super) fn members(value: Option<&Value>) -> Result<Vec<AccountId>, ScimError> {
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(members)) => members.iter().map(member).collect(),
        Some(one) => Ok(vec![member(one)?]),
    }
}

fn member(value: &Value) -> Result<AccountId, ScimError> {
    let text = match value {
        Value::Object(parts) => attributes::text(parts, "value"),
        Value::String(text) => Some(text.as_str()),
        _ => None,
    };
    let text = text.ok_or_else(|| ScimError::value("members", "each is an object with a `value`"))?;
    text.parse().map_err(|_| {
        ScimError::value(
            "members",
            format!("“{text}” is the id of no user here: a member's `value` is the `id` of a user"),
        )
    })
}

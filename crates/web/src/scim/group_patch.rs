//! A patch of a group, as steps.

use postern_domain::id::AccountId;
use postern_protocols::scim::{Filter, Literal, Operator};
use postern_service::directory::{GroupStep, ProvisionedGroup};
use serde_json::json;

use super::error::{Kind, ScimError};
use super::evaluate::fits_part;
use super::group::{display_name, external_id, members};
use super::patch::{Act, Operation};
use super::schema;

/// Operations of a patch that look for members by something else than who they are: each goes through all of them, with
/// the database waiting.
const MOST_SEARCHES: usize = 20;

/// The steps of a patch of `group`.
///
/// # Errors
/// [`Kind::InvalidSyntax`] for more than [`MOST_SEARCHES`],
/// [`Kind::InvalidPath`] for an attribute that no group has, [`Kind::InvalidValue`] for a value that it cannot have.
pub(super) fn steps(group: &ProvisionedGroup, operations: &[Operation]) -> Result<Vec<GroupStep>, ScimError> {
    let mut steps = Vec::new();
    let searches =
        |operation: &&Operation| operation.path.filter.as_ref().is_some_and(|filter| named(filter).is_none());
    if operations.iter().filter(searches).count() > MOST_SEARCHES {
        let detail =
            format!("A patch looks for members at most {MOST_SEARCHES} times: name them by `value`.");
        return Err(ScimError::new(Kind::InvalidSyntax, detail));
    }
    for operation in operations {
        if !schema::is_of_extension(&operation.path.attribute, schema::GROUP) {
            steps.push(step(group, operation)?);
        }
    }
    Ok(steps)
}

fn step(group: &ProvisionedGroup, operation: &Operation) -> Result<GroupStep, ScimError> {
    let attribute = &operation.path.attribute;
    let value = Some(&operation.value);
    if attribute.is("members") {
        return match &operation.path.filter {
            Some(filter) => chosen(group, filter, operation),
            None => all(operation),
        };
    }
    if operation.path.filter.is_some() || attribute.sub.is_some() {
        return Err(ScimError::new(Kind::InvalidPath, format!("A group has no {}.", operation.path)));
    }
    if attribute.is("displayName") {
        return match operation.act {
            Act::Remove => Err(ScimError::value("displayName", "it cannot be taken away")),
            Act::Add | Act::Replace => Ok(GroupStep::Rename(display_name(value)?)),
        };
    }
    if attribute.is("externalId") {
        let external_id = if operation.act == Act::Remove { None } else { external_id(value)? };
        return Ok(GroupStep::SetExternalId(external_id));
    }
    let own = ["id", "meta", "schemas"].iter().any(|name| attribute.is(name));
    let kind = if own { Kind::Mutability } else { Kind::InvalidPath };
    Err(ScimError::new(kind, format!("The attribute {attribute} of a group cannot be changed.")))
}

fn all(operation: &Operation) -> Result<GroupStep, ScimError> {
    let members = members(Some(&operation.value))?;
    Ok(match operation.act {
        Act::Add => GroupStep::Add(members),
        Act::Replace => GroupStep::Replace(members),
        Act::Remove if operation.value.is_null() => GroupStep::Replace(Vec::new()),
        // Outside the RFC, and what Entra ID sent for years.
        Act::Remove => GroupStep::Remove(members),
    })
}

fn chosen(group: &ProvisionedGroup, filter: &Filter, operation: &Operation) -> Result<GroupStep, ScimError> {
    let named = named(filter);
    match operation.act {
        Act::Remove => {
            // One that is named is not looked for among all, who may be many thousand.
            let members = match named {
                Some(id) => vec![id],
                None => {
                    group.members.iter().filter(|member| fits(filter, member)).map(|(id, _)| *id).collect()
                }
            };
            Ok(GroupStep::Remove(members))
        }
        Act::Add | Act::Replace => match named {
            Some(id) => Ok(GroupStep::Add(vec![id])),
            None => Err(ScimError::new(Kind::InvalidPath, "Members are put in by their `value`.")),
        },
    }
}

fn fits(filter: &Filter, (id, name): &(AccountId, postern_domain::account::AccountName)) -> bool {
    let member = json!({ "value": id.to_string(), "display": name.as_str(), "type": "User" });
    member.as_object().is_some_and(|parts| fits_part(filter, parts, false))
}

/// The account that `value eq "…"` names.
fn named(filter: &Filter) -> Option<AccountId> {
    match filter {
        Filter::Compare { path, operator: Operator::Eq, value: Literal::Text(text) } if path.is("value") => {
            text.parse().ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::Timestamp;
    use postern_domain::directory::DirectoryGroup;
    use postern_domain::id::DirectoryGroupId;
    use serde_json::Value;

    use super::*;
    use crate::scim::patch::operations;

    const ANNA: &str = "00000000-0000-7000-8000-000000000001";
    const BERT: &str = "00000000-0000-7000-8000-000000000002";

    fn steps_of(listed: &Value) -> Result<String, String> {
        let group = ProvisionedGroup {
            group: DirectoryGroup {
                id: DirectoryGroupId::from_bytes([7; 16]),
                name: "sales".parse().unwrap(),
                display_name: "Sales".parse().unwrap(),
                external_id: None,
                created_at: Timestamp::from_millis(0),
                changed_at: Timestamp::from_millis(0),
            },
            members: vec![
                (ANNA.parse().unwrap(), "anna@example.test".parse().unwrap()),
                (BERT.parse().unwrap(), "bert@example.test".parse().unwrap()),
            ],
        };
        let body = json!({ "Operations": listed });
        let operations = operations(body.as_object().unwrap()).map_err(|error| format!("{error:?}"))?;
        let steps = steps(&group, &operations).map_err(|error| format!("{error:?}"))?;
        Ok(format!("{steps:?}").replace("00000000-0000-7000-8000-00000000000", "#"))
    }

    #[test]
    fn every_dialect_becomes_steps() {
        let only = json!([{"value": ANNA, "display": "Anna"}]);
        for (operation, expected) in [
            (json!({"op": "add", "path": "members", "value": only}), "[Add([#1])]"),
            (json!({"op": "Add", "value": {"members": only}}), "[Add([#1])]"),
            (json!({"op": "add", "path": "members", "value": {"value": ANNA}}), "[Add([#1])]"),
            (json!({"op": "Replace", "path": "members", "value": only}), "[Replace([#1])]"),
            (json!({"op": "remove", "path": "members"}), "[Replace([])]"),
            (json!({"op": "Remove", "path": "members", "value": only}), "[Remove([#1])]"),
            (json!({"op": "remove", "path": format!("members[value eq \"{BERT}\"]")}), "[Remove([#2])]"),
            (json!({"op": "remove", "path": "members[display sw \"ANNA\"]"}), "[Remove([#1])]"),
            (json!({"op": "Add", "path": "displayName", "value": "EMEA"}), "[Rename(\"EMEA\")]"),
            (json!({"op": "replace", "value": {"id": "7", "displayName": "EMEA"}}), "[Rename(\"EMEA\")]"),
            (json!({"op": "remove", "path": "externalId"}), "[SetExternalId(None)]"),
            (json!({"op": "add", "path": "externalId", "value": "x"}), "[SetExternalId(Some(\"x\"))]"),
            (json!({"op": "add", "path": "urn:example:ext:Group:colour", "value": "red"}), "[]"),
        ] {
            assert_eq!(steps_of(&json!([operation])).as_deref(), Ok(expected), "{operation}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_kind() {
        for (operation, kind) in [
            (json!({"op": "remove", "path": "displayName"}), "InvalidValue"),
            (json!({"op": "add", "path": "members", "value": [{"value": "anna"}]}), "InvalidValue"),
            (json!({"op": "add", "path": "members", "value": [{"display": "anna"}]}), "InvalidValue"),
            (json!({"op": "replace", "path": "id", "value": "7"}), "Mutability"),
            (json!({"op": "replace", "path": "colour", "value": "red"}), "InvalidPath"),
            (json!({"op": "replace", "path": "displayName.x", "value": "red"}), "InvalidPath"),
            (json!({"op": "add", "path": "members[display eq \"x\"]", "value": "red"}), "InvalidPath"),
        ] {
            let refused = steps_of(&json!([operation])).unwrap_err();
            assert!(refused.contains(kind), "{operation}: {refused}");
        }
        let search = json!({"op": "remove", "path": "members[display eq \"x\"]"});
        assert!(steps_of(&vec![search.clone(); MOST_SEARCHES].into()).is_ok());
        let refused = steps_of(&vec![search; MOST_SEARCHES + 1].into()).unwrap_err();
        assert!(refused.contains("InvalidSyntax"), "{refused}");
        let by_value = json!({"op": "remove", "path": format!("members[value eq \"{BERT}\"]")});
        assert!(steps_of(&vec![by_value; 100].into()).is_ok());
    }
}

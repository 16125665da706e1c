//! A patch of a user: what a client may change of it, changed.

use postern_protocols::scim::{Filter, Literal, Operator};
use serde_json::Value;

use super::error::{Kind, ScimError};
use super::evaluate::fits_part;
use super::json::{self, Object, truth};
use super::patch::{Act, Operation};
use super::schema;
use super::user::check_emails;

/// Carries an operation out on the changeable part of a user.
///
/// # Errors
/// [`Kind::InvalidPath`] for an attribute that no user has, [`Kind::Mutability`] for one that cannot be changed,
/// [`Kind::InvalidValue`] for a value that it cannot have.
pub(super) fn apply(user: &mut Object, operation: &Operation) -> Result<(), ScimError> {
    let attribute = &operation.path.attribute;
    if schema::is_of_extension(attribute, schema::USER) || schema::is_dropped(&attribute.name) {
        return Ok(());
    }
    let texts = ["userName", "externalId", "displayName", "active"];
    if let Some(name) = texts.iter().find(|name| attribute.is(name)) {
        return single(user, name, operation);
    }
    if attribute.is("name") {
        return name(user, operation);
    }
    if attribute.is("emails") {
        return emails(user, operation);
    }
    if ["id", "meta", "groups", "schemas"].iter().any(|name| attribute.is(name)) {
        let detail =
            format!("The attribute {attribute} cannot be changed. Groups are changed by their own resource.");
        return Err(ScimError::new(Kind::Mutability, detail));
    }
    let detail = format!("A user has no attribute {attribute}.");
    Err(ScimError::new(Kind::InvalidPath, detail))
}

fn single(user: &mut Object, name: &str, operation: &Operation) -> Result<(), ScimError> {
    if operation.path.filter.is_some() || operation.path.attribute.sub.is_some() {
        return Err(ScimError::new(Kind::InvalidPath, format!("The attribute {name} has no parts.")));
    }
    match (operation.act, &operation.value) {
        (Act::Remove, _) | (_, Value::Null) if matches!(name, "userName" | "active") => {
            Err(ScimError::value(name, "it cannot be taken away"))
        }
        (Act::Remove, _) | (_, Value::Null) => {
            json::unset(user, name);
            Ok(())
        }
        (_, value) if name == "active" => match truth(value) {
            Some(truth) => {
                json::set(user, name, truth.into());
                Ok(())
            }
            None => Err(ScimError::value(name, "it is true or false")),
        },
        (_, Value::String(text)) => {
            json::set(user, name, text.as_str().into());
            Ok(())
        }
        _ => Err(ScimError::value(name, "it is a text")),
    }
}

fn name(user: &mut Object, operation: &Operation) -> Result<(), ScimError> {
    if operation.path.filter.is_some() {
        return Err(ScimError::new(Kind::InvalidPath, "The attribute name has one value."));
    }
    let mut name = json::get(user, "name").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut set = |part: &str, value: &Value| match value {
        Value::String(_) if operation.act != Act::Remove => {
            json::set(&mut name, part, value.clone());
            Ok(())
        }
        Value::Null => {
            json::unset(&mut name, part);
            Ok(())
        }
        _ if operation.act == Act::Remove => {
            json::unset(&mut name, part);
            Ok(())
        }
        _ => Err(ScimError::value(&format!("name.{part}"), "it is a text")),
    };
    match (&operation.path.attribute.sub, &operation.value) {
        (Some(part), value) => set(part, value)?,
        (None, _) if operation.act == Act::Remove => name.clear(),
        (None, Value::Object(parts)) => {
            for (part, value) in parts {
                set(part, value)?;
            }
        }
        (None, _) => return Err(ScimError::value("name", "it is an object")),
    }
    json::set(user, "name", name.into());
    Ok(())
}

fn emails(user: &mut Object, operation: &Operation) -> Result<(), ScimError> {
    let mut emails = match json::get(user, "emails") {
        Some(Value::Array(emails)) => emails.clone(),
        _ => Vec::new(),
    };
    let given = operation.value.as_array().map_or(0, Vec::len);
    check_emails(given)?;
    match &operation.path.filter {
        Some(filter) => chosen_emails(&mut emails, filter, operation)?,
        None if operation.path.attribute.sub.is_some() => {
            let detail = "Which of the emails is meant must be said, as in emails[type eq \"work\"].value.";
            return Err(ScimError::new(Kind::InvalidPath, detail));
        }
        None => all_emails(&mut emails, operation),
    }
    check_emails(emails.len())?;
    json::set(user, "emails", emails.into());
    Ok(())
}

/// The values of an operation: one, or a list.
pub(super) fn listed(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        Value::Null => Vec::new(),
        value => vec![value.clone()],
    }
}

fn all_emails(emails: &mut Vec<Value>, operation: &Operation) {
    let given = listed(&operation.value);
    match operation.act {
        Act::Replace => *emails = given,
        Act::Add => {
            if given.iter().any(is_primary) {
                emails.iter_mut().for_each(no_longer_primary);
            }
            for email in given {
                emails.retain(|old| {
                    part(old, "value") != part(&email, "value") || part(old, "type") != part(&email, "type")
                });
                emails.push(email);
            }
        }
        Act::Remove if given.is_empty() => emails.clear(),
        Act::Remove => {
            emails.retain(|old| !given.iter().any(|gone| part(old, "value") == part(gone, "value")));
        }
    }
}

fn chosen_emails(emails: &mut Vec<Value>, filter: &Filter, operation: &Operation) -> Result<(), ScimError> {
    let is_chosen = |email: &Value| email.as_object().is_some_and(|parts| fits_part(filter, parts, false));
    if operation.act == Act::Remove {
        match operation.path.sub.as_deref() {
            Some(sub) if !sub.eq_ignore_ascii_case("value") => {
                for email in emails.iter_mut().filter(|email| is_chosen(email)) {
                    if let Some(parts) = email.as_object_mut() {
                        json::unset(parts, sub);
                    }
                }
            }
            _ => emails.retain(|email| !is_chosen(email)),
        }
        return Ok(());
    }
    if !emails.iter().any(is_chosen) {
        // Entra ID replaces the work address of somebody who has none yet: it becomes one.
        let Some(parts) = described(filter) else {
            return Err(ScimError::new(Kind::NoTarget, "None of the emails fits the path."));
        };
        emails.push(parts.into());
    }
    let becomes_primary = is_primary_after(operation);
    for email in emails.iter_mut() {
        if !is_chosen(email) {
            if becomes_primary {
                no_longer_primary(email);
            }
            continue;
        }
        let Some(parts) = email.as_object_mut() else { continue };
        match (&operation.path.sub, &operation.value) {
            (Some(sub), value) => json::set(parts, sub, value.clone()),
            (None, Value::Object(given)) => {
                for (name, value) in given {
                    json::set(parts, name, value.clone());
                }
            }
            (None, value) => json::set(parts, "value", value.clone()),
        }
    }
    Ok(())
}

fn is_primary_after(operation: &Operation) -> bool {
    match operation.path.sub.as_deref() {
        Some(sub) => sub.eq_ignore_ascii_case("primary") && truth(&operation.value) == Some(true),
        None => is_primary(&operation.value),
    }
}

fn part<'v>(email: &'v Value, name: &str) -> Option<&'v str> {
    email.as_object().and_then(|parts| json::text(parts, name))
}

fn is_primary(email: &Value) -> bool {
    email.as_object().and_then(|parts| json::get(parts, "primary")).and_then(truth) == Some(true)
}

fn no_longer_primary(email: &mut Value) {
    if let Some(parts) = email.as_object_mut() {
        json::unset(parts, "primary");
    }
}

/// The value that a filter describes, when it says nothing but what parts are equal to.
fn described(filter: &Filter) -> Option<Object> {
    let mut parts = Object::new();
    let comparisons = match filter {
        Filter::And(filters) => filters.as_slice(),
        one => std::slice::from_ref(one),
    };
    for comparison in comparisons {
        let Filter::Compare { path, operator: Operator::Eq, value } = comparison else { return None };
        let value = match value {
            Literal::Text(text) => text.as_str().into(),
            Literal::Boolean(truth) => Value::from(*truth),
            Literal::Number(_) | Literal::Null => return None,
        };
        parts.insert(path.name.clone(), value);
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::patch::operations;

    /// What becomes of a user with two addresses.
    fn patched(operations_of: &Value) -> Result<Value, String> {
        let user = json!({
            "userName": "anna@example.test", "active": true, "displayName": "Anna",
            "name": {"givenName": "Anna", "familyName": "Berg"},
            "emails": [{"value": "anna@example.test", "type": "work", "primary": true}, {"value": "a@home.test", "type": "home"}]
        });
        let mut user = user.as_object().unwrap().clone();
        let body = json!({"Operations": operations_of});
        for operation in operations(body.as_object().unwrap()).map_err(|error| format!("{error:?}"))? {
            apply(&mut user, &operation).map_err(|error| format!("{error:?}"))?;
        }
        Ok(user.into())
    }

    fn emails_after(operation: &Value) -> Value {
        patched(&json!([operation])).unwrap()["emails"].clone()
    }

    #[test]
    fn single_attributes_are_set_and_taken_away() {
        let after = patched(&json!([
            {"op": "Replace", "path": "active", "value": "False"},
            {"op": "add", "path": "externalId", "value": "7"},
            {"op": "replace", "value": {"displayName": "A. Berg", "name": {"givenName": "A."}}},
            {"op": "remove", "path": "name.familyName"},
            {"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:userName", "value": "b@example.test"},
            {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Sales"},
            {"op": "Add", "path": "title", "value": "Boss"},
            {"op": "Add", "path": "roles[primary eq \"True\"].value", "value": "admin"},
            {"op": "Replace", "path": "password", "value": "secret"},
            {"op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "1"}
        ]))
        .unwrap();
        assert_eq!(
            (after["active"].clone(), after["externalId"].clone(), after["displayName"].clone()),
            (json!(false), json!("7"), json!("A. Berg"))
        );
        assert_eq!(
            (&after["name"], &after["userName"]),
            (&json!({"givenName": "A."}), &json!("b@example.test"))
        );
        for dropped in ["title", "roles", "password", "phoneNumbers", "department"] {
            assert_eq!(after.get(dropped), None, "{dropped}");
        }
    }

    #[test]
    fn emails_are_chosen_by_what_they_are() {
        let home = json!({"value": "a@home.test", "type": "home"});
        let work = |address: &str| json!({"value": address, "type": "work", "primary": true});
        let replace =
            |path: &str, value: Value| emails_after(&json!({"op": "Replace", "path": path, "value": value}));
        assert_eq!(
            replace("emails[type eq \"work\"].value", json!("b@example.test")),
            json!([work("b@example.test"), home])
        );
        assert_eq!(
            replace("emails[type eq \"other\"].value", json!("c@example.test")),
            json!([work("anna@example.test"), home, {"type": "other", "value": "c@example.test"}])
        );
        assert_eq!(
            replace("emails", json!([{"value": "d@example.test"}])),
            json!([{"value": "d@example.test"}])
        );
        assert_eq!(
            replace("emails[value eq \"A@home.test\"]", json!({"primary": true})),
            json!([{"value": "anna@example.test", "type": "work"}, {"value": "a@home.test", "type": "home", "primary": true}])
        );
        let add =
            json!({"op": "add", "path": "emails", "value": [{"value": "e@example.test", "primary": true}]});
        assert_eq!(
            emails_after(&add),
            json!([{"value": "anna@example.test", "type": "work"}, home, {"value": "e@example.test", "primary": true}])
        );
        let remove = |path: &str| emails_after(&json!({"op": "remove", "path": path}));
        assert_eq!(remove("emails[type eq \"home\"]"), json!([work("anna@example.test")]));
        assert_eq!(remove("emails[type eq \"home\"].value"), json!([work("anna@example.test")]));
        assert_eq!(remove("emails[type eq \"none\"]"), json!([work("anna@example.test"), home]));
        assert_eq!(remove("emails"), json!([]));
        assert_eq!(
            emails_after(&json!({"op": "remove", "path": "emails", "value": [{"value": "a@home.test"}]})),
            json!([work("anna@example.test")])
        );
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_kind() {
        for (operation, kind) in [
            (json!({"op": "remove", "path": "userName"}), "InvalidValue"),
            (json!({"op": "replace", "path": "active", "value": "yes"}), "InvalidValue"),
            (json!({"op": "replace", "path": "displayName", "value": 7}), "InvalidValue"),
            (json!({"op": "replace", "path": "id", "value": "7"}), "Mutability"),
            (json!({"op": "replace", "path": "groups", "value": []}), "Mutability"),
            (json!({"op": "replace", "path": "colour", "value": "red"}), "InvalidPath"),
            (json!({"op": "replace", "path": "emails.value", "value": "x"}), "InvalidPath"),
            (json!({"op": "replace", "path": "userName.x", "value": "x"}), "InvalidPath"),
            (json!({"op": "replace", "path": "emails[value co \"zzz\"].value", "value": "x"}), "NoTarget"),
        ] {
            let refused = patched(&json!([operation])).unwrap_err();
            assert!(refused.contains(kind), "{operation}: {refused}");
        }
    }
}

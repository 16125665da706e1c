//! The body of a patch (RFC 7644 3.5.2) as operations, each for one attribute.
//!
//! Identity providers write more freely than the RFC: Entra ID capitalises the names of operations, both leave the path out
//! and put an object in its place, whose names may be paths themselves.

use postern_protocols::scim::PatchPath;
use serde_json::Value;

use super::MOST_OPERATIONS;
use super::error::{Kind, ScimError};
use super::json::{self, Object};
use super::schema;

/// What an operation does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Act {
    Add,
    Replace,
    Remove,
}

/// An operation for one attribute.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Operation {
    pub(super) act: Act,
    pub(super) path: PatchPath,
    /// `null` where there is none.
    pub(super) value: Value,
}

/// The operations of a patch, in their order.
///
/// # Errors
/// [`Kind::InvalidSyntax`] for a body that is no patch, [`Kind::InvalidPath`] for a path that is none.
pub(super) fn operations(body: &Object) -> Result<Vec<Operation>, ScimError> {
    let invalid = |detail: &str| ScimError::new(Kind::InvalidSyntax, detail);
    let listed = json::get(body, "Operations").and_then(Value::as_array);
    let listed = listed.ok_or_else(|| invalid("A patch has a list `Operations`."))?;
    if listed.len() > MOST_OPERATIONS {
        return Err(invalid("A patch has at most 1000 operations: send several."));
    }
    let mut operations = Vec::with_capacity(listed.len());
    for operation in listed {
        let operation = operation.as_object().ok_or_else(|| invalid("An operation is an object."))?;
        let act = match json::text(operation, "op") {
            Some(op) if op.eq_ignore_ascii_case("add") => Act::Add,
            Some(op) if op.eq_ignore_ascii_case("replace") => Act::Replace,
            Some(op) if op.eq_ignore_ascii_case("remove") => Act::Remove,
            _ => return Err(invalid("The `op` of an operation is add, replace or remove.")),
        };
        let value = json::get(operation, "value").cloned().unwrap_or(Value::Null);
        match json::text(operation, "path") {
            Some(path) => operations.push(Operation { act, path: read_path(path)?, value }),
            None => without_path(act, value, &mut operations)?,
        }
    }
    Ok(operations)
}

fn read_path(text: &str) -> Result<PatchPath, ScimError> {
    text.parse().map_err(|invalid| {
        let detail = format!("The path “{text}” is none: {invalid}.");
        ScimError::new(Kind::InvalidPath, detail)
    })
}

/// An operation without a path has an object in its place, of which each name is one.
fn without_path(act: Act, value: Value, operations: &mut Vec<Operation>) -> Result<(), ScimError> {
    let Value::Object(attributes) = value else {
        let what = if act == Act::Remove { "a path" } else { "a path, or an object as its value" };
        let kind = if act == Act::Remove { Kind::NoTarget } else { Kind::InvalidSyntax };
        return Err(ScimError::new(kind, format!("The operation needs {what}.")));
    };
    for (name, value) in attributes {
        // Okta sends the resource's own `id` along; these cannot be changed, and saying them again changes nothing.
        let own = ["id", "meta", "schemas"].iter().any(|own| own.eq_ignore_ascii_case(&name));
        if own || (schema::is_extension(&name) && value.is_object()) {
            continue;
        }
        operations.push(Operation { act, path: read_path(&name)?, value });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &Value) -> Result<Vec<String>, ScimError> {
        let read = operations(body.as_object().unwrap())?;
        Ok(read.iter().map(|each| format!("{:?} {} {}", each.act, each.path, each.value)).collect())
    }

    #[test]
    fn every_dialect_comes_to_the_same() {
        let expected = ["Replace active false", "Add name.givenName \"Anna\""];
        for body in [
            json!({"Operations": [
                {"op": "replace", "path": "active", "value": false},
                {"op": "add", "path": "name.givenName", "value": "Anna"}]}),
            json!({"operations": [
                {"OP": "Replace", "Path": "active", "Value": false},
                {"op": "Add", "value": {"name.givenName": "Anna", "schemas": [], "id": "7"}}]}),
        ] {
            assert_eq!(read(&body).unwrap(), expected);
        }
        let extension = json!({"Operations": [{"op": "Add", "value": {
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales"}}}]});
        assert_eq!(read(&extension).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_patch_is_refused() {
        for (body, detail) in [
            (json!({}), "A patch has a list `Operations`."),
            (json!({"Operations": {}}), "A patch has a list `Operations`."),
            (json!({"Operations": [7]}), "An operation is an object."),
            (json!({"Operations": [{"op": "move"}]}), "The `op` of an operation is add, replace or remove."),
            (json!({"Operations": [{"op": "remove"}]}), "The operation needs a path."),
            (
                json!({"Operations": [{"op": "add", "value": 7}]}),
                "The operation needs a path, or an object as its value.",
            ),
            (
                json!({"Operations": [{"op": "add", "path": "emails[", "value": 7}]}),
                "The path “emails[” is none: expected an attribute at character 8.",
            ),
        ] {
            let error = read(&body).unwrap_err();
            assert!(format!("{error:?}").contains(detail), "{error:?}");
        }
    }
}

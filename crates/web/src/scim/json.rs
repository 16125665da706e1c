//! JSON whose names do not mind their case (RFC 7643 2.1).

use serde_json::{Map, Value};

/// An object.
pub(super) type Object = Map<String, Value>;

/// The attribute of that name.
pub(super) fn get<'v>(object: &'v Object, name: &str) -> Option<&'v Value> {
    object
        .get(name)
        .or_else(|| object.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// Gives the attribute a value, under the name that it has already, if it is there.
pub(super) fn set(object: &mut Object, name: &str, value: Value) {
    let found = object.keys().find(|found| found.eq_ignore_ascii_case(name)).cloned();
    object.insert(found.unwrap_or_else(|| name.to_owned()), value);
}

/// Takes the attribute away.
pub(super) fn unset(object: &mut Object, name: &str) {
    object.retain(|found, _| !found.eq_ignore_ascii_case(name));
}

/// The text of an attribute. An empty one, and `null`, is none: that is how identity providers say that there is nothing.
pub(super) fn text<'v>(object: &'v Object, name: &str) -> Option<&'v str> {
    get(object, name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// True or false; also as a text, as Entra ID writes it.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

//! Which attributes an answer has: `attributes` and `excludedAttributes` (RFC 7644 3.9).

use postern_protocols::scim::AttributePath;
use serde_json::Value;

use super::json::{self, Object};

/// The attributes that are wanted, or those that are not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Projection {
    only: Vec<(String, Option<String>)>,
    without: Vec<(String, Option<String>)>,
}

/// What every answer has.
const ALWAYS: [&str; 3] = ["schemas", "id", "meta"];

impl Projection {
    /// Reads both lists, names between commas. What is no name of an attribute names none.
    pub(super) fn read(attributes: Option<&str>, excluded: Option<&str>) -> Self {
        let list = |text: Option<&str>| {
            let names = text.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
            names.filter_map(name_of).collect()
        };
        Self { only: list(attributes), without: list(excluded) }
    }

    /// Whether the answer has the attribute, or a part of it.
    pub(super) fn has(&self, name: &str) -> bool {
        let named = |list: &[(String, Option<String>)], whole: bool| {
            list.iter().any(|(found, sub)| found.eq_ignore_ascii_case(name) && !(whole && sub.is_some()))
        };
        let always = ALWAYS.iter().any(|always| always.eq_ignore_ascii_case(name));
        always || ((self.only.is_empty() || named(&self.only, false)) && !named(&self.without, true))
    }

    /// Takes from a resource what the answer does not have.
    pub(super) fn apply(&self, resource: &mut Object) {
        resource.retain(|name, _| self.has(name));
        for (name, parts) in resource.iter_mut() {
            if ALWAYS.contains(&name.as_str()) {
                continue;
            }
            let subs = |list: &[(String, Option<String>)]| -> Vec<String> {
                let named = list.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
                named.filter_map(|(_, sub)| sub.clone()).collect()
            };
            let (only, without) = (subs(&self.only), subs(&self.without));
            let whole =
                self.only.iter().any(|(found, sub)| found.eq_ignore_ascii_case(name) && sub.is_none());
            each_object(parts, &|parts: &mut Object| {
                if !only.is_empty() && !whole {
                    parts.retain(|part, _| only.iter().any(|sub| sub.eq_ignore_ascii_case(part)));
                }
                for sub in &without {
                    json::unset(parts, sub);
                }
            });
        }
    }
}

fn name_of(text: &str) -> Option<(String, Option<String>)> {
    // A name with its schema: the last colon ends it.
    let text = text.rsplit(':').next()?;
    let (name, sub) = text.split_once('.').map_or((text, None), |(name, sub)| (name, Some(sub.to_owned())));
    let path = AttributePath { schema: None, name: name.to_owned(), sub };
    Some((path.name, path.sub))
}

fn each_object(value: &mut Value, change: &impl Fn(&mut Object)) {
    match value {
        Value::Object(parts) => change(parts),
        Value::Array(values) => values.iter_mut().for_each(|value| each_object(value, change)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_has_what_was_asked_for() {
        let user = json!({
            "schemas": ["s"], "id": "1", "userName": "anna", "active": true, "meta": {"version": "v"},
            "name": {"givenName": "Anna", "familyName": "Berg"},
            "emails": [{"value": "a", "type": "work"}, {"value": "b"}]
        });
        let shown = |attributes, excluded| {
            let mut user = user.as_object().unwrap().clone();
            Projection::read(attributes, excluded).apply(&mut user);
            for always in ALWAYS {
                assert!(user.remove(always).is_some(), "{always}");
            }
            Value::from(user)
        };
        assert_eq!(
            shown(Some("USERNAME, name.givenName"), None),
            json!({"userName": "anna", "name": {"givenName": "Anna"}})
        );
        assert_eq!(shown(Some("emails.value"), None), json!({"emails": [{"value": "a"}, {"value": "b"}]}));
        assert_eq!(
            shown(Some("name,name.givenName"), None),
            json!({"name": {"givenName": "Anna", "familyName": "Berg"}})
        );
        assert_eq!(
            shown(None, Some("emails,name.familyName,id,active")),
            json!({"userName": "anna", "name": {"givenName": "Anna"}})
        );
        assert_eq!(
            shown(Some("urn:ietf:params:scim:schemas:core:2.0:User:active"), None),
            json!({"active": true})
        );
        assert_eq!(shown(Some("nothing"), None), json!({}));
    }
}

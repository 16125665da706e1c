//! The body of a request to a gateway for text messages, with places for number and text.
//!
//! The places are filled after the template was taken apart, and the whole is written by a serializer: whatever a text
//! holds, it stays one value.

use serde_json::Value;
use url::form_urlencoded;

/// A body with the places `{to}` and `{text}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyTemplate {
    /// A JSON text; places are in its strings.
    Json(Value),
    /// The names and values of a form; places are in the values.
    Form(Vec<(String, String)>),
}

/// Why a text is no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTemplate {
    /// It is not JSON.
    #[error("it is not JSON, as in {{\"to\": \"{{to}}\", \"body\": \"{{text}}\"}}")]
    NotJson,
    /// One of the places is missing.
    #[error("it needs the places {{to}} and {{text}}, each inside a value")]
    NoPlace,
}

impl BodyTemplate {
    /// A JSON template.
    ///
    /// # Errors
    /// [`InvalidTemplate`].
    pub fn json(text: &str) -> Result<Self, InvalidTemplate> {
        Self::Json(serde_json::from_str(text).map_err(|_| InvalidTemplate::NotJson)?).with_places()
    }

    /// A form template: `To={to}&Body={text}`.
    ///
    /// # Errors
    /// [`InvalidTemplate`].
    pub fn form(text: &str) -> Result<Self, InvalidTemplate> {
        Self::Form(form_urlencoded::parse(text.as_bytes()).into_owned().collect()).with_places()
    }

    /// The content type of what [`Self::fill`] gives.
    pub(super) const fn content_type(&self) -> &'static str {
        match self {
            Self::Json(_) => "application/json",
            Self::Form(_) => "application/x-www-form-urlencoded",
        }
    }

    /// The body for one message.
    pub(super) fn fill(&self, to: &str, text: &str) -> Vec<u8> {
        match self {
            Self::Json(template) => filled(template, to, text).to_string().into_bytes(),
            Self::Form(pairs) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                for (name, value) in pairs {
                    form.append_pair(name, &put(value, to, text));
                }
                form.finish().into_bytes()
            }
        }
    }

    /// Whether both places are there shows when they are filled.
    fn with_places(self) -> Result<Self, InvalidTemplate> {
        let filled = self.fill("0TO0", "0TEXT0");
        let has = |needle: &[u8]| filled.windows(needle.len()).any(|window| window == needle);
        if has(b"0TO0") && has(b"0TEXT0") { Ok(self) } else { Err(InvalidTemplate::NoPlace) }
    }
}

fn filled(template: &Value, to: &str, text: &str) -> Value {
    match template {
        Value::String(value) => Value::String(put(value, to, text)),
        Value::Array(values) => values.iter().map(|value| filled(value, to, text)).collect(),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| (name.clone(), filled(value, to, text));
            Value::Object(members.iter().map(member).collect())
        }
        other => other.clone(),
    }
}

/// Fills the places in one pass, so that a text that holds `{to}` stays as it is.
fn put(mut template: &str, to: &str, text: &str) -> String {
    let mut whole = String::with_capacity(template.len() + text.len());
    while let Some(brace) = template.find('{') {
        let (before, rest) = template.split_at(brace);
        whole.push_str(before);
        let (value, after) = if let Some(after) = rest.strip_prefix("{to}") {
            (to, after)
        } else if let Some(after) = rest.strip_prefix("{text}") {
            (text, after)
        } else {
            rest.split_at(1)
        };
        whole.push_str(value);
        template = after;
    }
    whole + template
}

#[cfg(test)]
mod tests {
    use super::*;

    const NASTY: &str = "\"},\"to\":\"+1\"&To=+1 {to}\n";

    #[test]
    fn whatever_a_text_holds_it_stays_one_value() {
        let json = BodyTemplate::json(r#"{"to": ["{to}"], "body": "Postern: {text}", "n": 1}"#).unwrap();
        let filled: Value = serde_json::from_slice(&json.fill("+4915", NASTY)).unwrap();
        assert_eq!(filled["to"], serde_json::json!(["+4915"]));
        assert_eq!(filled["body"], format!("Postern: {NASTY}"));

        let form = BodyTemplate::form("To={to}&Body=%7Btext%7D&From=a+b").unwrap();
        let filled = form.fill("+4915", NASTY);
        let pairs: Vec<_> = form_urlencoded::parse(&filled).into_owned().collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(pairs, [pair("To", "+4915"), pair("Body", NASTY), pair("From", "a b")]);
    }

    #[test]
    fn a_template_without_a_place_is_none() {
        assert_eq!(BodyTemplate::json("{"), Err(InvalidTemplate::NotJson));
        assert_eq!(BodyTemplate::json(r#"{"to": "{to}"}"#), Err(InvalidTemplate::NoPlace));
        assert_eq!(BodyTemplate::json(r#"{"{to}": "{text}"}"#), Err(InvalidTemplate::NoPlace));
        assert_eq!(BodyTemplate::form("To=x&Body={text}"), Err(InvalidTemplate::NoPlace));
    }
}

//! Bodies and queries of requests: read strictly, with every field that is not valid named.

use std::fmt::Display;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::response::IntoResponse as _;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::choice::{Choice, chosen};
use super::problem::{FieldError, Problem, ProblemKind};

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let detail = "Send the body with `Content-Type: application/json`.";
            return Err(Problem::new(ProblemKind::NotJson, detail));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        read_json(&bytes).map(Self)
    }
}

/// Reads an object, in which no name comes twice: a proxy before us may have gone by the other one.
fn read_json<T: DeserializeOwned>(octets: &[u8]) -> Result<T, Problem> {
    let value: Value = serde_json::from_slice(octets)
        .map_err(|error| Problem::new(ProblemKind::Malformed, format!("The body is no JSON: {error}.")))?;
    if !value.is_object() {
        return Err(Problem::field("", "The body is a JSON object."));
    }
    T::deserialize(&value).map_err(|error| Problem::fields(vec![locate::<T>(&value, &error)]))?;
    // A `Value` keeps the last of several; this reading finds them.
    serde_json::from_slice(octets).map_err(|error| {
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        Problem::field("", super::bearer::sentence(words))
    })
}

/// Why the octets of a body did not arrive.
pub(super) fn unread(rejection: BytesRejection) -> Problem {
    match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(ProblemKind::TooLarge, "A body has at most 64 KiB, one of an import 16 MiB.")
        }
        _ => Problem::new(ProblemKind::Malformed, "The body did not arrive as a whole."),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// The place that an error is about, as a pointer (RFC 6901): each part without which it would be another error, and the field
/// that the error itself names.
fn locate<T: DeserializeOwned>(value: &Value, error: &serde_json::Error) -> FieldError {
    let words = error.to_string();
    let mut pointer = String::new();
    while let Some(part) = culprit::<T>(value, &pointer, &words) {
        pointer.push_str(&part);
    }
    let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    if let Some(name) = missing {
        pointer.push_str(&escaped(name));
    }
    FieldError { pointer, detail: super::bearer::sentence(&words) }
}

/// Parts of one value that are tried: each try reads the whole body once more.
const TRIED: usize = 64;

/// The part of what is at `pointer` without which it would be another error.
fn culprit<T: DeserializeOwned>(value: &Value, pointer: &str, words: &str) -> Option<String> {
    let is_culprit = |without: &Value, name: Option<&str>| {
        // Whatever stood before what is missing is missing first when it is taken away.
        let lacks =
            name.filter(|_| words.starts_with("missing field")).map(|name| format!("missing field `{name}`"));
        let error = T::deserialize(without).err().map(|error| error.to_string());
        error.is_none_or(|error| error != words && lacks.is_none_or(|lacks| error != lacks))
    };
    match value.pointer(pointer)? {
        Value::Object(fields) => fields.keys().take(TRIED).find_map(|name| {
            let mut without = value.clone();
            without.pointer_mut(pointer)?.as_object_mut()?.remove(name);
            is_culprit(&without, Some(name)).then(|| escaped(name))
        }),
        Value::Array(items) => (0..items.len().min(TRIED)).find_map(|place| {
            let mut without = value.clone();
            without.pointer_mut(pointer)?.as_array_mut()?.remove(place);
            is_culprit(&without, None).then(|| format!("/{place}"))
        }),
        _ => None,
    }
}

fn escaped(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// What stands after the question mark.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::<T>::try_from_uri(&parts.uri).map(|Query(asked)| Self(asked)).map_err(|rejection| {
            let whole = rejection.body_text();
            let words = whole.rsplit(": ").next().unwrap_or(&whole);
            let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
            let culprit = || culprit_of_query::<T>(parts.uri.query().unwrap_or_default(), &whole);
            let named = missing.map(str::to_owned).or_else(culprit).unwrap_or_default();
            let is_number = ["invalid digit", "cannot parse integer", "number too large"];
            let words = match is_number.iter().any(|begin| words.starts_with(begin)) {
                true => "it takes a whole number",
                false => words,
            };
            Problem::field(format!("?{named}"), super::bearer::sentence(words))
        })
    }
}

/// The name without which it would be another error.
fn culprit_of_query<T: DeserializeOwned>(query: &str, words: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.iter().take(TRIED).map(|(name, _)| name).find_map(|name| {
        let others = pairs.iter().filter(|(other, _)| other != name);
        let without = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(others).finish();
        let without = format!("/?{without}").parse().ok()?;
        let error = Query::<T>::try_from_uri(&without).err().map(|error| error.body_text());
        (error.as_deref() != Some(words)).then(|| name.clone())
    })
}

/// Gathers what is wrong with the fields of a request, so that all of it is told at once.
#[derive(Default)]
pub(crate) struct Fields(Vec<FieldError>);

impl Fields {
    /// Reads one text as a `T`.
    pub(crate) fn parse<T>(&mut self, pointer: &str, text: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.check(pointer, text.parse())
    }

    /// Reads a text that may be missing.
    pub(crate) fn parse_if<T>(&mut self, pointer: &str, text: Option<&str>) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        text.and_then(|text| self.parse(pointer, text))
    }

    /// Reads one of a closed choice; what is wrong with another word names those that there are.
    pub(crate) fn choose<T: Choice>(&mut self, pointer: &str, text: &str) -> Option<T> {
        self.check(pointer, chosen(text))
    }

    /// Reads one that may be missing.
    pub(crate) fn choose_if<T: Choice>(&mut self, pointer: &str, text: Option<&str>) -> Option<T> {
        text.and_then(|text| self.choose(pointer, text))
    }

    /// Reads one in whose place there is a usual one.
    pub(crate) fn choose_or<T: Choice>(&mut self, pointer: &str, text: Option<&str>, usual: T) -> Option<T> {
        text.map_or(Some(usual), |text| self.choose(pointer, text))
    }

    /// Reads every text of a list.
    pub(crate) fn parse_all<T>(&mut self, pointer: &str, texts: &[String]) -> Vec<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let each = texts.iter().enumerate();
        each.filter_map(|(place, text)| self.parse(&format!("{pointer}/{place}"), text)).collect()
    }

    /// The value, or what is wrong with it.
    pub(crate) fn check<T, E: Display>(&mut self, pointer: &str, read: Result<T, E>) -> Option<T> {
        read.map_err(|error| self.wrong(pointer, error)).ok()
    }

    pub(crate) fn wrong(&mut self, pointer: &str, detail: impl Display) {
        let detail = super::bearer::sentence(&detail.to_string());
        self.0.push(FieldError { pointer: pointer.to_owned(), detail });
    }

    /// Goes on when nothing is wrong.
    pub(crate) fn done(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::fields(self.0)) }
    }
}

/// What [`Fields`] read, once [`Fields::done`] has passed.
pub(crate) fn read<T>(value: Option<T>) -> Result<T, Problem> {
    value.ok_or_else(|| Problem::new(ProblemKind::Defect, "A field was not read."))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "read by nobody")]
        name: String,
        #[serde(default)]
        #[expect(dead_code, reason = "read by nobody")]
        networks: Vec<String>,
        #[expect(dead_code, reason = "read by nobody")]
        limits: Option<Limits>,
    }

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Limits {
        #[expect(dead_code, reason = "read by nobody")]
        sessions: u32,
        #[expect(dead_code, reason = "read by nobody")]
        hours: Option<Vec<u8>>,
    }

    #[test]
    fn the_wrong_field_is_named() {
        for (body, pointer) in [
            (r#"{"name":"a","colour":1}"#, "/colour"),
            ("{}", "/name"),
            (r#"{"name":1}"#, "/name"),
            (r#"{"name":"a","networks":{"0":"a"}}"#, "/networks"),
            (r#"{"name":"a","networks":["a",1]}"#, "/networks/1"),
            (r#"{"name":"a","limits":{"sessions":"many"}}"#, "/limits/sessions"),
            (r#"{"name":"a","limits":{"sessions":1,"colour":1}}"#, "/limits/colour"),
            (r#"{"name":"a","limits":{"sessions":1,"hours":[1,2,300]}}"#, "/limits/hours/2"),
            (r#"{"name":"a","limits":{}}"#, "/limits/sessions"),
            (r#"{"a/b":1,"name":"a"}"#, "/a~1b"),
        ] {
            let value: Value = serde_json::from_str(body).unwrap();
            let error = Sample::deserialize(&value).unwrap_err();
            assert_eq!(locate::<Sample>(&value, &error).pointer, pointer, "{body}");
        }
    }

    #[test]
    fn a_body_is_one_object_without_repetitions() {
        assert!(read_json::<Sample>(br#"{"name":"a"}"#).is_ok());
        for body in [
            r#"["a",[]]"#,
            "[]",
            r#""a""#,
            r#"{"name":"a","name":"b"}"#,
            r#"{"name":"a","networks":[],"networks":[]}"#,
            r#"{"name":"a"} {}"#,
            r#"{"name":NaN}"#,
        ] {
            assert!(read_json::<Sample>(body.as_bytes()).is_err(), "{body}");
        }
    }
}

//! On what condition a request is meant: `If-Match` and `If-None-Match` (RFC 7644 3.14).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;

use super::error::ScimError;
use super::json::Object;
use super::reply;

/// On what condition a request is meant.
#[derive(Clone, Debug, Default)]
pub(super) struct Condition {
    matches: Option<String>,
    matches_none: Option<String>,
}

impl Condition {
    /// Refuses a change of what is another version than the client has.
    ///
    /// # Errors
    /// 412.
    pub(super) fn check(&self, resource: &Object) -> Result<(), ScimError> {
        match &self.matches {
            Some(versions) if !names(versions, reply::version(resource)) => Err(ScimError::changed()),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the client has that version.
    pub(super) fn has_already(&self, version: &str) -> bool {
        self.matches_none.as_deref().is_some_and(|versions| names(versions, version))
    }
}

/// Whether a list of entity tags names a version. All of ours are weak, and are compared as such: two with one digest are
/// alike in everything that can be changed.
fn names(versions: &str, version: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    versions.split(',').any(|tag| tag.trim() == "*" || bare(tag) == bare(version))
}

impl<S: Sync> FromRequestParts<S> for Condition {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let field = |name| {
            // One that cannot be read is a condition that nothing meets, and not none.
            let values: Vec<_> = parts
                .headers
                .get_all(name)
                .iter()
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .collect();
            (!values.is_empty()).then(|| values.join(","))
        };
        Ok(Self { matches: field(header::IF_MATCH), matches_none: field(header::IF_NONE_MATCH) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[tokio::test]
    async fn a_condition_that_cannot_be_read_is_one() {
        let value = HeaderValue::from_bytes(b"\"\xff\"").unwrap();
        let request = http::Request::builder().header(header::IF_MATCH, value).body(()).unwrap();
        let condition = Condition::from_request_parts(&mut request.into_parts().0, &()).await.unwrap();
        let versions = condition.matches.expect("there is one");
        assert!(!names(&versions, "W/\"a\""), "{versions}");
    }

    #[test]
    fn a_version_is_named_alone_in_a_list_or_by_a_star() {
        for versions in ["W/\"a\"", "\"a\"", "\"x\", W/\"a\"", "*"] {
            assert!(names(versions, "W/\"a\""), "{versions}");
        }
        for versions in ["", "W/\"b\"", "a", "\"x\",\"y\""] {
            assert!(!names(versions, "W/\"a\""), "{versions}");
        }
    }
}

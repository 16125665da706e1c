//! Forms: the token that binds a form to a session, and the fields that come back.

use std::fmt;

use axum::extract::{FromRequest, Request};
use axum::response::IntoResponse as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, StatusCode};
use postern_service::portal::SessionToken;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroize as _;

use crate::cookies;
use crate::problem::Problem;

/// The field that carries the token.
pub(crate) const TOKEN_FIELD: &str = "form_token";
/// Most fields of a form; the longest of ours has 30.
const MOST_FIELDS: usize = 64;

/// The token of a form: HMAC-SHA-256 under the session's token (before sign-in: the visitor's value), which no other
/// site can read. It needs no store and no key of the server, so it holds on every node and over a restart; it ends
/// with the session, and with each rotation of its token.
#[derive(Clone)]
pub(crate) struct FormToken(String);

impl FormToken {
    pub(crate) fn of_session(token: &SessionToken) -> Self {
        Self::under(token.expose(), b"postern portal form")
    }

    pub(crate) fn of_visitor(value: &str) -> Self {
        Self::under(value, b"postern visitor form")
    }

    /// What goes with the browser to an identity provider where it signs out, and comes back from there.
    pub(crate) fn of_sign_out(value: &str) -> Self {
        Self::under(value, b"postern sign out elsewhere")
    }

    /// The token that the browser's cookies call for.
    pub(crate) fn of_cookies(headers: &HeaderMap) -> Option<Self> {
        match cookies::session(headers) {
            Some(token) => Some(Self::of_session(&token)),
            None => cookies::visitor(headers).map(Self::of_visitor),
        }
    }

    fn under(key: &str, purpose: &[u8]) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
        mac.update(purpose);
        Self(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    pub(crate) fn is(&self, typed: &str) -> bool {
        self.0.as_bytes().ct_eq(typed.as_bytes()).into()
    }
}

impl fmt::Display for FormToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The fields of a form, in their order. Passwords are among them: wiped on drop, `Debug` prints names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of that name; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Every value of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The fields but those named, to be carried through another form.
    pub(crate) fn without(&self, names: &[&str]) -> Vec<(String, String)> {
        self.0.iter().filter(|(field, _)| !names.contains(&field.as_str())).cloned().collect()
    }
}

impl From<Vec<(String, String)>> for Fields {
    fn from(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            value.zeroize();
        }
    }
}

/// The names, never the values.
impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// The fields of a form whose token was checked. There is no other way to the fields of a form.
#[derive(Debug)]
pub(crate) struct Checked(pub(crate) Fields);

impl<S: Send + Sync> FromRequest<S> for Checked {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let token = FormToken::of_cookies(request.headers()).ok_or(Problem::ForeignForm)?;
        let form = axum::extract::Form::<Vec<(String, String)>>::from_request(request, state).await;
        let fields = match form {
            Ok(form) => Fields(form.0),
            Err(rejection) => {
                let status = rejection.into_response().status();
                return Err(if status == StatusCode::PAYLOAD_TOO_LARGE {
                    Problem::TooLarge
                } else {
                    Problem::Unreadable
                });
            }
        };
        if fields.0.len() > MOST_FIELDS {
            return Err(Problem::TooLarge);
        }
        if token.is(fields.get(TOKEN_FIELD)) { Ok(Self(fields)) } else { Err(Problem::ForeignForm) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_print_their_names_only() {
        let fields = Fields(vec![("password".into(), "needle".into())]);
        assert_eq!(format!("{fields:?}"), r#"{"password"}"#);
        assert_eq!((fields.get("password"), fields.get("missing")), ("needle", ""));
    }

    #[test]
    fn a_visitors_token_fits_no_other_visitor() {
        let token = FormToken::of_visitor(&"a".repeat(43));
        assert!(token.is(&FormToken::of_visitor(&"a".repeat(43)).to_string()));
        assert!(!token.is(&FormToken::of_visitor(&"b".repeat(43)).to_string()));
        assert!(!token.is(""));
    }
}

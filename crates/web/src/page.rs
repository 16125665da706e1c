//! What every page has around its content, and how a page becomes an answer.

use std::sync::Arc;

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderValue, StatusCode, header};

use crate::form::FormToken;
use crate::middleware::Visit;
use crate::portal::{Portal, assets, paths};
use crate::problem::Problem;
use crate::session::Inside;

/// What every page has around its content.
pub(crate) struct Chrome {
    pub(crate) product: String,
    pub(crate) organization: Option<String>,
    pub(crate) nonce: Arc<str>,
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    /// The script of the pages that ask for a passkey.
    pub(crate) passkey_script: &'static str,
    pub(crate) mark: &'static str,
    /// Whether there is something to see on the page of the mailbox.
    pub(crate) mailbox: bool,
    /// Whether the page belongs to the admin area.
    pub(crate) at_admin: bool,
    /// Who is signed in, on pages behind sign-in.
    pub(crate) person: Option<Person>,
}

/// Who is signed in.
pub(crate) struct Person {
    pub(crate) name: String,
    /// What their role is called; none for a member.
    pub(crate) role: Option<&'static str>,
    pub(crate) token: FormToken,
}

impl Chrome {
    /// For a page that is seen before sign-in.
    pub(crate) fn outside(portal: &Portal, visit: &Visit) -> Self {
        Self {
            product: portal.config.product.clone(),
            organization: portal.config.organization.clone(),
            nonce: Arc::clone(&visit.nonce),
            style: assets::style_path(),
            script: assets::script_path(),
            passkey_script: assets::passkey_path(),
            mark: assets::mark_path(),
            mailbox: portal.service.asks_owners(),
            at_admin: false,
            person: None,
        }
    }

    /// For a page behind sign-in.
    pub(crate) fn inside(portal: &Portal, inside: &Inside) -> Self {
        let account = inside.session.account();
        let person = Person {
            name: account.name.to_string(),
            role: account.role.is_privileged().then(|| account.role.words()),
            token: inside.token.clone(),
        };
        Self { person: Some(person), ..Self::outside(portal, &inside.visit) }
    }
}

/// The page as an answer. The title of one that says what is wrong begins with it: that is read out first, and without any
/// script.
///
/// # Errors
/// [`Problem::Defect`] when the template does not render.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    let mut text = page.render().map_err(|error| {
        tracing::error!(%error, "a page did not render");
        Problem::Defect
    })?;
    if status.is_client_error() {
        text = text.replacen("<title>", "<title>Error: ", 1);
    }
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    Ok((status, [(header::CONTENT_TYPE, kind)], text).into_response())
}

/// The page, with 200.
///
/// # Errors
/// As [`html`].
pub(crate) fn ok(page: &impl Template) -> Result<Response, Problem> {
    html(StatusCode::OK, page)
}

/// Back to sign-in, where somebody whose session ended while they were asking for something is told so.
pub(crate) fn session_over() -> Response {
    go(&format!("{}?done=session-over", paths::SIGN_IN))
}

/// On to another page of ours, by GET. `path` is made by us, or checked as a [`crate::next::Next`].
pub(crate) fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

//! Error pages: what was wrong, whose fault it was, and what to do.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use postern_service::Failure;

use crate::middleware::Visit;
use crate::page::{self, Chrome};
use crate::portal::Portal;

/// Why there is no page. Turned into an answer at once, and into a page by the frame, which knows the nonce.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Problem {
    /// The client: no such page, or one of another account, which must not be told apart.
    NoSuchPage,
    /// The client: their role does not open the page.
    NotAllowed,
    /// The client: an administrator who would reset their own account.
    OwnAccount,
    /// The client: the page is not asked in that way.
    OtherMethod,
    /// The client: a form without the right token, or from another site.
    ForeignForm,
    /// The client: a form that is no form.
    Unreadable,
    /// The client or a proxy: a request that is none.
    Malformed,
    /// The client: a form larger than any of ours.
    TooLarge,
    /// The client: the request took too long to arrive.
    TooSlow,
    /// The client or a proxy: a request for another host.
    OtherHost,
    /// Ours: too much to do at once.
    Busy,
    /// Ours: the database or the keys.
    Failure,
    /// Ours: a defect.
    Defect,
}

/// What a problem page says.
struct Words {
    status: StatusCode,
    heading: &'static str,
    what: &'static str,
    remedy: &'static str,
}

impl Problem {
    fn words(self) -> Words {
        let (status, heading, what, remedy) = self.told();
        Words { status, heading, what, remedy }
    }

    /// The status, the heading, what happened, and what to do.
    const fn told(self) -> (StatusCode, &'static str, &'static str, &'static str) {
        match self {
            Self::NoSuchPage => (
                StatusCode::NOT_FOUND,
                "There is no such page",
                "The address is wrong, or what it showed is gone or belongs to somebody else.",
                "Check the address, or continue from Security info.",
            ),
            Self::NotAllowed => (
                StatusCode::FORBIDDEN,
                "Your role does not allow this",
                "You are signed in, but this page is for people with another role. Nothing was changed.",
                "If you need it for your work, ask a global administrator to change your role.",
            ),
            Self::OwnAccount => (
                StatusCode::FORBIDDEN,
                "This is your own account",
                "An administrator resets passwords and methods of others. Nothing was changed.",
                "Change your own password and methods at Security info.",
            ),
            Self::OtherMethod => (
                StatusCode::METHOD_NOT_ALLOWED,
                "This page cannot be asked that way",
                "The address is right, but the browser sent a request that the page does not take.",
                "Continue from Security info.",
            ),
            Self::ForeignForm => (
                StatusCode::FORBIDDEN,
                "This form is not valid any more",
                "It was opened before you signed in or out, it came from another site, or cookies are switched off. Nothing was changed.",
                "Open the page again and fill in the form there. Cookies must be allowed for this site.",
            ),
            Self::Unreadable => (
                StatusCode::BAD_REQUEST,
                "The form could not be read",
                "What the browser sent is not a form of this portal. Nothing was changed.",
                "Open the page again and fill in the form there.",
            ),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "The request could not be read",
                "It does not name the host that it is for, or names several. Nothing was changed.",
                "Open the portal at its own address. If it stays like this, a proxy on the way is at fault.",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "That is too much for one form",
                "What was sent is larger than any form of this portal. Nothing was changed.",
                "Go back, shorten what you typed, and send it again.",
            ),
            Self::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                "The request took too long",
                "It did not arrive as a whole in time.",
                "Check your connection and try again.",
            ),
            Self::OtherHost => (
                StatusCode::MISDIRECTED_REQUEST,
                "The portal does not live at this address",
                "The request was for another host name.",
                "Open the portal at its own address.",
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many people are signing in at once",
                "This is our failure, not yours. Nothing was checked and nothing was changed.",
                "Wait a few seconds and try again.",
            ),
            Self::Failure => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The portal cannot do that right now",
                "This is our failure, not yours: something that the portal needs did not answer. What you asked for was not done.",
                "Try again in a minute. If it stays like this, tell your administrator the time shown below.",
            ),
            Self::Defect => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong in the portal",
                "This is our failure, not yours. If you changed something, look whether it was done before you try again.",
                "Tell your administrator the time shown below.",
            ),
        }
    }

    /// The problem that a bare status of a library stands for.
    fn of_status(status: StatusCode) -> Option<Self> {
        Some(match status {
            StatusCode::NOT_FOUND => Self::NoSuchPage,
            StatusCode::METHOD_NOT_ALLOWED => Self::OtherMethod,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::REQUEST_TIMEOUT => Self::TooSlow,
            status if status.is_client_error() => Self::Unreadable,
            status if status.is_server_error() => Self::Defect,
            _ => return None,
        })
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        tracing::error!(%failure, "the portal could not do what was asked");
        match failure {
            Failure::Busy => Self::Busy,
            _ => Self::Failure,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.words().status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    chrome: Chrome,
    heading: &'static str,
    what: &'static str,
    remedy: &'static str,
    at: String,
    is_ours: bool,
    /// The portal's own address, where the request was for another.
    home: Option<String>,
}

/// Puts the page into an answer that is a problem; any other answer passes unchanged.
pub(crate) fn show(response: Response, visit: &Visit, portal: &Portal) -> Response {
    let marked = response.extensions().get::<Problem>().copied();
    let bare = if is_html(&response) { None } else { Problem::of_status(response.status()) };
    let Some(problem) = marked.or(bare) else { return response };
    let words = problem.words();
    let page = ProblemPage {
        chrome: Chrome::outside(portal, visit),
        heading: words.heading,
        what: words.what,
        remedy: words.remedy,
        at: portal.service.clock().now().to_string(),
        is_ours: words.status.is_server_error(),
        home: (problem == Problem::OtherHost).then(|| portal.config.origin.to_string()),
    };
    let mut shown = page::html(words.status, &page).unwrap_or(response);
    if words.status == StatusCode::SERVICE_UNAVAILABLE {
        shown.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    }
    shown
}

fn is_html(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

//! Methods and remembered browsers as lists show them.

use postern_domain::Timestamp;
use postern_domain::id::MethodId;
use postern_domain::mfa::{AuthenticationMethod, MethodKind};
use postern_service::portal::RememberedBrowser;

use super::Moment;
use super::event::browser as browser_name;

/// A method in a list.
pub(crate) struct MethodView {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    /// The path of its picture, in a square of 24.
    pub(crate) glyph: &'static str,
    pub(crate) label: String,
    pub(crate) hint: Option<String>,
    /// It is asked for first, because its owner wants it so.
    pub(crate) is_first: bool,
    pub(crate) registered: Moment,
    pub(crate) last_used: Option<Moment>,
}

impl MethodView {
    pub(crate) fn new(method: &AuthenticationMethod, first: Option<MethodId>, now: Timestamp) -> Self {
        Self {
            id: method.id.to_string(),
            kind: method.kind.words(),
            glyph: match method.kind {
                MethodKind::AuthenticatorApp => {
                    "M9 2.500h6a2.500 2.500 0 0 1 2.500 2.500v14a2.500 2.500 0 0 1-2.500 2.500H9a2.500 2.500 0 0 1-2.500-2.500V5A2.500 2.500 0 0 1 9 2.500zM10.500 18.500h3"
                }
                MethodKind::Passkey { .. } => {
                    "M9 4.500a4.500 4.500 0 1 0 .01 0M2.500 20.500c0-4 3-6 6.500-6 1 0 2 .2 3 .6M18 12.500a3 3 0 1 0-3-3 3 3 0 0 0 2 2.800v8l1.500 1.200 1.500-1.700-1-1.300 1-1.500-1-1.200z"
                }
                MethodKind::TextMessage => "M4 4.500h16v11.500h-9l-5 4v-4H4z",
                MethodKind::EmailCode => "M3 5h18v14H3zM3.500 7l8.500 6 8.500-6",
            },
            label: method.label.clone(),
            hint: method.hint.clone(),
            is_first: first == Some(method.id),
            registered: Moment::new(method.registered_at, now),
            last_used: method.last_used_at.map(|at| Moment::new(at, now)),
        }
    }
}

/// A remembered browser in a list.
pub(crate) struct BrowserView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) since: Moment,
    pub(crate) until: Moment,
    pub(crate) last_used: Option<Moment>,
}

impl BrowserView {
    pub(crate) fn new(browser: &RememberedBrowser, now: Timestamp) -> Self {
        Self {
            id: browser.id.to_string(),
            name: browser_name(&browser.user_agent),
            address: browser.address.to_string(),
            since: Moment::new(browser.remembered_at, now),
            until: Moment::new(browser.expires_at, now),
            last_used: browser.last_used_at.map(|at| Moment::new(at, now)),
        }
    }
}

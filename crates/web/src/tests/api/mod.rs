//! The API as a program meets it, over the real service.

mod answers;
mod app_passwords;
mod bearer;
mod choices;
mod conditions;
mod deeds;
mod device;
mod document;
mod idempotency;
mod lists;
mod long_lists;
mod many;
mod matrix;
mod methods;
mod mistakes;
mod oauth;
mod pages;
mod settings;
mod walk;

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, StatusCode, header};
use postern_domain::Clock as _;
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_service::api::{CreateApiToken, CreatedApiToken};
use postern_service::refusal::EventFilter;
use postern_testkit::{OPERATOR, account_name};
use serde_json::Value;
use tower::ServiceExt as _;

use super::client::{ADDRESS, TestPortal};
use crate::PeerAddress;

pub(super) const ANNA: &str = "anna@example.test";
pub(super) const BO: &str = "bo@example.test";
pub(super) const ROOT: &str = "root@example.test";
pub(super) const PROGRAM: &str = "crm@example.test";

/// A program with a token.
#[derive(Clone)]
pub(super) struct Program {
    router: Router,
    token: String,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// A portal with Anna and Bo (members), an administrator, and a service account.
pub(super) async fn portal() -> TestPortal {
    people(TestPortal::open().await).await
}

/// Puts them into a portal.
pub(super) async fn people(portal: TestPortal) -> TestPortal {
    for name in [ANNA, BO] {
        portal.test.account(name, MfaState::Enforced).await;
    }
    portal.test.add(ROOT, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    portal.test.add(PROGRAM, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    portal
}

impl TestPortal {
    /// A token of `owner` with these scopes, good for 90 days.
    pub(super) async fn token(&self, owner: &str, scopes: &str) -> CreatedApiToken {
        let new = CreateApiToken {
            account: account_name(owner),
            name: "Backup job".parse().unwrap(),
            scopes: scopes.parse().unwrap(),
            networks: Networks::any(),
            expires_at: self.test.clock.now().plus(Duration::from_secs(90 * 24 * 3600)),
        };
        self.test.service.create_api_token(OPERATOR, new).await.unwrap()
    }

    /// A program with such a token.
    pub(super) async fn program(&self, owner: &str, scopes: &str) -> Program {
        self.with(self.token(owner, scopes).await.text.expose())
    }

    /// Returns once what was recorded before is written: the last use of a token is written behind.
    pub(super) async fn written(&self) {
        let filter = EventFilter { limit: 1, ..EventFilter::default() };
        self.test.service.list_sign_in_events(OPERATOR, filter).await.unwrap();
    }

    /// A program with this token.
    pub(super) fn with(&self, token: &str) -> Program {
        Program { router: self.router.clone(), token: token.to_owned() }
    }
}

impl Program {
    pub(super) fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "portal.example.test")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .extension(PeerAddress(ADDRESS.parse().unwrap()))
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        send(&self.router, request).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.ask_with(method, path, body, &[]).await
    }

    pub(super) async fn ask_with(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        };
        self.send(request.body(body).unwrap()).await
    }
}

pub(super) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

/// Identifiers, digests and versions differ from run to run: their place is kept.
pub(super) fn without_ids(answer: &Answer) -> String {
    let mut shown = String::new();
    for word in
        answer.whole().split_inclusive(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
    {
        let core = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        let is_id = core.len() == 36 && core.matches('-').count() == 4;
        let is_hash = core.len() >= 24 && core.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_secret = core.len() == 24 && core.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_id || is_hash || is_secret {
            shown.push_str(&word.replace(core, "(random)"));
        } else {
            shown.push_str(word);
        }
    }
    shown
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }

    /// The body; null when there is none.
    pub(super) fn json_or_null(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The whole answer: the headers that are not the same for every answer, and the body, laid out.
    pub(super) fn whole(&self) -> String {
        const SAME: [&str; 9] = [
            "strict-transport-security",
            "x-content-type-options",
            "referrer-policy",
            "permissions-policy",
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "x-frame-options",
            "content-security-policy",
            "cache-control",
        ];
        let mut lines = vec![self.status.to_string()];
        let mut headers: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| !SAME.contains(&name.as_str()) && *name != header::CONTENT_LENGTH)
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        headers.sort();
        lines.extend(headers);
        if !self.body.is_empty() {
            let body = self.json();
            lines.push(serde_json::to_string_pretty(&body).unwrap());
        }
        lines.join("\n")
    }
}

//! A browser without a window: keeps cookies, sends a form's hidden fields along, reads text.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, StatusCode, header};
use postern_domain::door::DoorSet;
use postern_domain::mfa::MfaState;
use postern_domain::{Clock as _, door::Door};
use postern_testkit::{ACCOUNT_PASSWORD, TestRandom, TestService, totp_code};
use tower::ServiceExt as _;

use crate::{ConnectionHint, PeerAddress, PortalConfig, TransportSecurity, router};

pub(super) const ORIGIN: &str = "https://portal.example.test";
pub(super) const ADDRESS: &str = "192.0.2.7";

/// A portal over a fresh service.
pub(super) struct TestPortal {
    pub(super) test: TestService,
    pub(super) config: PortalConfig,
    pub(super) router: Router,
}

/// A browser.
pub(super) struct Client {
    router: Router,
    pub(super) cookies: BTreeMap<String, String>,
}

/// What came back.
pub(super) struct Shown {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// Somebody who signed in, with the key of their authenticator app.
pub(super) struct Person {
    pub(super) client: Client,
    pub(super) key: String,
    pub(super) codes: Vec<String>,
}

impl TestPortal {
    pub(super) async fn open() -> Self {
        Self::over(TestService::open().await)
    }

    pub(super) fn over(test: TestService) -> Self {
        let hint = |port, security| ConnectionHint {
            door: Door::Smtp,
            host: "mail.example.test".to_owned(),
            port,
            security,
        };
        let config = PortalConfig {
            origin: ORIGIN.parse().unwrap(),
            product: "Postern".to_owned(),
            organization: Some("Example University".to_owned()),
            doors: DoorSet::from_iter([Door::Smtp, Door::Imap]),
            hints: vec![
                hint(465, TransportSecurity::Tls),
                hint(587, TransportSecurity::StartTls),
                ConnectionHint { door: Door::Imap, ..hint(993, TransportSecurity::Tls) },
            ],
            trusted_proxies: Vec::new(),
            api_requests_per_minute: 600,
            random: Arc::new(TestRandom::seeded(7)),
        };
        let router = router(Arc::clone(&test.service), config.clone());
        Self { test, config, router }
    }

    pub(super) fn client(&self) -> Client {
        Client { router: self.router.clone(), cookies: BTreeMap::new() }
    }

    /// The code of an authenticator app, of a step that was not used yet.
    pub(super) fn code(&self, key: &str) -> String {
        self.test.clock.advance(Duration::from_secs(30));
        totp_code(key, self.test.clock.now())
    }

    /// Adds an account with MFA *Enforced*, signs in and registers an authenticator app.
    pub(super) async fn person(&self, name: &str) -> Person {
        self.test.account(name, MfaState::Enforced).await;
        self.enrolled(name).await
    }

    /// Signs in an account that has no method yet, and registers one.
    pub(super) async fn enrolled(&self, name: &str) -> Person {
        let mut client = self.client();
        let shown = client.sign_in(name, ACCOUNT_PASSWORD).await;
        assert_eq!(shown.location(), "/methods/authenticator/new", "{}", shown.text());
        let shown = client.get("/methods/authenticator/new").await;
        let key = shown.hidden("/methods/authenticator/new", "key");
        let code = self.code(&key);
        let shown =
            client.submit(&shown, "/methods/authenticator/new", &[("code", &code), ("label", "Phone")]).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
        let codes = shown.hidden("/recovery-codes/file", "codes").lines().map(str::to_owned).collect();
        Person { client, key, codes }
    }
}

impl Client {
    pub(super) async fn get(&mut self, path: &str) -> Shown {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form as a browser does from a page of the portal.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let request = self
            .request(Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header(header::ORIGIN, ORIGIN)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(encode(fields))).unwrap()).await
    }

    /// Sends the form of `page` whose action is `action`, its hidden fields included.
    pub(super) async fn submit(&mut self, page: &Shown, action: &str, fields: &[(&str, &str)]) -> Shown {
        let hidden = page.hidden_fields(action);
        let mut all: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend_from_slice(fields);
        self.post(action, &all).await
    }

    /// Sends the form of `page` whose action is `action` as it is shown, but for these fields.
    pub(super) async fn submit_as_shown(
        &mut self,
        page: &Shown,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Shown {
        let shown = page.fields_as_shown(action);
        let mut all: Vec<(&str, &str)> =
            shown.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.retain(|(name, _)| !fields.iter().any(|(field, _)| field == name));
        all.extend_from_slice(fields);
        self.post(action, &all).await
    }

    /// Opens a page and sends its form.
    pub(super) async fn open_and_submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
        self.submit(&page, path, fields).await
    }

    pub(super) async fn sign_in(&mut self, name: &str, password: &str) -> Shown {
        self.open_and_submit("/sign-in", &[("username", name), ("password", password)]).await
    }

    pub(super) fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "portal.example.test")
            .header(header::USER_AGENT, "Test browser")
            .extension(PeerAddress(ADDRESS.parse().unwrap()));
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    pub(super) async fn send(&mut self, request: Request<Body>) -> Shown {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Shown {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

impl Shown {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn location(&self) -> &str {
        self.header("location")
    }

    /// What a browser would send of the form with that action if nobody touched it.
    pub(super) fn fields_as_shown(&self, action: &str) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        let mut select = None;
        for piece in self.form(action).split('<') {
            let Some((tag, text)) = piece.split_once('>') else { continue };
            let named = || value(tag, "name");
            let is_choice = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
            let is_chosen = tag.ends_with(" checked") || tag.contains(" checked ");
            match tag.split(' ').next().unwrap() {
                "input" if is_choice && !is_chosen => {}
                "input" => fields.push((named(), value(tag, "value"))),
                "textarea" => fields.push((named(), unescape(text))),
                "select" => select = Some(named()),
                "option" => {
                    if let Some(name) = select.take_if(|_| tag.ends_with(" selected")) {
                        fields.push((name, value(tag, "value")));
                    }
                }
                _ => {}
            }
        }
        fields
    }

    /// The hidden fields of the form with that action.
    pub(super) fn hidden_fields(&self, action: &str) -> Vec<(String, String)> {
        self.form(action)
            .split("<input type=\"hidden\" ")
            .skip(1)
            .map(|input| (value(input, "name"), value(input, "value")))
            .collect()
    }

    fn form(&self, action: &str) -> &str {
        self.body
            .split("<form")
            .skip(1)
            .filter_map(|form| form.split("</form>").next())
            .find(|form| form.split('>').next().unwrap().contains(&format!("action=\"{action}\"")))
            .unwrap_or_else(|| panic!("no form for {action} in\n{}", self.text()))
    }

    pub(super) fn hidden(&self, action: &str, name: &str) -> String {
        let fields = self.hidden_fields(action);
        fields.into_iter().find(|(field, _)| field == name).unwrap_or_else(|| panic!("no field {name}")).1
    }

    /// The text between the tags of `<main>`, a line for each piece.
    pub(super) fn text(&self) -> String {
        let main = self.body.split("<main").nth(1).unwrap_or(&self.body);
        // Where a long word may break is nothing that anybody reads.
        let main = main.split("</main>").next().unwrap().replace("<wbr>", "");
        let pieces =
            main.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| unescape(text.trim()));
        pieces.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

fn value(tag: &str, name: &str) -> String {
    let rest = tag.split_once(&format!("{name}=\"")).unwrap_or_else(|| panic!("no {name} in {tag}")).1;
    unescape(rest.split('"').next().unwrap())
}

fn unescape(text: &str) -> String {
    [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#10;", "\n"), ("&#38;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

//! An identity provider that writes down what is said.

use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, Method, StatusCode, header};
use postern_domain::Clock as _;
use postern_domain::account::Permission;
use postern_domain::api_token::Scope;
use postern_domain::network::Networks;
use postern_service::api::CreateApiToken;
use postern_testkit::{OPERATOR, account_name};
use serde_json::Value;

use crate::tests::client::{Client, TestPortal};

/// An identity provider with its token.
pub(super) struct Provider {
    client: Client,
    token: String,
    said: String,
    /// What stands for each identifier and version in the transcript.
    names: Vec<String>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Answer {
    pub(super) fn id(&self) -> &str {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id in {}", self.body))
    }
}

impl TestPortal {
    /// A token of a new global administrator, with that one scope.
    pub(in crate::tests) async fn token_for(&self, permission: Permission) -> String {
        let owner = format!("owner-of-{}@example.test", permission.name().replace('.', "-"));
        self.test.administrator(&owner).await;
        let new = CreateApiToken {
            account: account_name(&owner),
            name: "Identity provider".parse().unwrap(),
            scopes: [Scope::For(permission)].into_iter().collect(),
            networks: Networks::any(),
            expires_at: self.test.clock.now().plus(Duration::from_secs(86_400)),
        };
        let created = self.test.service.create_api_token(OPERATOR, new).await.unwrap();
        created.text.expose().to_owned()
    }

    pub(super) async fn provider(&self) -> Provider {
        let token = self.token_for(Permission::ProvisionDirectory).await;
        Provider { client: self.client(), token, said: String::new(), names: Vec::new() }
    }
}

impl Provider {
    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub(super) async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.ask_if(method, path, body, &[]).await
    }

    pub(super) async fn ask_if(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
        fields: &[(&str, &str)],
    ) -> Answer {
        let uri = format!("/scim/v2{}", encoded(path));
        let mut request = self
            .client
            .request(method.clone(), &uri)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/scim+json; charset=utf-8");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let octets = body.as_ref().map(Value::to_string).unwrap_or_default();
        let shown = self.client.send(request.body(Body::from(octets)).unwrap()).await;
        let answer = match shown.body.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}")),
        };
        if let Some(detail) = answer["detail"].as_str() {
            assert!(is_sentences(detail), "{method} {path}: {detail}");
        }
        let asked = body.map(|body| format!(" {body}")).unwrap_or_default();
        let said = if answer.is_null() { String::new() } else { format!(" {answer}") };
        self.note(&format!("C: {method} {path}{asked}\nS: {}{said}\n", shown.status.as_u16()));
        Answer { status: shown.status, headers: shown.headers, body: answer }
    }

    /// What was said, with a number for each identifier.
    pub(super) fn transcript(&self) -> &str {
        self.said.trim_end()
    }

    fn note(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let length = [(36, is_identifier as fn(&str) -> bool), (24, is_digest)]
                .iter()
                .find(|(length, is)| rest.get(..*length).is_some_and(is))
                .map(|(length, _)| *length);
            if let Some(length) = length {
                let name = rest[..length].to_owned();
                let known = self.names.iter().position(|known| *known == name);
                let number = known.unwrap_or_else(|| {
                    self.names.push(name);
                    self.names.len() - 1
                });
                self.said.push_str(&format!("#{}", number + 1));
                rest = &rest[length..];
            } else {
                let first = rest.chars().next().unwrap();
                self.said.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
}

/// Whether it begins with a capital and ends with a full stop: whoever set up the provider reads it in its log.
pub(super) fn is_sentences(detail: &str) -> bool {
    detail.starts_with(|first: char| first.is_ascii_uppercase())
        && detail.ends_with('.')
        && !detail.ends_with("..")
}

fn is_identifier(text: &str) -> bool {
    text.bytes().enumerate().all(|(place, octet)| match place {
        8 | 13 | 18 | 23 => octet == b'-',
        _ => octet.is_ascii_hexdigit(),
    })
}

fn is_digest(text: &str) -> bool {
    text.bytes().all(|octet| octet.is_ascii_hexdigit())
}

/// A path with a query, as it travels.
fn encoded(path: &str) -> String {
    path.bytes()
        .map(|octet| match octet {
            b' ' => "%20".to_owned(),
            b'"' => "%22".to_owned(),
            b'[' => "%5B".to_owned(),
            b']' => "%5D".to_owned(),
            octet => char::from(octet).to_string(),
        })
        .collect()
}

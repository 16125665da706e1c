//! What holds for every endpoint, asked of the table.

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use postern_domain::api_token::Scope;
use postern_testkit::OPERATOR;
use serde_json::json;

use super::{ANNA, ROOT, portal, send};
use crate::PeerAddress;
use crate::api::{Endpoint, endpoints};
use crate::tests::client::ADDRESS;

/// The path of an endpoint with something in the place of its parameters.
fn path_of(endpoint: &Endpoint) -> String {
    endpoint
        .path
        .replace("{account}", ANNA)
        .replace("{user}", ANNA)
        .replace("{group}", "sales")
        .replace("{name}", "step_up_age")
        .replace("{reference}", "7Q3K-M2XA")
        .replace("{provider}", "exchange")
        .replace("{method}", "01890000-0000-7000-8000-000000000001")
        .replace("{id}", "01890000-0000-7000-8000-000000000001")
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_and_every_answer_is_secured() {
    let portal = portal().await;
    for endpoint in endpoints() {
        let request = Request::builder()
            .method(endpoint.method.clone())
            .uri(path_of(&endpoint))
            .header(header::HOST, "portal.example.test")
            .header(header::ORIGIN, "https://evil.example")
            .extension(PeerAddress(ADDRESS.parse().unwrap()));
        let answer = send(&portal.router, request.body(Body::empty()).unwrap()).await;
        let which = format!("{} {}", endpoint.method, endpoint.path);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{which}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{which}");
        for (name, value) in [
            ("strict-transport-security", "max-age=63072000"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("cross-origin-resource-policy", "same-origin"),
            ("access-control-allow-origin", ""),
            ("set-cookie", ""),
        ] {
            assert_eq!(answer.header(name), value, "{which}: {name}");
        }
    }
}

/// With every scope but those that the endpoint needs, it is closed; with each of those, it is not.
#[tokio::test]
async fn each_scope_opens_its_endpoints_and_no_other() {
    let portal = portal().await;
    let all: Vec<&str> = Scope::all().map(Scope::name).collect();
    for endpoint in endpoints() {
        let needed: Vec<&str> = endpoint.need.scopes().iter().map(|scope| scope.name()).collect();
        let which = format!("{} {}", endpoint.method, endpoint.path);
        let status = async |scopes: &[&str]| {
            let token = portal.token(ROOT, &scopes.join(" ")).await;
            let program = portal.with(token.text.expose());
            let body = if endpoint.method == Method::GET { json!(null) } else { json!({}) };
            let answer = program.ask(endpoint.method.clone(), &path_of(&endpoint), &body).await;
            let insufficient = answer.body.contains("#insufficient-scope");
            portal.test.service.revoke_api_token(OPERATOR, token.token.id).await.unwrap();
            (answer.status, insufficient)
        };
        if needed.is_empty() {
            continue;
        }
        let others: Vec<&str> = all.iter().copied().filter(|scope| !needed.contains(scope)).collect();
        assert_eq!(status(&others).await, (StatusCode::FORBIDDEN, true), "{which}");
        for scope in needed {
            let (status, insufficient) = status(&[scope]).await;
            assert!(!insufficient && status != StatusCode::UNAUTHORIZED, "{which} with {scope}: {status}");
        }
    }
}

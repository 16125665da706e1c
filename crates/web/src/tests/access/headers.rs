//! The security headers of every answer to a program, whoever asks and in whichever way.

use http::Method;
use postern_domain::account::Role;
use postern_domain::api_token::Scope;

use super::{NOTHING, endpoints, filled, somebody};
use crate::tests::client::{Shown, TestPortal};
use crate::tests::headers::{ask, assert_secure};

/// ASSURANCE 1.6, for an answer that is no page.
fn assert_secure_answer(shown: &Shown, what: &str) {
    for (name, value) in [
        ("strict-transport-security", "max-age=63072000"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        assert_eq!(shown.header(name), value, "{what}: {name}");
    }
    for name in shown.headers.keys() {
        let name = name.as_str();
        assert!(!name.starts_with("access-control-"), "{what}: {name} opens it to other sites");
        assert_ne!(name, "set-cookie", "{what}");
    }
    if !shown.body.is_empty() {
        let kind = shown.header("content-type");
        // The last three are exports.
        let kinds = [
            "application/json",
            "application/problem+json",
            "application/scim+json",
            "text/csv; charset=utf-8",
            "text/csv; charset=utf-8; header=present",
            "application/jsonl; charset=utf-8",
        ];
        assert!(kinds.contains(&kind), "{what}: {kind}");
    }
}

#[tokio::test]
async fn every_answer_to_a_program_has_its_headers() {
    let portal = TestPortal::open().await;
    portal.test.administrator("root@example.test").await;
    let token = portal.token_of("root@example.test", Scope::all().collect()).await;
    let mut paths: Vec<String> = endpoints().iter().map(|each| filled(each.path, NOTHING)).collect();
    paths.sort();
    paths.dedup();
    paths.extend(
        [
            "/api",
            "/api/v1",
            "/api/no/such",
            "/scim/v2",
            "/scim/v2/NoSuch",
            "/api/v1/openapi.json",
            "/api/oauth2/token",
        ]
        .map(str::to_owned),
    );
    for path in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            for bearer in [None, Some(&token)] {
                portal.test.clock.advance(std::time::Duration::from_secs(60));
                let mut client = portal.client();
                let request = client
                    .request(Method::from_bytes(method.as_bytes()).unwrap(), &path)
                    .header("origin", "https://evil.example")
                    .header("content-type", "application/json");
                let request = match bearer {
                    Some(token) => request.header("authorization", format!("Bearer {token}")),
                    None => request,
                };
                let shown = client.send(request.body(axum::body::Body::from("{}")).unwrap()).await;
                assert_secure_answer(&shown, &format!("{method} {path}"));
            }
        }
    }
}

#[tokio::test]
async fn every_page_has_its_headers_for_who_may_see_it_too() {
    let portal = TestPortal::open().await;
    let mut admin = somebody(&portal, Role::GlobalAdministrator).await;
    for page in crate::admin::routes::pages() {
        for method in page.methods {
            let shown = ask(&mut admin.client, method, &filled(page.path, NOTHING)).await;
            assert_secure(&shown, &format!("{method} {}", page.path));
        }
    }
}

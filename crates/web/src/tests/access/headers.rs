//! The security headers of every answer to a program, whoever asks and in whichever way.

use http::Method;
use postern_domain::account::Role;
use postern_domain::api_token::Scope;
use postern_testkit::{SwitchableStore, TestService};

use super::{NOTHING, endpoints, filled, somebody};
use crate::portal::routes::pages;
use crate::tests::client::{Client, Shown, TestPortal};
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
            "/api/oidc/back-channel-logout",
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

/// A request of that kind to the path, with what is needed to get as far as the question.
async fn shown(client: &mut Client, method: &str, path: &str, host: &str, body: String) -> Shown {
    let mut request = client
        .request(Method::from_bytes(method.as_bytes()).unwrap(), path)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(body))
        .unwrap();
    request.headers_mut().insert("host", host.parse().unwrap());
    client.send(request).await
}

/// What is no page of the table: answers without a body, errors of every kind, and files.
#[tokio::test]
async fn answers_that_are_no_page_have_their_headers_too() {
    let switch = SwitchableStore::open().await;
    let portal = TestPortal::over(TestService::open_on(switch.clone()).await);
    let mut admin = somebody(&portal, Role::GlobalAdministrator).await;
    let token = portal.token_of("global-administrator@example.test", Scope::all().collect()).await;
    const HOST: &str = "portal.example.test";
    for page in pages().iter().filter(|page| page.methods.contains(&"GET")) {
        let head = shown(&mut admin.client, "HEAD", &filled(page.path, NOTHING), HOST, String::new()).await;
        assert_secure(&head, &format!("HEAD {}", page.path));
        assert_eq!(head.body, "", "HEAD {}", page.path);
    }
    let long = "x".repeat(70_000);
    let asked = [
        ("413", "POST", "/sign-in", HOST, long.clone()),
        ("404", "GET", "/no/such/page", HOST, String::new()),
        ("404", "GET", "/static/nothing.css", HOST, String::new()),
        ("405", "DELETE", "/sign-in", HOST, String::new()),
        ("405", "OPTIONS", "/sign-in", HOST, String::new()),
        ("421", "GET", "/sign-in", "evil.example", String::new()),
        ("403", "POST", "/sign-in", HOST, "form_token=wrong".to_owned()),
    ];
    for (status, method, path, host, body) in asked {
        let answer = shown(&mut admin.client, method, path, host, body).await;
        assert_eq!(answer.status.as_str(), status, "{method} {path} {host}");
        assert_secure(&answer, &format!("{status}: {method} {path} {host}"));
    }
    let sheet = admin.client.get("/security-info").await.body;
    let sheet = sheet.split("href=\"/static/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let file = admin.client.get(&format!("/static/{sheet}")).await;
    assert_eq!((file.status.as_u16(), file.header("x-content-type-options")), (200, "nosniff"));
    assert_eq!(file.header("cross-origin-resource-policy"), "same-origin");

    // The same of what programs ask.
    for (status, method, path, host, body) in [
        ("413", "POST", "/api/v1/accounts", HOST, long.clone()),
        ("413", "POST", "/scim/v2/Users", HOST, "x".repeat(1 << 23)),
        ("421", "GET", "/api/v1/me", "evil.example", String::new()),
        ("421", "GET", "/scim/v2/Users", "evil.example", String::new()),
        ("200", "HEAD", "/api/v1/me", HOST, String::new()),
    ] {
        let mut client = portal.client();
        let request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
        let kind = if path.starts_with("/scim") { "application/scim+json" } else { "application/json" };
        let request = request.header("authorization", format!("Bearer {token}")).header("content-type", kind);
        let mut request = request.body(axum::body::Body::from(body)).unwrap();
        request.headers_mut().insert("host", host.parse().unwrap());
        let answer = client.send(request).await;
        assert_eq!(answer.status.as_str(), status, "{method} {path} {host}: {}", answer.body);
        assert_secure_answer(&answer, &format!("{status}: {method} {path} {host}"));
    }

    // Ours: the database is gone.
    switch.take_down();
    let answer = admin.client.get("/security-info").await;
    assert_eq!(answer.status.as_u16(), 503);
    assert_secure(&answer, "503: a page");
    for path in ["/api/v1/me", "/scim/v2/Users"] {
        let mut client = portal.client();
        let request = client.request(Method::GET, path).header("authorization", format!("Bearer {token}"));
        let answer = client.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status.as_u16(), 503, "{path}: {}", answer.body);
        assert_secure_answer(&answer, path);
    }
}

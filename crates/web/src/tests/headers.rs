//! What holds for every page, walked from the table of the pages, so that a new one cannot be forgotten.

use http::{Method, StatusCode, Version};

use super::client::{Client, Shown, TestPortal};
use crate::portal::routes::{Access, Page, pages};

/// An address of the page, with an identifier of nothing where one belongs.
pub(super) fn address(page: &Page) -> String {
    page.path
        .replace("{id}", "00000000-0000-7000-8000-000000000000")
        .replace("{token}", "nothing")
        .replace("{file}", "nothing.css")
}

pub(super) async fn ask(client: &mut Client, method: &str, path: &str) -> Shown {
    if method == "GET" { client.get(path).await } else { client.post(path, &[]).await }
}

pub(super) fn assert_secure(shown: &Shown, what: &str) {
    for (name, value) in [
        ("strict-transport-security", "max-age=63072000"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(shown.header(name), value, "{what}: {name}");
    }
    let policy = shown.header("content-security-policy");
    for part in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(part), "{what}: {part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert!(shown.header("permissions-policy").contains("camera=()"), "{what}");
    let nonce = policy.split("style-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert_eq!(nonce.len(), 22, "{what}");
    assert!(policy.contains(&format!("script-src 'nonce-{nonce}'")), "{what}");
    if !shown.body.is_empty() && shown.header("content-type").starts_with("text/html") {
        assert!(shown.body.contains(&format!("nonce=\"{nonce}\"")), "{what}: the page has another nonce");
        assert!(!shown.body.contains(" style=") && !shown.body.contains(" onclick="), "{what}");
    }
}

#[tokio::test]
async fn every_page_has_its_headers_whoever_asks() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    for page in pages() {
        let path = address(&page);
        for method in ["GET", "POST", "PUT", "OPTIONS"] {
            let what = format!("{method} {path}");
            let mut stranger = portal.client();
            assert_secure(&ask(&mut stranger, method, &path).await, &what);
            assert_secure(&ask(&mut person.client, method, &path).await, &format!("{what}, signed in"));
        }
    }
    assert_secure(&portal.client().get("/no/such/page").await, "no such page");
}

#[tokio::test]
async fn two_answers_never_share_a_nonce() {
    let portal = TestPortal::open().await;
    let mut client = portal.client();
    let (first, second) = (client.get("/sign-in").await, client.get("/sign-in").await);
    assert_ne!(first.header("content-security-policy"), second.header("content-security-policy"));
}

#[tokio::test]
async fn no_page_behind_sign_in_opens_to_a_stranger() {
    let portal = TestPortal::open().await;
    let behind: Vec<Page> = pages().into_iter().filter(|page| page.access != Access::Open).collect();
    assert!(behind.len() > 10);
    for page in behind {
        for method in page.methods {
            let shown = ask(&mut portal.client(), method, &address(&page)).await;
            assert_eq!(shown.status, StatusCode::SEE_OTHER, "{method} {}", page.path);
            assert!(shown.location().starts_with("/sign-in"), "{method} {}", page.path);
        }
    }
}

#[tokio::test]
async fn no_page_behind_the_second_factor_opens_after_the_first() {
    let portal = TestPortal::open().await;
    portal.person("anna@example.test").await;
    let mut client = portal.client();
    client.sign_in("anna@example.test", postern_testkit::ACCOUNT_PASSWORD).await;
    for page in pages().iter().filter(|page| matches!(page.access, Access::Inside | Access::May(_))) {
        for method in page.methods {
            let shown = ask(&mut client, method, &address(page)).await;
            assert_eq!(shown.location(), "/sign-in/code", "{method} {}", page.path);
        }
    }
    // Registering another method would be a way around the second factor.
    assert_eq!(client.get("/methods/authenticator/new").await.location(), "/sign-in/code");
    assert_eq!(client.post("/methods/authenticator/new", &[]).await.location(), "/sign-in/code");
}

#[tokio::test]
async fn a_page_takes_the_methods_of_the_table_only() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    for page in pages() {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            if page.methods.contains(&method) {
                continue;
            }
            let request = person
                .client
                .request(Method::from_bytes(method.as_bytes()).unwrap(), &address(&page))
                .header("sec-fetch-site", "same-origin");
            let shown = person.client.send(request.body(axum::body::Body::empty()).unwrap()).await;
            assert_eq!(shown.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {}", page.path);
        }
    }
}

#[tokio::test]
async fn no_page_takes_a_changing_method_that_is_not_checked_for_its_origin() {
    assert!(pages().iter().flat_map(|page| page.methods).all(|method| matches!(*method, "GET" | "POST")));
    let portal = TestPortal::open().await;
    for method in ["PUT", "DELETE", "PATCH", "PROPFIND"] {
        let client = portal.client();
        let request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), "/sign-in");
        let shown = portal.client().send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(shown.status, StatusCode::METHOD_NOT_ALLOWED, "{method} without any word of its origin");
        assert_eq!(shown.header("allow"), "GET,HEAD,POST", "{method}");
        assert_secure(&shown, method);
    }
}

#[tokio::test]
async fn two_hosts_are_one_too_many() {
    let portal = TestPortal::open().await;
    for second in ["portal.example.test", "evil.example"] {
        let mut request =
            portal.client().request(Method::GET, "/sign-in").body(axum::body::Body::empty()).unwrap();
        request.headers_mut().append("host", second.parse().unwrap());
        let shown = portal.client().send(request).await;
        assert_eq!(shown.status, StatusCode::BAD_REQUEST, "{second}");
        assert_secure(&shown, "two hosts");
    }
}

/// What the version, the target and `Host` say, and for whom it is taken.
#[tokio::test]
async fn the_host_is_the_targets_and_in_http_2_both_must_be_one() {
    const OURS: &str = "portal.example.test";
    let portal = TestPortal::open().await;
    let whole = "https://portal.example.test/sign-in";
    for (version, target, host, status) in [
        // RFC 9112 3.2.2: what stands in the target counts, whatever `Host` says; but 3.2: there must be one.
        (Version::HTTP_11, whole, Some(OURS), 200),
        (Version::HTTP_11, whole, Some("evil.example"), 200),
        (Version::HTTP_11, "https://evil.example/sign-in", Some(OURS), 421),
        (Version::HTTP_11, whole, None, 400),
        (Version::HTTP_11, "/sign-in", None, 400),
        (Version::HTTP_10, "/sign-in", None, 421),
        // RFC 9113 8.3.1: `:authority` is the target's.
        (Version::HTTP_2, whole, None, 200),
        (Version::HTTP_2, whole, Some("PORTAL.example.test:443"), 200),
        (Version::HTTP_2, whole, Some("evil.example"), 400),
        (Version::HTTP_2, whole, Some("portal.example.test:8443"), 400),
        (Version::HTTP_2, whole, Some(""), 400),
        (Version::HTTP_2, "https://evil.example/sign-in", Some(OURS), 400),
        (Version::HTTP_2, "https://evil.example/sign-in", None, 421),
        (Version::HTTP_2, "/sign-in", Some(OURS), 200),
    ] {
        for path in ["/sign-in", "/api/v1/openapi.json"] {
            let target = target.replace("/sign-in", path);
            let mut request =
                portal.client().request(Method::GET, &target).body(axum::body::Body::empty()).unwrap();
            *request.version_mut() = version;
            request.headers_mut().remove("host");
            if let Some(host) = host {
                request.headers_mut().insert("host", host.parse().unwrap());
            }
            let shown = portal.client().send(request).await;
            assert_eq!(shown.status, status, "{version:?} {target} {host:?}");
        }
    }
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_a_name_that_holds_their_digest() {
    let portal = TestPortal::open().await;
    let mut client = portal.client();
    let page = client.get("/sign-in").await;
    let style = page.body.split("href=\"").find(|part| part.starts_with("/static/portal-")).unwrap();
    let style = client.get(style.split('"').next().unwrap()).await;
    assert_eq!((style.status, style.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(client.get("/static/portal.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_request_for_another_host_is_turned_away() {
    let portal = TestPortal::open().await;
    let client = portal.client();
    for host in ["evil.example", "portal.example.test:8443", "portal.example.test.evil.example", ""] {
        let mut request = client.request(Method::GET, "/sign-in").body(axum::body::Body::empty()).unwrap();
        request.headers_mut().insert("host", host.parse().unwrap());
        let shown = portal.client().send(request).await;
        assert_eq!(shown.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(shown.body.contains("https://portal.example.test/"), "{host}");
    }
    let mut request = client.request(Method::GET, "/sign-in").body(axum::body::Body::empty()).unwrap();
    request.headers_mut().insert("host", "Portal.Example.test:443".parse().unwrap());
    assert_eq!(portal.client().send(request).await.status, StatusCode::OK);
}

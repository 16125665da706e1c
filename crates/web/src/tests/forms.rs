//! Forms of other sites and forms without a token change nothing.

use axum::body::Body;
use http::{Method, StatusCode};

use super::client::{ORIGIN, Shown, TestPortal};
use crate::portal::routes::pages;

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn no_form_is_taken_without_its_token() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    for page in pages().iter().filter(|page| page.methods.contains(&"POST")) {
        let path =
            page.path.replace("{id}", "00000000-0000-7000-8000-000000000000").replace("{token}", "nothing");
        if path.starts_with("/sign-in/") {
            continue; // Not open to somebody who is in; the next test has the sign-in form.
        }
        for fields in [&[][..], &[("form_token", "")], &[("form_token", "AAAA")]] {
            let shown = person.client.post(&path, fields).await;
            assert_eq!(shown.status, StatusCode::FORBIDDEN, "{path} {fields:?}");
        }
    }
    assert_eq!(person.client.get("/security-info").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_sign_in_form_is_bound_to_the_browser_that_asked_for_it() {
    let portal = TestPortal::open().await;
    let mut attacker = portal.client();
    let form = attacker.get("/sign-in").await;
    let token = form.hidden("/sign-in", "form_token");
    let mut victim = portal.client();
    let fields = [("form_token", token.as_str()), ("username", "mallory@example.test"), ("password", "x")];
    // Without a cookie of its own, and with one that the token does not fit.
    assert_eq!(victim.post("/sign-in", &fields).await.status, StatusCode::FORBIDDEN);
    victim.get("/sign-in").await;
    let shown = victim.post("/sign-in", &fields).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
    assert!(shown.text().starts_with("This form is not valid any more"), "{}", shown.text());
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_even_with_its_token() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    let token = person.client.get("/security-info").await.hidden("/sign-out", "form_token");
    let cases: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", ORIGIN)],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[],
    ];
    for headers in cases {
        let mut request = person.client.request(Method::POST, "/sign-out").header("content-type", FORM);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Body::from(format!("form_token={token}"));
        let shown: Shown = person.client.send(request.body(body).unwrap()).await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert_eq!(person.client.get("/security-info").await.status, StatusCode::OK);
    let request = person
        .client
        .request(Method::POST, "/sign-out")
        .header("content-type", FORM)
        .header("origin", ORIGIN);
    let shown = person.client.send(request.body(Body::from(format!("form_token={token}"))).unwrap()).await;
    assert_eq!(shown.location(), "/sign-in?done=signed-out");
}

#[tokio::test]
async fn a_form_is_bounded_and_must_be_one() {
    let portal = TestPortal::open().await;
    let mut client = portal.client();
    client.get("/sign-in").await;
    let send = |client: &super::client::Client, kind: &str, body: String| {
        client
            .request(Method::POST, "/sign-in")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", kind)
            .body(Body::from(body))
            .unwrap()
    };
    for (kind, body, status) in [
        (FORM, format!("password={}", "x".repeat(70_000)), StatusCode::PAYLOAD_TOO_LARGE),
        (FORM, "a=b&".repeat(65), StatusCode::PAYLOAD_TOO_LARGE),
        ("application/json", "{}".to_owned(), StatusCode::BAD_REQUEST),
        ("text/plain", "form_token=x".to_owned(), StatusCode::BAD_REQUEST),
    ] {
        let request = send(&client, kind, body);
        let shown = client.send(request).await;
        assert_eq!(shown.status, status, "{kind}");
        assert!(shown.body.contains("Nothing was changed"), "{kind}");
    }
}

/// Whoever does not see a page hears its title first, then the text of what has the focus: the problem, or the field with the
/// problem as its description.
#[tokio::test]
async fn what_is_wrong_is_heard_first() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    let page = person.client.get("/app-passwords/new").await;
    assert!(!page.body.contains("Error:"), "{}", page.body);
    let page = person.client.open_and_submit("/app-passwords/new", &[("name", "x")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("<title>Error: Create an app password"), "{}", page.body);
    assert!(page.body.contains("role=\"alert\" tabindex=\"-1\" autofocus>"), "{}", page.body);

    let mut stranger = portal.client();
    let page = stranger.sign_in("anna@example.test", "not the password").await;
    assert!(page.body.contains("<title>Error: Sign in"), "{}", page.body);
    let field = page.body.split("<input id=\"password\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(field.contains("autofocus aria-invalid=\"true\" aria-describedby=\"problem\""), "{field}");
    assert_eq!(page.body.matches("id=\"problem\"").count(), 1, "{}", page.body);
}

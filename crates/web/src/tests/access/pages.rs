//! Each role before each page, its forms sent with a token that is right.

use axum::body::Body;
use http::{Method, StatusCode, header};
use postern_domain::account::{Permission, Role};
use postern_domain::mfa::MfaState;
use tower::ServiceExt as _;

use super::{NOTHING, assert_answered, deeds, filled, somebody};
use crate::admin;
use crate::portal::routes::{Access, Page, pages};
use crate::tests::client::{Client, ORIGIN, Person, Shown, TestPortal};

/// The person's form token, which is the same in every form of theirs.
async fn token(person: &mut Person) -> String {
    person.client.get("/security-info").await.hidden("/sign-out", "form_token")
}

async fn ask(client: &mut Client, page: &Page, method: &str, token: &str) -> Shown {
    let path = filled(page.path, NOTHING);
    if method == "GET" { client.get(&path).await } else { client.post(&path, &[("form_token", token)]).await }
}

/// Whether it is the page that says that the role does not allow this.
fn is_refused(shown: &Shown) -> bool {
    shown.status == StatusCode::FORBIDDEN && shown.body.contains("Your role does not allow")
}

/// Signing out would end the walk.
fn walked() -> impl Iterator<Item = Page> {
    pages().into_iter().filter(|page| page.path != "/sign-out")
}

#[tokio::test]
async fn each_role_sees_the_pages_of_its_permissions_and_no_other() {
    let portal = TestPortal::open().await;
    for role in Role::ALL {
        let mut person = somebody(&portal, *role).await;
        let token = token(&mut person).await;
        for page in walked() {
            for method in page.methods {
                let what = format!("{method} {} as {}", page.path, role.name());
                let before = deeds(&portal).await;
                let shown = ask(&mut person.client, &page, method, &token).await;
                assert_answered(&shown, &what);
                let allowed = match page.access {
                    Access::Open | Access::Halfway | Access::Inside => true,
                    Access::May(permission) => role.may(permission),
                };
                assert_eq!(is_refused(&shown), !allowed, "{what}: {} {}", shown.status, shown.text());
                if !allowed {
                    assert_eq!(deeds(&portal).await, before, "{what}: something was done");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_admin_page_is_in_the_admin_area_and_asks_for_a_permission() {
    for page in pages() {
        let asks = matches!(page.access, Access::May(_));
        assert_eq!(asks, page.path.starts_with("/admin"), "{}", page.path);
    }
    assert!(!admin::routes::pages().is_empty());
}

/// Pages that show nothing of anybody: words, an empty form, or that nothing was chosen.
const SAYS_NOTHING: &[(&str, &str)] = &[
    ("GET", "/admin"),
    ("GET", "/admin/accounts/new"),
    ("GET", "/admin/import"),
    ("GET", "/admin/service-principals/new"),
    ("GET", "/admin/settings/held-for"),
    ("POST", "/admin/accounts/bulk"),
];

/// The layer in front of a page is taken away: the deed behind it refuses by itself.
#[tokio::test]
async fn the_deed_behind_an_admin_page_refuses_without_the_layer_in_front_of_it() {
    let portal = TestPortal::open().await;
    // Somebody who is there: of nobody there would be nothing to refuse.
    let bo = portal.test.account("bo@example.test", MfaState::Enforced).await.id.to_string();
    let mut opened = Vec::new();
    let bare = crate::portal::router_without_roles(portal.test.service.clone(), portal.config.clone());
    for role in Role::ALL {
        let mut person = somebody(&portal, *role).await;
        let token = token(&mut person).await;
        for page in walked() {
            let Access::May(permission) = page.access else { continue };
            if role.may(permission) {
                continue;
            }
            for method in page.methods {
                let what = format!("{method} {} as {} without the layer", page.path, role.name());
                let before = deeds(&portal).await;
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                let path = filled(page.path, &bo);
                let request = person.client.request(method.clone(), &path);
                let request = request
                    .header("sec-fetch-site", "same-origin")
                    .header(header::ORIGIN, ORIGIN)
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                let body = if method == Method::GET { String::new() } else { format!("form_token={token}") };
                let response = bare.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
                let status = response.status();
                assert!(!status.is_server_error(), "{what}: {status}");
                // What a deed on an account asks says no more of the account than who may read it reads anyway.
                let asks = method == Method::GET && page.path.starts_with("/admin/accounts/{id}/");
                let harmless = SAYS_NOTHING.contains(&(method.as_str(), page.path))
                    || (asks && role.may(Permission::ReadAccounts));
                if status == StatusCode::OK && !harmless {
                    opened.push(what.clone());
                }
                assert_eq!(deeds(&portal).await, before, "{what}: something was done");
            }
        }
    }
    assert!(opened.is_empty(), "{opened:#?}");
}

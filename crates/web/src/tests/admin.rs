//! The admin area opens by role, page by page, from the table.

use http::{Method, StatusCode};
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use serde_json::json;

use super::client::TestPortal;
use super::headers::{address, ask};
use crate::portal::routes::{Access, pages};

#[tokio::test]
async fn a_page_opens_to_the_roles_that_its_row_names_and_to_no_other() {
    let portal = TestPortal::open().await;
    for role in Role::ALL {
        let name = format!("{}@example.test", role.name());
        portal.test.add(&name, MfaState::Enforced, *role, AccountKind::Person).await;
        let mut person = portal.enrolled(&name).await;
        for page in pages() {
            let Access::May(permission) = page.access else { continue };
            for method in page.methods {
                let shown = ask(&mut person.client, method, &address(&page)).await;
                let refused =
                    shown.status == StatusCode::FORBIDDEN && shown.body.contains("Your role does not allow");
                assert_eq!(refused, !role.may(permission), "{method} {} as {}", page.path, role.name());
            }
        }
    }
}

#[tokio::test]
async fn the_way_to_the_admin_area_is_shown_to_those_who_may_go_it() {
    let portal = TestPortal::open().await;
    let mut member = portal.person("anna@example.test").await;
    assert!(!member.client.get("/security-info").await.body.contains("href=\"/admin\""));
    portal.test.add("help@example.test", MfaState::Enforced, Role::HelpDesk, AccountKind::Person).await;
    let mut help = portal.enrolled("help@example.test").await;
    let shown = help.client.get("/security-info").await;
    assert!(shown.body.contains("href=\"/admin\"") && shown.body.contains("Help desk"), "{}", shown.body);
}

/// What cannot be read is said above an empty list, and is taken neither for a search that finds nothing nor for none at all.
#[tokio::test]
async fn a_list_says_what_it_cannot_read() {
    let portal = TestPortal::open().await;
    portal.test.administrator("root@example.test").await;
    let mut root = portal.enrolled("root@example.test").await;
    portal.test.account("anna@example.test", MfaState::Enforced).await;
    let program = portal.program("root@example.test", "accounts.read sessions.end").await;
    let change = json!({ "change": "end-sessions", "accounts": ["anna@example.test"] });
    let begun = program.ask(Method::POST, "/api/v1/account-changes", &change).await.json();
    let of_accounts =
        ["mfa", "role", "kind", "status", "group", "passwords", "methods", "after", "before"].as_slice();
    let not_done = format!("/admin/changes/{}", begun["id"].as_str().unwrap());
    for (path, fields) in [
        ("/admin/accounts", of_accounts),
        ("/admin/mfa", of_accounts),
        ("/admin/mfa/programs", &["stopped", "after", "mfa", "group"]),
        ("/admin/changes", &["before"]),
        (&not_done, &["after"]),
        ("/admin/tokens", &["owner", "after", "before"]),
        ("/admin/sign-ins", &["account", "place", "outcome", "from", "to", "before"]),
        ("/admin/inventory", &["kind", "flag", "door", "owner", "after"]),
        ("/admin/audit", &["account", "app_password", "operation", "from", "to", "before"]),
    ] {
        let good = root.client.get(path).await;
        assert_eq!(good.status, StatusCode::OK, "{path}: {}", good.text());
        assert!(!good.body.contains("role=\"alert\""), "{path}: {}", good.text());
        for field in fields {
            let shown = root.client.get(&format!("{path}?{field}=z%20z")).await;
            assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}?{field}: {}", shown.text());
            assert!(shown.body.contains("role=\"alert\""), "{path}?{field}: {}", shown.text());
            let listed = ["rel=\"next\"", "<tbody>"].iter().any(|row| shown.body.contains(row));
            assert!(!listed || path == "/admin/tokens", "{path}?{field}: {}", shown.text());
            // A field that is sent empty, as a form does, asks for nothing.
            let empty = root.client.get(&format!("{path}?{field}=")).await;
            assert_eq!(empty.status, StatusCode::OK, "{path}?{field}=: {}", empty.text());
        }
    }
}

//! The admin area opens by role, page by page, from the table.

use http::StatusCode;
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;

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

//! Two accounts: whatever one has, to the other it is as if it were not there, on every page and at every endpoint.

use std::time::Duration;

use http::StatusCode;
use postern_domain::account::Role;
use postern_domain::api_token::{Scope, Scopes};
use postern_service::api::ApiTokenQuery;
use postern_service::refusal::EventFilter;
use postern_testkit::{OPERATOR, account_name};

use super::endpoints::{ask, token_from_better_days};
use super::{NOTHING, assert_answered, deeds, endpoints, filled};
use crate::portal::routes::{Access, pages};
use crate::tests::client::{Person, TestPortal};

/// Bert with one of everything; and what each is named by.
async fn bert(portal: &TestPortal) -> (Person, Vec<String>) {
    let bert = portal.person("bert@example.test").await;
    let created = portal.test.app_password("bert@example.test", "Scanner 2nd floor").await;
    portal.token_of("bert@example.test", own_scopes()).await;
    let details =
        portal.test.service.find_account(OPERATOR, &account_name("bert@example.test")).await.unwrap();
    let mut ids = vec![details.account.id.to_string(), created.app_password.id.to_string()];
    ids.extend(details.methods.iter().map(|method| method.id.to_string()));
    let tokens = portal
        .test
        .service
        .list_api_tokens(OPERATOR, &ApiTokenQuery { limit: 1000, ..ApiTokenQuery::default() })
        .await
        .unwrap();
    ids.extend(tokens.iter().map(|listed| listed.token.id.to_string()));
    let mut snapshot = portal.test.store.snapshot().await.unwrap();
    let sessions = snapshot.portal_sessions_of(details.account.id).await.unwrap();
    ids.extend(sessions.iter().map(|session| session.id.to_string()));
    (bert, ids)
}

fn own_scopes() -> Scopes {
    Scope::all().filter(|scope| matches!(scope, Scope::Own(_))).collect()
}

#[tokio::test]
async fn no_page_tells_what_another_has_from_what_is_not_there() {
    let portal = TestPortal::open().await;
    let (mut bert, ids) = bert(&portal).await;
    let mut anna = portal.person("anna@example.test").await;
    let token = anna.client.get("/security-info").await.hidden("/sign-out", "form_token");
    let fields = [("form_token", token.as_str()), ("reason", "x"), ("overlap", "0")];
    let mut opens_to_its_owner = 0;
    for page in pages() {
        if page.access != Access::Inside || !page.path.contains('{') {
            continue;
        }
        for method in page.methods {
            for id in &ids {
                let (theirs, nothing) = (filled(page.path, id), filled(page.path, NOTHING));
                let what = format!("{method} {theirs}");
                let before = deeds(&portal).await;
                let (shown, missing) = if *method == "GET" {
                    let owner = bert.client.get(&theirs).await;
                    opens_to_its_owner += usize::from(owner.status == StatusCode::OK);
                    (anna.client.get(&theirs).await, anna.client.get(&nothing).await)
                } else {
                    (anna.client.post(&theirs, &fields).await, anna.client.post(&nothing, &fields).await)
                };
                assert_answered(&shown, &what);
                let same = |text: String| text.replace(id, NOTHING);
                assert_eq!(shown.status, missing.status, "{what}");
                assert_eq!(same(shown.text()), missing.text(), "{what}");
                assert_eq!(same(shown.location().to_owned()), missing.location(), "{what}");
                assert_eq!(deeds(&portal).await, before, "{what}: something was done");
            }
        }
    }
    assert!(opens_to_its_owner >= 3, "the identifiers are those of nothing: {opens_to_its_owner}");
}

#[tokio::test]
async fn no_endpoint_tells_what_another_has_from_what_is_not_there() {
    let portal = TestPortal::open().await;
    let (_, ids) = bert(&portal).await;
    let anna = token_from_better_days(&portal, Role::Member).await;
    // The sign-ins of so far are written down, and sealed, by whoever reads them first.
    portal.test.service.list_sign_in_events(OPERATOR, EventFilter::default()).await.unwrap();
    let bearer = format!("Bearer {anna}");
    for endpoint in endpoints().into_iter().filter(|endpoint| endpoint.path.contains('{')) {
        for id in ids.iter().map(String::as_str).chain(["bert@example.test"]) {
            portal.test.clock.advance(Duration::from_secs(60));
            let what = format!("{} {}", endpoint.method, filled(endpoint.path, id));
            let before = deeds(&portal).await;
            let nothing = if id.contains('@') { "nobody@example.test" } else { NOTHING };
            let theirs = ask(&mut portal.client(), &endpoint, Some(&bearer), id).await;
            let missing = ask(&mut portal.client(), &endpoint, Some(&bearer), nothing).await;
            assert!(theirs.status.is_client_error(), "{what}: {} {}", theirs.status, theirs.body);
            assert_eq!(theirs.status, missing.status, "{what}");
            assert_eq!(theirs.body.replace(id, nothing), missing.body, "{what}");
            assert_eq!(deeds(&portal).await, before, "{what}: something was done");
        }
    }
}

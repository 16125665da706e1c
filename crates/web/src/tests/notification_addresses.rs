//! The addresses at which somebody is told, through the pages.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;

use super::client::{Person, TestPortal};

const ANNA: &str = "anna@example.test";
const HOME: &str = "home@example.net";

/// The code in the newest mail to an address.
fn code(portal: &TestPortal, to: &str) -> String {
    let mails = portal.test.messenger.take_mails();
    let mail = mails.iter().rfind(|mail| mail.to.as_str() == to).expect("a mail was sent there");
    mail.text.chars().take(6).collect()
}

async fn anna() -> (TestPortal, Person) {
    let portal = TestPortal::open().await;
    let person = portal.person(ANNA).await;
    (portal, person)
}

#[tokio::test]
async fn an_address_is_added_confirmed_and_removed() {
    let (portal, mut person) = anna().await;
    let added = person.client.open_and_submit("/notices/addresses/new", &[("address", HOME)]).await;
    let page = added.location().to_owned();
    let typed = code(&portal, HOME);
    assert!(person.client.get("/notices").await.text().contains("Not confirmed"));
    let wrong = if typed == "000000" { "000001" } else { "000000" };
    let refused = person.client.open_and_submit(&page, &[("address_code", wrong)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("That code is not right"), "{}", refused.text());
    let confirmed = person.client.submit(&refused, &page, &[("address_code", &typed)]).await;
    assert_eq!(confirmed.location(), "/notices?done=address-confirmed");
    let shown = person.client.get("/notices?done=address-confirmed").await.text();
    assert!(shown.contains("The address is confirmed") && !shown.contains("Not confirmed"), "{shown}");
    assert!(shown.contains("The addresses that get your notices were changed"), "{shown}");
    assert_eq!(person.client.get(&page).await.location(), "/notices", "there is nothing to confirm any more");

    let removed = person.client.open_and_submit(&format!("{page}/remove"), &[]).await;
    assert_eq!(removed.location(), "/notices?done=address-removed");
    assert_eq!(person.client.get(&page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_an_address_is_said_beside_the_form() {
    let (portal, mut person) = anna().await;
    for (typed, words) in [("anna", "address"), (ANNA, "Notices go to the address of the account anyway")] {
        let shown = person.client.open_and_submit("/notices/addresses/new", &[("address", typed)]).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(shown.text().contains(words), "{}", shown.text());
    }
    person.client.open_and_submit("/notices/addresses/new", &[("address", HOME)]).await;
    let soon = person.client.open_and_submit("/notices/addresses/new", &[("address", HOME)]).await;
    assert_eq!(soon.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(soon.text().contains("Confirm the address"), "{}", soon.text());
    let _ = code(&portal, HOME);
}

#[tokio::test]
async fn each_step_asks_for_a_fresh_second_factor_and_keeps_what_was_typed() {
    let (portal, mut person) = anna().await;
    portal.test.clock.advance(Duration::from_secs(11 * 60));
    let question = person.client.open_and_submit("/notices/addresses/new", &[("address", HOME)]).await;
    assert!(question.text().contains("Confirm that it is you"), "{}", question.text());
    assert_eq!(question.hidden("/notices/addresses/new", "address"), HOME);
    let factor = portal.code(&person.key);
    let added = person.client.submit(&question, "/notices/addresses/new", &[("step_up_code", &factor)]).await;
    let page = added.location().to_owned();
    portal.test.clock.advance(Duration::from_secs(11 * 60));
    let question = person.client.open_and_submit(&format!("{page}/remove"), &[]).await;
    assert!(question.text().contains("Confirm that it is you"), "{}", question.text());
}

#[tokio::test]
async fn nobody_opens_or_changes_anothers() {
    let (portal, mut anna) = anna().await;
    let added = anna.client.open_and_submit("/notices/addresses/new", &[("address", HOME)]).await;
    let page = added.location().to_owned();
    let typed = code(&portal, HOME);
    let mut bo = portal.person("bo@example.test").await;
    let form_token = bo.client.get("/security-info").await.hidden("/sign-out", "form_token");
    for path in [page.clone(), format!("{page}/remove")] {
        assert_eq!(bo.client.get(&path).await.status, StatusCode::NOT_FOUND);
        let fields = [("form_token", form_token.as_str()), ("address_code", typed.as_str())];
        assert_eq!(bo.client.post(&path, &fields).await.status, StatusCode::NOT_FOUND);
    }
    assert!(anna.client.get("/notices").await.text().contains("Not confirmed"));
}

#[tokio::test]
async fn an_administrators_token_vouches_for_an_address_of_a_service_account_and_for_none_of_its_own() {
    let portal = super::api::portal().await;
    let root =
        portal.program(super::api::ROOT, "accounts.read accounts.write notification-addresses.own").await;
    let bo = portal.program(super::api::BO, "account.own notification-addresses.own").await;
    let body = json!({ "address": "crm-team@example.net" });
    let of_crm = format!("/api/v1/accounts/{}/notification-addresses", super::api::PROGRAM);
    let refused = bo.ask(Method::POST, &of_crm, &body).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.body);
    let added = root.ask(Method::POST, &of_crm, &body).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    assert!(added.json()["confirmedAt"].is_string(), "{}", added.body);
    portal.test.service.deliver_notices().await.unwrap();
    let told = portal.test.messenger.take_mails();
    assert!(told.iter().any(|mail| mail.to.as_str() == super::api::PROGRAM), "the account is told");

    let own = root.ask(Method::POST, "/api/v1/accounts/me/notification-addresses", &body).await;
    assert_eq!(own.status, StatusCode::CREATED, "{}", own.body);
    assert!(own.json()["confirmedAt"].is_null(), "its own needs the code: {}", own.body);
}

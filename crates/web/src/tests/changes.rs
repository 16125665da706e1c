//! What an owner changes of an app password, and what a refusal leads to.

use std::time::Duration;

use http::StatusCode;
use postern_domain::id::AppPasswordId;
use postern_service::door::DoorAnswer;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR};

use super::client::{Person, Shown, TestPortal};

const ANNA: &str = "anna@example.test";
const LATER: Duration = Duration::from_secs(11 * 60);

/// Anna, an app password of hers, and its secret.
async fn story() -> (TestPortal, Person, AppPasswordId, String) {
    let portal = TestPortal::open().await;
    let person = portal.person(ANNA).await;
    let created = portal.test.app_password(ANNA, "Scanner 2nd floor").await;
    let secret = created.secret.expose_canonical().to_owned();
    (portal, person, created.app_password.id, secret)
}

/// The fields of the form as a browser sends them, with what was typed.
fn fields<'a>(typed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let as_it_is = [
        ("name", "Scanner 2nd floor"),
        ("door", "smtp"),
        ("expiry", "keep"),
        ("idle", "keep"),
        ("sender", "own"),
    ];
    let untouched = as_it_is.into_iter().filter(|(name, _)| !typed.iter().any(|(field, _)| field == name));
    untouched.chain(typed.iter().copied()).collect()
}

async fn refused(portal: &TestPortal, secret: &str) -> String {
    match portal.test.sign_in(ANNA, secret).await {
        DoorAnswer::Refused(refusal) => refusal.reference.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Where the button of the one next step leads.
fn way(shown: &Shown) -> String {
    let button = shown.body.split("class=\"button primary\" href=\"").nth(1).expect("a button");
    button.split('"').next().unwrap().replace("&#38;", "&")
}

#[tokio::test]
async fn narrowing_is_done_at_once_and_widening_asks_for_the_second_factor() {
    let (portal, mut person, id, secret) = story().await;
    portal.test.clock.advance(LATER);
    let page = format!("/app-passwords/{id}");
    let edit = format!("{page}/edit");
    let typed = fields(&[("networks", "198.51.100.0/24"), ("note", "Room 2.14"), ("sessions", "2")]);
    let done = person.client.open_and_submit(&edit, &typed).await;
    assert_eq!(done.location(), format!("{page}?done=changed"), "{}", done.text());
    let text = person.client.get(&page).await.text();
    assert!(text.contains("198.51.100.0/24") && text.contains("Room 2.14"), "{text}");
    assert!(text.contains("2 sessions at once"), "{text}");
    assert!(text.contains("networks: any \u{2192} 198.51.100.0/24"), "{text}");

    // The refusal leads to the form with the address filled in; saving asks for the code and keeps the form.
    let shown = person.client.get(&format!("/refusals?reference={}", refused(&portal, &secret).await)).await;
    let way = way(&shown);
    assert_eq!(way, format!("{edit}?network=192.0.2.7"));
    let form = person.client.get(&way).await;
    assert!(form.body.contains("198.51.100.0/24\n192.0.2.7</textarea>"), "{}", form.body);
    assert!(form.text().contains("The address 192.0.2.7 is added"), "{}", form.text());
    let wide =
        fields(&[("networks", "198.51.100.0/24\n192.0.2.7"), ("note", "Room 2.14"), ("sessions", "2")]);
    let question = person.client.submit(&form, &edit, &wide).await;
    assert!(question.text().contains("Confirm that it is you"), "{}", question.text());
    let code = portal.code(&person.key);
    let done = person.client.submit(&question, &edit, &[("step_up_code", &code)]).await;
    assert_eq!(done.location(), format!("{page}?done=changed"), "{}", done.text());
    assert!(matches!(portal.test.sign_in(ANNA, &secret).await, DoorAnswer::Accepted(_)));
}

#[tokio::test]
async fn every_mistake_of_a_change_is_named_and_nothing_typed_is_lost() {
    let (_portal, mut person, id, _) = story().await;
    let edit = format!("/app-passwords/{id}/edit");
    let typed = [("name", "Form"), ("networks", "office"), ("expiry", "date"), ("messages", "many")];
    let shown = person.client.open_and_submit(&edit, &typed).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = shown.text();
    for part in [
        "Nothing was changed yet.",
        "Too short: a name",
        "Tick at least one thing",
        "Write the last day",
        "Not a limit",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    assert!(shown.body.contains(">office</textarea>"), "{}", shown.body);
}

#[tokio::test]
async fn suspended_and_resumed() {
    let (portal, mut person, id, secret) = story().await;
    let page = format!("/app-passwords/{id}");
    portal.test.clock.advance(LATER);
    let shown = person.client.get(&page).await;
    let done = person.client.submit(&shown, &format!("{page}/suspend"), &[]).await;
    assert_eq!(done.location(), format!("{page}?done=suspended"));
    let shown = person.client.get(&format!("/refusals?reference={}", refused(&portal, &secret).await)).await;
    assert_eq!(way(&shown), page);
    let shown = person.client.get(&page).await;
    assert!(shown.text().contains("Suspended"), "{}", shown.text());
    let question = person.client.submit(&shown, &format!("{page}/resume"), &[]).await;
    assert!(question.text().contains("Confirm that it is you"), "{}", question.text());
    let code = portal.code(&person.key);
    let resume = format!("{page}/resume");
    let done = person.client.submit(&question, &resume, &[("step_up_code", &code)]).await;
    assert_eq!(done.location(), format!("{page}?done=resumed"));
    assert!(matches!(portal.test.sign_in(ANNA, &secret).await, DoorAnswer::Accepted(_)));
}

#[tokio::test]
async fn the_old_secret_is_ended_before_its_time() {
    let (portal, mut person, id, secret) = story().await;
    portal.test.service.rotate_app_password(OPERATOR, id, Duration::from_secs(86_400)).await.unwrap();
    let page = format!("/app-passwords/{id}");
    let shown = person.client.get(&page).await;
    let done = person.client.submit(&shown, &format!("{page}/end-overlap"), &[]).await;
    assert_eq!(done.location(), format!("{page}?done=old-secret-ended"));
    let reference = refused(&portal, &secret).await;
    let shown = person.client.get(&format!("/refusals?reference={reference}")).await;
    assert_eq!(way(&shown), format!("{page}/rotate"));
}

#[tokio::test]
async fn an_owner_asks_the_administrators_once() {
    let (portal, mut person, ..) = story().await;
    let reference = refused(&portal, ACCOUNT_PASSWORD).await;
    let path = format!("/refusals?reference={reference}");
    let ask = format!("/refusals/{reference}/ask");
    let shown = person.client.get(&path).await;
    let done = person.client.submit(&shown, &ask, &[("message", "The scanner is new.")]).await;
    assert_eq!(done.location(), format!("{path}&done=asked"));
    let shown = person.client.get(done.location()).await;
    assert!(shown.text().contains("The administrators have your question"), "{}", shown.text());
    assert!(shown.text().contains("They were asked"), "{}", shown.text());
    let mut bert = portal.person("bert@example.test").await;
    let token = bert.client.get("/security-info").await.hidden("/sign-out", "form_token");
    let foreign = bert.client.post(&ask, &[("form_token", &token)]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn activity_is_filtered_and_paged() {
    let (portal, mut person, id, secret) = story().await;
    for _ in 0..30 {
        portal.test.sign_in(ANNA, &secret).await;
        portal.test.clock.advance(Duration::from_secs(30));
    }
    refused(&portal, ACCOUNT_PASSWORD).await;
    let rows = |shown: &Shown| shown.body.matches("data-label=\"Result\"").count();
    let refusals = person.client.get("/activity?outcome=refused&place=smtp").await;
    assert_eq!(rows(&refusals), 1, "{}", refusals.text());
    let first = person.client.get(&format!("/activity?app_password={id}&outcome=accepted")).await;
    assert_eq!(rows(&first), 25);
    let older = first.body.split("href=\"/activity?").nth(1).unwrap().split('"').next().unwrap();
    let older = older.replace("&#38;", "&");
    assert!(older.starts_with(&format!("app_password={id}&outcome=accepted&before=")), "{older}");
    let second = person.client.get(&format!("/activity?{older}")).await;
    assert_eq!(rows(&second), 5);
    // What means nothing asks for nothing; it never gets into an address of ours.
    let odd = person.client.get("/activity?place=%22%3E%3Cscript%3E&app_password=0&before=x").await;
    assert_eq!((odd.status, rows(&odd)), (StatusCode::OK, 25));
    assert!(!odd.body.contains("%22") && !odd.body.contains("script&#62;"), "{}", odd.body);
    // Another's app password is no filter that shows anything of theirs.
    let mut bert = portal.person("bert@example.test").await;
    let shown = bert.client.get(&format!("/activity?app_password={id}")).await;
    assert!(!shown.text().contains("Scanner"), "{}", shown.text());
}

#[tokio::test]
async fn a_profile_for_apples_devices_comes_from_the_page_that_shows_the_secret() {
    let (portal, mut person, id, secret) = story().await;
    let form =
        [("name", "Annas phone"), ("purpose", "apple-mail"), ("sender", "own"), ("note", "In her bag")];
    let created = person.client.open_and_submit("/app-passwords/new", &form).await;
    assert!(created.text().contains("Easiest with the profile below"), "{}", created.text());
    let action = created.body.split("action=\"").find(|part| part.contains("/apple-profile\"")).unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    let file = person.client.submit(&created, &action, &[]).await;
    assert_eq!((file.status, file.header("cache-control")), (StatusCode::OK, "no-store"), "{}", file.body);
    assert_eq!(file.header("content-type"), "application/x-apple-aspen-config");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"app-password.mobileconfig\"");
    let typed = created.hidden(&action, "secret");
    assert!(
        file.body.contains(&format!("<key>IncomingPassword</key><string>{typed}</string>")),
        "{}",
        file.body
    );
    assert!(matches!(portal.test.sign_in(ANNA, &typed).await, DoorAnswer::Accepted(_)));

    // What has not the form of a secret gets into no file, and what no device of Apple's can use has none.
    let token = created.hidden(&action, "form_token");
    let odd = person.client.post(&action, &[("form_token", &token), ("secret", "</string>")]).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let only_smtp = format!("/app-passwords/{id}/apple-profile");
    let none = person.client.post(&only_smtp, &[("form_token", &token), ("secret", &secret)]).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let mut bert = portal.person("bert@example.test").await;
    let token = bert.client.get("/security-info").await.hidden("/sign-out", "form_token");
    let foreign = bert.client.post(&action, &[("form_token", &token), ("secret", &typed)]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_is_filled_in_as_the_refusal_says() {
    let (portal, mut person, id, secret) = story().await;
    let shown =
        person.client.get(&format!("/refusals?reference={}", refused(&portal, ACCOUNT_PASSWORD).await)).await;
    assert_eq!(way(&shown), "/app-passwords/new?door=smtp");
    let form = person.client.get(&way(&shown)).await;
    assert!(
        form.text().contains("The program was refused at \u{201c}Send mail (SMTP)\u{201d}"),
        "{}",
        form.text()
    );
    portal.test.service.revoke_app_password(OPERATOR, id, "").await.unwrap();
    let shown = person.client.get(&format!("/refusals?reference={}", refused(&portal, &secret).await)).await;
    assert_eq!(way(&shown), format!("/app-passwords/new?like={id}"));
    let form = person.client.get(&way(&shown)).await;
    assert!(form.body.contains("value=\"Scanner 2nd floor\""), "{}", form.body);
    assert!(form.body.contains("value=\"smtp\" checked"), "{}", form.body);
    let mut bert = portal.person("bert@example.test").await;
    let foreign = bert.client.get(&format!("/app-passwords/new?like={id}")).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

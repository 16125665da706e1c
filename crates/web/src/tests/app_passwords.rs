//! App passwords from creation to their end, as their owner meets them.

use http::StatusCode;
use postern_domain::account::{AccountKind, Role};
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_service::door::DoorAnswer;
use postern_testkit::{OPERATOR, account_name};

use super::client::TestPortal;

const ANNA: &str = "anna@example.test";

fn secret_of(text: &str) -> String {
    let groups: Vec<&str> = text
        .lines()
        .skip_while(|line| *line != "App password")
        .skip(1)
        .take_while(|line| *line != "Copy")
        .collect();
    groups.concat()
}

#[tokio::test]
async fn created_shown_once_and_good_at_the_door() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let form = person.client.get("/app-passwords/new").await;
    let fields = [("name", "Contact form"), ("purpose", "web-site"), ("expiry", "90"), ("sender", "own")];
    let created = person.client.submit(&form, "/app-passwords/new", &fields).await;
    assert_eq!((created.status, created.header("cache-control")), (StatusCode::OK, "no-store"));
    let secret = secret_of(&created.text());
    assert_eq!(secret.len(), 29, "{}", created.text());
    assert!(created.text().contains("mail.example.test"), "{}", created.text());
    let answer = portal.test.sign_in(ANNA, &secret).await;
    assert!(matches!(answer, DoorAnswer::Accepted(_)), "{answer:?}");
    // A reload sends the form again.
    let again = person.client.submit(&form, "/app-passwords/new", &fields).await;
    assert_eq!(again.location(), "/security-info?done=created-already");
    let list = person.client.get(again.location()).await;
    assert_eq!(list.body.matches(">Contact form</a>").count(), 1, "{}", list.text());
    assert!(!list.body.contains(&secret) && !list.body.contains(&secret.replace('-', "")));
}

/// Nobody fills in a form that is refused for what was known before.
#[tokio::test]
async fn how_many_there_may_be_is_said_before_the_form_is_filled_in() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let limit = async |most| {
        let key = SettingKey::AppPasswordsPerAccount;
        portal.test.service.change_setting(OPERATOR, key, most).await.unwrap();
    };
    limit("2").await;
    portal.test.app_password(ANNA, "Contact form").await;
    let form = person.client.get("/app-passwords/new").await;
    assert!(form.text().contains("You have 1 of at most 2."), "{}", form.text());
    limit("1").await;
    let shown = person.client.get("/app-passwords/new").await;
    assert!(!shown.body.contains("name=\"purpose\""), "there is no form: {}", shown.text());
    let text = shown.text();
    assert!(text.contains("You have 1 app password, and there may be 1 at most."), "{text}");
    assert!(text.contains("ask your administrator for more"), "{text}");
    assert!(shown.body.contains("href=\"/security-info#app-passwords\""), "{}", shown.body);
    // What was typed into a form that was there comes back with the reason.
    let fields = [("name", "Scanner 2nd floor"), ("purpose", "printer"), ("sender", "own")];
    let shown = person.client.submit(&form, "/app-passwords/new", &fields).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        shown.text().contains("The account has 1 app password, which is the most it may have"),
        "{}",
        shown.text()
    );
    assert!(shown.body.contains("value=\"Scanner 2nd floor\""), "{}", shown.body);

    let root = "root@example.test";
    portal.test.add(root, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    let mut root = portal.enrolled(root).await;
    let anna = portal.test.service.find_account(OPERATOR, &account_name(ANNA)).await.unwrap().account.id;
    let shown = root.client.get(&format!("/admin/accounts/{anna}/app-passwords/new")).await;
    assert!(
        shown.text().contains("The account has 1 app password, and there may be 1 at most."),
        "{}",
        shown.text()
    );
    for way in [
        format!("/admin/accounts/{anna}#app-passwords"),
        "/admin/settings/app_passwords_per_account".to_owned(),
    ] {
        assert!(shown.body.contains(&format!("href=\"{way}\"")), "{way}: {}", shown.body);
        assert_eq!(root.client.get(way.split('#').next().unwrap()).await.status, StatusCode::OK, "{way}");
    }
}

/// A request that somebody made by hand, without the form: nothing was created before, and nothing is said to have been.
#[tokio::test]
async fn a_form_without_its_number_is_none() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let page = person.client.get("/app-passwords/new").await;
    let token = page.hidden("/app-passwords/new", "form_token");
    for number in ["", "1"] {
        let fields = [
            ("form_token", token.as_str()),
            ("form_number", number),
            ("name", "Contact form"),
            ("purpose", "web-site"),
            ("sender", "own"),
        ];
        let shown = person.client.post("/app-passwords/new", &fields).await;
        assert_eq!(shown.status, StatusCode::BAD_REQUEST, "{}", shown.text());
        assert!(shown.text().contains("The form could not be read"), "{}", shown.text());
    }
    assert!(!person.client.get("/security-info").await.body.contains("Contact form</a>"));
}

#[tokio::test]
async fn every_mistake_is_named_and_nothing_typed_is_lost() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let fields = [
        ("name", "Form <1>"),
        ("purpose", "own"),
        ("networks", "office"),
        ("expiry", "date"),
        ("expiry_date", "soon"),
        ("sender", "list"),
        ("senders", "anna"),
    ];
    let shown = person.client.open_and_submit("/app-passwords/new", &fields).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = shown.text();
    for part in [
        "Nothing was created yet.",
        "Tick at least one thing that the app password is good for.",
        "office\nis not a network",
        "Write the last day as year-month-day",
        "anna\nis no sender address",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    assert!(shown.body.contains("value=\"Form &#60;1&#62;\""), "{}", shown.body);
    assert!(shown.body.contains(">office</textarea>"));
    let short = [("name", "Form"), ("purpose", "web-site"), ("sender", "own")];
    let shown = person.client.submit(&shown, "/app-passwords/new", &short).await;
    assert!(shown.text().contains("Too short: a name has 8 to 64 characters"), "{}", shown.text());
    let unseen = [("name", "Contact\u{200b} form"), ("purpose", "web-site"), ("sender", "own")];
    let shown = person.client.submit(&shown, "/app-passwords/new", &unseen).await;
    assert!(shown.text().contains("The name has a character that cannot be seen ("), "{}", shown.text());
    let past = [
        ("name", "Contact form"),
        ("purpose", "web-site"),
        ("expiry", "date"),
        ("expiry_date", "2020-01-01"),
    ];
    let shown = person.client.submit(&shown, "/app-passwords/new", &past).await;
    assert!(shown.text().contains("The expiry is in the past"), "{}", shown.text());
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_by_name() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    portal.test.app_password(ANNA, "Contact form").await;
    let fields = [("name", "contact FORM"), ("purpose", "web-site"), ("sender", "own")];
    let shown = person.client.open_and_submit("/app-passwords/new", &fields).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().contains("An app password with that name is there already"), "{}", shown.text());
}

#[tokio::test]
async fn a_new_secret_is_shown_once() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let old = portal.test.app_password(ANNA, "Scanner 2nd floor").await;
    let path = format!("/app-passwords/{}/rotate", old.app_password.id);
    let form = person.client.get(&path).await;
    let shown = person.client.submit(&form, &path, &[("overlap", "7")]).await;
    assert!(shown.text().contains("Here is the new secret"), "{}", shown.text());
    let new = secret_of(&shown.text());
    let again = person.client.submit(&form, &path, &[("overlap", "7")]).await;
    assert_eq!(again.location(), "/security-info?done=rotated-already");
    for secret in [old.secret.expose_canonical(), &new] {
        assert!(matches!(portal.test.sign_in(ANNA, secret).await, DoorAnswer::Accepted(_)));
    }
}

#[tokio::test]
async fn revoked_with_a_reason_and_refused_from_then_on() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let created = portal.test.app_password(ANNA, "Scanner 2nd floor").await;
    let page = format!("/app-passwords/{}", created.app_password.id);
    let shown =
        person.client.open_and_submit(&format!("{page}/revoke"), &[("reason", "Scanner was sold")]).await;
    assert_eq!(shown.location(), "/security-info?done=revoked");
    let DoorAnswer::Refused(refusal) = portal.test.sign_in(ANNA, created.secret.expose_canonical()).await
    else {
        panic!("a revoked app password was accepted");
    };
    let text = person.client.get(&page).await.text();
    assert!(text.contains("Revoked") && text.contains("Scanner was sold"), "{text}");
    let shown = person.client.get(&format!("/refusals?reference={}", refusal.reference)).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    assert!(shown.text().contains("Scanner 2nd floor"), "{}", shown.text());
    assert!(shown.body.contains(&format!("href=\"{page}\"")));
}

#[tokio::test]
async fn a_reference_that_is_none_is_kept_and_explained() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let shown = person.client.get("/refusals?reference=7Q3K").await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().contains("Not a refusal reference: it has the form 7Q3K-M2XA"), "{}", shown.text());
    assert!(shown.body.contains("value=\"7Q3K\""));
    assert_eq!(person.client.get("/refusals?reference=7Q3K-M2XA").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_service_account_sees_whom_it_may_act_for_and_may_narrow_it() {
    const BACKUP: &str = "backup@example.test";
    let portal = TestPortal::open().await;
    portal.test.add(BACKUP, MfaState::Enabled, Role::Member, AccountKind::ServiceAccount).await;
    let grant = ImpersonationGrant::named([], [], ["example.test".parse().unwrap()]).unwrap();
    let name = account_name(BACKUP);
    portal.test.service.set_impersonation_grant(OPERATOR, &name, Some(grant)).await.unwrap();
    let mut backup = portal.enrolled(BACKUP).await;
    let form = backup.client.get("/app-passwords/new").await;
    assert!(form.text().contains("all that this account may act for, which is the domain example.test"));
    let fields = |mailboxes| [("name", "Nightly backup"), ("purpose", "web-site"), ("mailboxes", mailboxes)];
    let wrong = backup.client.submit(&form, "/app-passwords/new", &fields("a@b@c")).await;
    assert!(wrong.text().contains("\u{201c}a@b@c\u{201d}: "), "{}", wrong.text());
    let created = backup.client.submit(&wrong, "/app-passwords/new", &fields("anna@example.test")).await;
    assert_eq!(created.status, StatusCode::OK, "{}", created.text());
    let list =
        portal.test.service.list_app_passwords(OPERATOR, &account_name(BACKUP), None, 1000).await.unwrap();
    let page = backup.client.get(&format!("/app-passwords/{}", list[0].id)).await.text();
    assert!(page.contains("Acts for\nanna@example.test"), "{page}");
    assert!(page.contains("50 sessions at once, 600 sign-ins a minute"), "{page}");

    // A person has nothing to narrow, whatever the form says.
    let mut anna = portal.person(ANNA).await;
    let form = anna.client.get("/app-passwords/new").await;
    assert!(!form.body.contains("mailboxes"));
    let refused = anna.client.submit(&form, "/app-passwords/new", &fields("bo@example.test")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
}

#[tokio::test]
async fn a_printer_comes_with_limits() {
    let portal = TestPortal::open().await;
    let mut person = portal.person(ANNA).await;
    let fields = [("name", "Scanner 2nd floor"), ("purpose", "printer"), ("sender", "own")];
    let created = person.client.open_and_submit("/app-passwords/new", &fields).await;
    assert_eq!(created.status, StatusCode::OK, "{}", created.text());
    let list =
        portal.test.service.list_app_passwords(OPERATOR, &account_name(ANNA), None, 1000).await.unwrap();
    let page = person.client.get(&format!("/app-passwords/{}", list[0].id)).await.text();
    assert!(page.contains("300 messages an hour, 1000 recipients an hour"), "{page}");
}

//! The first administrator, methods and recovery codes.

use http::StatusCode;
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR};

use super::client::{ORIGIN, TestPortal};

#[tokio::test]
async fn the_first_administrator_comes_by_a_link_that_works_once() {
    let portal = TestPortal::open().await;
    let link = portal.test.service.make_setup_link().await.unwrap().unwrap();
    let path = link.url.strip_prefix(ORIGIN).unwrap().to_owned();
    let mut client = portal.client();
    let page = client.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let token =
        page.body.split("name=\"form_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = |new: &'static str, repeat: &'static str| {
        [
            ("form_token", token.clone()),
            ("username", "admin@example.test".to_owned()),
            ("new", new.to_owned()),
            ("repeat", repeat.to_owned()),
        ]
    };
    let mut send = async |new, repeat| {
        let fields = fields(new, repeat);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        client.post(&path, &fields).await
    };
    let shown = send("short", "short").await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().contains("The password is too short"), "{}", shown.text());
    assert!(shown.body.contains("value=\"admin@example.test\"") && !shown.body.contains("value=\"short\""));
    assert!(send(ACCOUNT_PASSWORD, "another").await.text().contains("The two passwords are not the same"));
    assert_eq!(send(ACCOUNT_PASSWORD, ACCOUNT_PASSWORD).await.location(), "/sign-in?done=set-up");
    assert_eq!(send(ACCOUNT_PASSWORD, ACCOUNT_PASSWORD).await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.client().get(&path).await.status, StatusCode::NOT_FOUND);
    let mut admin = portal.enrolled("admin@example.test").await;
    assert!(admin.client.get("/security-info").await.body.contains("Global administrator"));
}

#[tokio::test]
async fn a_wrong_first_code_keeps_the_key_that_the_app_has() {
    let portal = TestPortal::open().await;
    portal.test.account("anna@example.test", MfaState::Enforced).await;
    let mut client = portal.client();
    client.sign_in("anna@example.test", ACCOUNT_PASSWORD).await;
    let path = "/methods/authenticator/new";
    let page = client.get(path).await;
    let key = page.hidden(path, "key");
    let shown = client.submit(&page, path, &[("code", "000000"), ("label", "Work phone")]).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
    assert!(shown.text().contains("That code is not right: type the code that the app shows now."));
    assert_eq!(shown.hidden(path, "key"), key);
    assert!(shown.body.contains("value=\"Work phone\"") && shown.body.contains("class=\"qr\""));
    let code = portal.code(&key);
    let shown = client.submit(&shown, path, &[("code", &code), ("label", "Work phone")]).await;
    assert!(shown.text().contains("Keep your recovery codes"), "{}", shown.text());
}

#[tokio::test]
async fn the_file_of_recovery_codes_is_the_page_and_nothing_else() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    let codes = person.client.open_and_submit("/recovery-codes/new", &[]).await;
    let file = person.client.submit(&codes, "/recovery-codes/file", &[]).await;
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"recovery-codes.txt\"");
    assert_eq!(file.header("cache-control"), "no-store");
    let listed = codes.hidden("/recovery-codes/file", "codes");
    assert_eq!(listed.lines().count(), 10);
    assert!(listed.lines().all(|code| file.body.contains(code)));
    assert!(person.codes.iter().all(|old| !listed.contains(old)));
    let token = codes.hidden("/recovery-codes/file", "form_token");
    for foreign in ["", "<script>alert(1)</script>", "call 0900 123 456 now!"] {
        let fields = [("form_token", token.as_str()), ("codes", foreign)];
        let shown = person.client.post("/recovery-codes/file", &fields).await;
        assert_eq!(shown.status, StatusCode::BAD_REQUEST, "{foreign}");
    }
}

#[tokio::test]
async fn the_last_method_stays_under_mfa() {
    let portal = TestPortal::open().await;
    let mut person = portal.person("anna@example.test").await;
    let page = person.client.get("/security-info").await;
    let method = page.body.split("/methods/").find(|part| part.contains("/delete")).unwrap();
    let path = format!("/methods/{}/delete", method.split('/').next().unwrap());
    let shown = person.client.open_and_submit(&path, &[]).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().contains("This is your last authentication method"), "{}", shown.text());
    let page = person.client.get("/methods/authenticator/new").await;
    let code = portal.code(&page.hidden("/methods/authenticator/new", "key"));
    let shown = person
        .client
        .submit(&page, "/methods/authenticator/new", &[("code", &code), ("label", "Tablet")])
        .await;
    assert_eq!(shown.location(), "/security-info?done=registered", "{}", shown.text());
    let shown = person.client.open_and_submit(&path, &[]).await;
    assert_eq!(shown.location(), "/security-info?done=deleted");
}

/// Whoever has no phone for an app is not left without a way in that there is.
#[tokio::test]
async fn the_first_registration_leads_to_every_method_that_is_offered() {
    let portal = TestPortal::open().await;
    portal.test.account("anna@example.test", MfaState::Enforced).await;
    let mut client = portal.client();
    client.sign_in("anna@example.test", ACCOUNT_PASSWORD).await;
    let (mails, texts) = ("/methods/e-mail/new", "/methods/text-message/new");
    let set = async |key, value| portal.test.service.change_setting(OPERATOR, key, value).await.unwrap();
    for (by_mail, by_text) in [("false", "false"), ("true", "false"), ("false", "true"), ("true", "true")] {
        set(SettingKey::EMailCodes, by_mail).await;
        set(SettingKey::TextMessageCodes, by_text).await;
        let page = client.get("/methods/authenticator/new").await;
        for (path, offered) in [(mails, by_mail), (texts, by_text), ("/methods/passkey/new", "true")] {
            let links = page.body.contains(&format!("href=\"{path}\""));
            assert_eq!(links.to_string(), offered, "{path}: {}", page.text());
            if links {
                let other = client.get(path).await;
                assert_eq!(other.status, StatusCode::OK, "{path}");
                assert!(other.body.contains("href=\"/methods/authenticator/new\""), "{path}: the way back");
            }
        }
    }
}

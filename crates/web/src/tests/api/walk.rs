//! A walk through every operation: each is done once at least, and what is answered is what the document says, in the eyes of
//! validators that know nothing of Postern.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use postern_domain::api_token::Scope;
use postern_domain::mfa::MfaState;
use postern_service::door::DoorAnswer;
use postern_service::messenger::Undelivered;
use postern_service::portal::{SessionToken, Standing};
use postern_service::upstream::TokenEndpoint;
use postern_testkit::{
    ACCOUNT_PASSWORD, ApiAnswer, FakeIdentityProvider, FakeProvider, OPERATOR, TestService, check_openapi,
};
use serde_json::{Value, json};

use super::oauth::principal;
use super::{ANNA, Answer, BO, PROGRAM, Program, ROOT, people};
use crate::api::{endpoints, openapi_document};
use crate::tests::client::{Person, TestPortal};
use crate::tests::live_sessions::signed_in;
use crate::tests::mailbox;

const CARL: &str = "carl@example.test";
const NOBODY: &str = "01890000-0000-7000-8000-000000000001";

/// Who walks, and what was answered.
struct Walk {
    portal: TestPortal,
    provider: Arc<FakeProvider>,
    root: Program,
    anna: Program,
    said: Vec<ApiAnswer>,
}

/// The path of the operation that a request is for.
fn template(method: &Method, path: &str) -> String {
    let path = path.split('?').next().unwrap();
    let fits = |template: &str| {
        let (mut own, mut its) = (path.split('/'), template.split('/'));
        loop {
            match (own.next(), its.next()) {
                (None, None) => return true,
                (Some(own), Some(its)) if own == its || its.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    let of_method = endpoints().into_iter().filter(|endpoint| endpoint.method == *method);
    let fitting = of_method.filter(|endpoint| fits(endpoint.path));
    let most_literal = fitting.min_by_key(|endpoint| endpoint.path.matches('{').count());
    most_literal.unwrap_or_else(|| panic!("{method} {path} is for no operation")).path.to_owned()
}

impl Walk {
    async fn begin() -> Self {
        let provider = FakeProvider::new();
        let staff =
            FakeIdentityProvider::new("https://login.example.test/realms/staff").registration("Staff");
        let endpoint = Arc::clone(&provider) as Arc<dyn TokenEndpoint>;
        let test = TestService::open_changed(|parts| {
            parts.providers = vec![mailbox::provider()];
            parts.identity_providers = vec![staff];
            parts.token_endpoint = endpoint;
            parts.mailbox_password_upstreams = vec!["dovecot".to_owned()];
        })
        .await;
        let portal = people(TestPortal::over(test)).await;
        portal.test.account(CARL, MfaState::Disabled).await;
        let every: Vec<&str> = Scope::all().map(Scope::name).collect();
        let root = portal.program(ROOT, &every.join(" ")).await;
        let own = Scope::all().filter(|scope| matches!(scope, Scope::Own(_))).map(Scope::name);
        let anna = portal.program(ANNA, &own.collect::<Vec<_>>().join(" ")).await;
        Self { portal, provider, root, anna, said: Vec::new() }
    }

    async fn ask(&mut self, program: &Program, method: Method, path: &str, body: Value) -> Answer {
        let path = path.replace("{anna}", ANNA).replace("{bo}", BO).replace("{crm}", PROGRAM);
        let answer = program.ask(method.clone(), &path, &body).await;
        self.said.push(ApiAnswer {
            method: method.to_string(),
            path: template(&method, &path),
            status: answer.status.as_u16(),
            kind: answer.header("content-type").to_owned(),
            body: answer.body.clone(),
        });
        answer
    }

    /// What the administrator's program asks, and is granted.
    async fn root(&mut self, method: Method, path: &str, body: Value) -> Value {
        let program = self.root.clone();
        self.granted(&program, method, path, body).await
    }

    /// What an owner's program asks, and is granted.
    async fn anna(&mut self, method: Method, path: &str, body: Value) -> Value {
        let program = self.anna.clone();
        self.granted(&program, method, path, body).await
    }

    async fn granted(&mut self, program: &Program, method: Method, path: &str, body: Value) -> Value {
        let answer = self.ask(program, method.clone(), path, body).await;
        assert!(answer.status.is_success(), "{method} {path}: {} {}", answer.status, answer.body);
        serde_json::from_str(&answer.body).unwrap_or(Value::Null)
    }

    async fn read(&mut self, paths: &[&str]) {
        for path in paths {
            self.root(Method::GET, path, Value::Null).await;
        }
    }

    async fn read_own(&mut self, paths: &[&str]) {
        for path in paths {
            self.anna(Method::GET, path, Value::Null).await;
        }
    }

    async fn app_passwords(&mut self) {
        let new = json!({
            "name": "Contact form", "doors": ["smtp"], "note": "Web server 2", "networks": ["192.0.2.0/24"],
            "expiresAt": "2027-03-31T22:00:00Z", "idleExpiryDays": 90, "sender": "listed",
            "senders": ["@example.test"], "limits": { "messagesPerHour": 100 },
        });
        let created = self.anna(Method::POST, "/api/v1/accounts/me/app-passwords", new).await;
        let one = format!("/api/v1/app-passwords/{}", created["id"].as_str().unwrap());
        self.portal.test.sign_in(ANNA, created["secret"].as_str().unwrap()).await;
        self.read_own(&["/api/v1/accounts/me/app-passwords", &one, &format!("{one}/history")]).await;
        let phone = json!({ "name": "Annas phone", "doors": ["imap", "smtp"] });
        let phone = self.anna(Method::POST, "/api/v1/accounts/me/app-passwords", phone).await;
        let of_phone = format!("/api/v1/app-passwords/{}", phone["id"].as_str().unwrap());
        self.read_own(&[&format!("{of_phone}/device-settings")]).await;
        let secret = json!({ "secret": phone["secret"] });
        self.anna(Method::POST, &format!("{of_phone}/apple-profile"), secret).await;
        self.anna(Method::PATCH, &one, json!({ "note": null, "networks": [] })).await;
        self.anna(Method::POST, &format!("{one}/rotate"), json!({})).await;
        for step in ["end-overlap", "suspend", "resume"] {
            self.anna(Method::POST, &format!("{one}/{step}"), Value::Null).await;
        }
        self.anna(Method::DELETE, &one, Value::Null).await;
        // What is revoked is still tried.
        self.portal.test.sign_in(ANNA, created["secret"].as_str().unwrap()).await;
        let new = json!({ "name": "Scanner 2nd floor", "doors": ["smtp", "imap"], "onBehalf": true });
        self.root(Method::POST, "/api/v1/accounts/{anna}/app-passwords", new).await;
        let grant = json!({ "mayActFor": { "mailboxes": [ANNA, BO] } });
        self.root(Method::PUT, "/api/v1/accounts/{crm}/impersonation-grant", grant).await;
        let new = json!({ "name": "Reads mailboxes", "doors": ["ews"] });
        let crm = self.root(Method::POST, "/api/v1/accounts/{crm}/app-passwords", new).await;
        let narrow = format!("/api/v1/app-passwords/{}/impersonation-grant", crm["id"].as_str().unwrap());
        self.root(Method::PUT, &narrow, json!({ "mayActForOnly": { "mailboxes": [ANNA] } })).await;
        let flags = ["tried-after-end", "too-wide", "never-used", "stale", "no-expiry", "expiring-soon"];
        for flag in flags {
            self.root(Method::GET, &format!("/api/v1/inventory?flag={flag}"), Value::Null).await;
        }
        self.read(&[
            "/api/v1/inventory",
            "/api/v1/inventory?limit=1",
            "/api/v1/inventory/counts",
            "/api/v1/inventory.csv",
            "/api/v1/inventory.jsonl",
        ])
        .await;
        self.root(Method::DELETE, "/api/v1/accounts/{crm}/app-passwords", Value::Null).await;
    }

    /// Live sessions, remembered browsers, sign-ins and refusals.
    async fn sign_ins(&mut self) {
        let created = self.portal.test.app_password(ANNA, "Thermostat").await;
        let session = signed_in(&self.portal, ANNA, created.secret.expose_canonical()).await;
        self.read_own(&["/api/v1/sessions"]).await;
        self.anna(Method::DELETE, &format!("/api/v1/sessions/{}", session.id()), Value::Null).await;
        let DoorAnswer::Refused(refusal) = self.portal.test.sign_in(ANNA, ACCOUNT_PASSWORD).await else {
            panic!("an account password is accepted under MFA");
        };
        self.portal.test.sign_in(CARL, ACCOUNT_PASSWORD).await;
        self.portal.test.sign_in("nobody@example.test", "nothing").await;
        let refused = format!("/api/v1/refusals/{}", refusal.reference);
        self.read_own(&["/api/v1/sign-in-events?limit=2", &refused]).await;
        self.anna(Method::POST, &format!("{refused}/ask"), json!({ "message": "It worked yesterday." }))
            .await;
        self.read(&[
            "/api/v1/sessions",
            "/api/v1/sign-in-events",
            "/api/v1/sign-in-report",
            "/api/v1/sign-in-report?span=month",
            "/api/v1/account-password-programs",
            "/api/v1/account-password-programs?stopped=true",
            "/api/v1/account-password-programs.csv",
        ])
        .await;
    }

    /// A method, remembered browsers, and a consent, for which a person sits before a browser.
    async fn person(&mut self) {
        let change = self.portal.test.service.change_setting(
            OPERATOR,
            postern_domain::setting::SettingKey::RememberBrowser,
            "30d",
        );
        change.await.unwrap();
        let Person { mut client, .. } = self.portal.enrolled(ANNA).await;
        for _ in 0..2 {
            let cookie = SessionToken::from_cookie(&client.cookies["__Host-postern-session"]).unwrap();
            let standing = self.portal.test.service.resume_portal_session(&cookie).await.unwrap();
            let Some(Standing::Full(session)) = standing else { panic!("not in") };
            self.portal.test.service.remember_browser(&session).await.unwrap().unwrap();
        }
        let browsers = self.anna(Method::GET, "/api/v1/remembered-browsers", Value::Null).await;
        let one = format!("/api/v1/remembered-browsers/{}", browsers["items"][0]["id"].as_str().unwrap());
        self.anna(Method::DELETE, &one, Value::Null).await;
        self.anna(Method::DELETE, "/api/v1/remembered-browsers", Value::Null).await;
        let page = mailbox::connect(&mut client).await;
        let back = self.provider.consent(&mailbox::link(&page), ANNA);
        mailbox::come_back(&mut client, &back.state, &back.code).await;
        self.read(&["/api/v1/consents"]).await;
        self.read_own(&["/api/v1/accounts/me/consents", "/api/v1/accounts/me/mailbox-passwords"]).await;
        self.anna(Method::DELETE, "/api/v1/accounts/me/consents/Exchange%20Online", Value::Null).await;
        let device = "/api/v1/accounts/me/consents/Exchange%20Online/device-authorization";
        let waiting = self.anna(Method::POST, device, Value::Null).await;
        self.provider.consent_for_the_device(ANNA);
        self.portal.test.clock.advance(Duration::from_secs(5));
        let code = json!({ "deviceCode": waiting["deviceCode"] });
        let stands = self.anna(Method::POST, &format!("{device}/poll"), code).await;
        assert_eq!(stands["state"], "connected");
        let password = "/api/v1/accounts/me/mailbox-passwords/dovecot";
        self.anna(Method::PUT, password, json!({ "password": "cobalt meadow" })).await;
        self.anna(Method::DELETE, password, Value::Null).await;
        let anna = self.anna(Method::GET, "/api/v1/accounts/me", Value::Null).await;
        let method =
            format!("/api/v1/accounts/{{anna}}/methods/{}", anna["methods"][0]["id"].as_str().unwrap());
        self.anna(Method::PATCH, &method, json!({ "label": "Old phone", "isDefault": true })).await;
        self.root(Method::DELETE, &method, Value::Null).await;
    }

    /// Where else the owner is told.
    async fn addresses(&mut self) {
        let path = "/api/v1/accounts/me/notification-addresses";
        let _ = self.portal.test.messenger.take_mails();
        let added = self.anna(Method::POST, path, json!({ "address": "anna@home.example" })).await;
        let sent = self.portal.test.messenger.take_mails().remove(0);
        let text = sent.text.as_str();
        let code =
            text.split(|letter: char| !letter.is_ascii_digit()).find(|digits| digits.len() == 6).unwrap();
        let one = format!("{path}/{}", added["id"].as_str().unwrap());
        self.anna(Method::POST, &format!("{one}/confirm"), json!({ "code": code })).await;
        self.read_own(&[path]).await;
        self.anna(Method::DELETE, &one, Value::Null).await;
    }

    async fn accounts(&mut self) {
        self.read(&[
            "/api/v1/accounts?kind=person&limit=2",
            "/api/v1/accounts/{bo}",
            "/api/v1/mfa-states",
            "/api/v1/users/{bo}/authentication/requirements",
            "/api/v1/accounts/{bo}/settings",
        ])
        .await;
        let new = json!({ "name": "dora@example.test", "aliases": ["d@example.test"], "role": "auditor" });
        self.root(Method::POST, "/api/v1/accounts", new).await;
        let dora = "/api/v1/accounts/d@example.test";
        let sid = json!({ "securityIdentifier": "S-1-5-21-1-2-3-1001" });
        let link = json!({ "provider": "Staff", "subject": "dora" });
        for (method, path, body) in [
            (Method::PUT, format!("{dora}/role"), json!({ "role": "member" })),
            (Method::PUT, format!("{dora}/groups/sales"), Value::Null),
            (Method::GET, "/api/v1/groups".to_owned(), Value::Null),
            (Method::GET, "/api/v1/groups/sales/members".to_owned(), Value::Null),
            (Method::DELETE, format!("{dora}/groups/sales"), Value::Null),
            (Method::PUT, format!("{dora}/security-identifier"), sid),
            (Method::PUT, format!("{dora}/password"), json!({ "password": "granite harbour lantern" })),
            (Method::POST, format!("{dora}/require-registration"), json!({ "deleteMethods": true })),
            (Method::POST, format!("{dora}/outside-identities"), link),
            (Method::POST, format!("{dora}/end-sessions"), Value::Null),
            (Method::POST, format!("{dora}/block"), Value::Null),
            (Method::POST, format!("{dora}/unblock"), Value::Null),
        ] {
            self.root(method, &path, body).await;
        }
        let links = self.root(Method::GET, &format!("{dora}/outside-identities"), Value::Null).await;
        let link = format!("{dora}/outside-identities/{}", links["items"][0]["id"].as_str().unwrap());
        self.root(Method::DELETE, &link, Value::Null).await;
        let state = json!({ "perUserMfaState": "disabled" });
        self.root(Method::PATCH, "/api/v1/users/d@example.test/authentication/requirements", state).await;
        let names = json!({ "name": "dora.miller@example.test", "aliases": [] });
        self.root(Method::PUT, &format!("{dora}/addresses"), names).await;
        self.root(Method::DELETE, "/api/v1/accounts/dora.miller@example.test", Value::Null).await;
        let rows = json!({ "rows": "name,groups\neve@example.test,sales\nbo@example.test,sales\n" });
        self.root(Method::POST, "/api/v1/account-imports/preview", rows.clone()).await;
        let done = self.root(Method::POST, "/api/v1/account-imports", rows).await;
        assert_eq!(done, json!({ "added": 1, "changed": 1, "blocked": 0 }));
        let enforce = json!({ "change": "mfa enforced", "matching": { "mfaState": "disabled" } });
        let preview = self.root(Method::POST, "/api/v1/account-changes/preview", enforce.clone()).await;
        let stops = json!({ "programs": 1, "accounts": 1, "later": false });
        assert_eq!((&preview["accounts"], &preview["stops"]), (&json!(1), &stops));
        self.root(Method::POST, "/api/v1/account-changes", enforce).await;
        let out = json!({ "change": "end-sessions", "accounts": [ROOT, "bo@example.test"] });
        let begun = self.root(Method::POST, "/api/v1/account-changes", out).await;
        let change = format!("/api/v1/account-changes/{}", begun["id"].as_str().unwrap());
        while self.root(Method::GET, &change, Value::Null).await["finishedAt"].is_null() {
            tokio::task::yield_now().await;
        }
        let left = self.root(Method::GET, &format!("{change}/not-done"), Value::Null).await;
        assert_eq!(left["items"][0]["account"], ROOT);
        self.read(&["/api/v1/account-changes"]).await;
    }

    async fn settings(&mut self) {
        self.read(&["/api/v1/settings", "/api/v1/settings/step_up_age"]).await;
        let value = json!({ "value": "15m" });
        self.root(Method::PUT, "/api/v1/settings/step_up_age", value.clone()).await;
        self.root(Method::DELETE, "/api/v1/settings/step_up_age", Value::Null).await;
        let of_group = "/api/v1/groups/sales/settings/app_passwords_per_account";
        self.root(Method::PUT, of_group, json!({ "value": "5" })).await;
        self.read(&["/api/v1/settings"]).await;
        self.root(Method::DELETE, of_group, Value::Null).await;
        let off = json!({ "value": "smtp" });
        self.root(Method::POST, "/api/v1/settings/doors_off/preview", off).await;
        let forbid = "/api/v1/settings/users_may_create_app_passwords";
        self.root(Method::POST, &format!("{forbid}/preview"), json!({ "value": "false" })).await;
        self.root(Method::POST, &format!("{forbid}/forbid"), json!({})).await;
    }

    async fn records(&mut self) {
        let test = &self.portal.test;
        let destination = test.service.destinations().remove(0);
        test.service.ship(&destination).await.unwrap();
        let later = || Undelivered::Later { problem: "connection refused".to_owned() };
        test.messenger.fail_next([later(), later(), later(), later()]);
        test.service.deliver_notices().await.unwrap();
        self.read_own(&["/api/v1/notices", "/api/v1/notices?limit=1"]).await;
        self.read(&["/api/v1/delivery/destinations", "/api/v1/delivery/mails?limit=1"]).await;
        self.read(&[
            "/api/v1/audit-records?limit=3",
            "/api/v1/audit-records?operation=create-app-password",
            "/api/v1/audit-records/2",
            "/api/v1/audit-records.jsonl",
            "/api/v1/audit-records.csv",
            "/api/v1/audit-verification",
        ])
        .await;
        self.root(Method::POST, "/api/v1/audit-verification", Value::Null).await;
        while self.root(Method::GET, "/api/v1/audit-verification", Value::Null).await["state"] == "running" {
            tokio::task::yield_now().await;
        }
    }

    async fn tokens(&mut self) {
        self.read(&["/api/v1/me", "/api/v1/tokens"]).await;
        let me = self.anna(Method::GET, "/api/v1/me", Value::Null).await;
        let added = principal(&self.portal, "CRM", "accounts.read").await.principal.id;
        let crm = format!("/api/v1/service-principals/{added}");
        self.read(&["/api/v1/service-principals", &crm]).await;
        self.root(Method::DELETE, &crm, Value::Null).await;
        let own = format!("/api/v1/tokens/{}", me["tokenId"].as_str().unwrap());
        self.read_own(&[&own]).await;
        self.anna(Method::DELETE, &own, Value::Null).await;
    }

    /// What is refused is a problem, for each operation: without a token, without a right, with a wrong body.
    async fn refusals(&mut self) {
        let nobody = self.portal.with("nothing");
        for endpoint in endpoints() {
            let path = endpoint.path.replace("{sequence}", "0").replace("{name}", "none");
            let path = path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part });
            let path = path.collect::<Vec<_>>().join("/");
            self.portal.test.clock.advance(Duration::from_secs(60));
            self.ask(&nobody, endpoint.method.clone(), &path, Value::Null).await;
            if endpoint.path.contains('{') {
                let root = self.root.clone();
                let answer = self.ask(&root, endpoint.method.clone(), &path, json!({})).await;
                let which = format!("{} {}", endpoint.method, endpoint.path);
                let missing = answer.status.is_client_error() || endpoint.path.contains("{group}");
                assert!(missing, "{which}: {} {}", answer.status, answer.body);
            }
        }
    }
}

/// Everything that was answered on the way.
async fn walked() -> Vec<ApiAnswer> {
    let mut walk = Walk::begin().await;
    walk.sign_ins().await;
    walk.app_passwords().await;
    walk.person().await;
    walk.addresses().await;
    walk.accounts().await;
    walk.settings().await;
    walk.records().await;
    walk.tokens().await;
    walk.refusals().await;
    walk.said
}

#[tokio::test]
async fn every_operation_is_done_once_at_least() {
    let said = walked().await;
    let done: BTreeSet<(String, String)> = said
        .iter()
        .filter(|answer| answer.status < 300)
        .map(|answer| (answer.method.clone(), answer.path.clone()))
        .collect();
    let there: BTreeSet<(String, String)> =
        endpoints().iter().map(|each| (each.method.to_string(), each.path.to_owned())).collect();
    let left: Vec<_> = there.difference(&done).collect();
    assert!(left.is_empty(), "operations that the walk does not do: {left:#?}");
    assert!(said.iter().all(|answer| answer.status < 500), "a failure of ours");
}

/// By `ajv` and a validator of OpenAPI 3.1, both from npm: the document is one, every answer is as it says, and no answer has a
/// field of which it says nothing.
#[tokio::test]
async fn e2e_the_document_and_every_answer_hold_in_the_eyes_of_others() {
    let said = walked().await;
    let document = openapi_document();
    let checked = check_openapi(&document, &said).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(checked, said.len());
    // They do find what is wrong: a document without its paths, an answer without a field or with one too many.
    assert!(check_openapi(&document.replacen("\"info\"", "\"inform\"", 1), &[]).is_err());
    let me = said.iter().find(|answer| answer.path == "/api/v1/me" && answer.status == 200).unwrap();
    for (part, other) in
        [("\"name\"", "\"nom\""), ("\"scopes\":[", "\"scopes\":[1,"), ("{", "{\"colour\":1,")]
    {
        let broken = ApiAnswer { body: me.body.replacen(part, other, 1), ..me.clone() };
        assert_ne!(broken.body, me.body);
        assert!(check_openapi(&document, &[broken]).is_err(), "{part}");
    }
}

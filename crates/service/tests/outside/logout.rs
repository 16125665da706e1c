//! Sessions that end because the provider says so, and those that do not because somebody pretends it did.

use postern_domain::account::password::AccountPassword;
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_service::outside::{BackChannelLogoutError, OutsideFinish};
use postern_service::portal::{FullSession, PortalSignIn, SessionToken};
use postern_service::upstream::EndpointProblem;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR, Signature, account_name};
use serde_json::{Value, json};

use crate::harness::{ANNA, BROWSER, ISSUER, Setting};

/// Anna's subject at the provider.
const SUBJECT: &str = "248289761001";
/// The event that a logout token is about.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl Setting {
    /// Anna in the portal, in the provider's session of that name.
    async fn inside_by(&self, sid: Option<&str>) -> SessionToken {
        let mut claims = self.with_mfa(0);
        claims["sid"] = sid.map_or(Value::Null, Value::from);
        self.sign_in(&claims).await.expect("the service answers").token
    }

    /// Anna in the portal with her account password.
    async fn with_the_password(&self) -> (SessionToken, FullSession) {
        let sign_in = PortalSignIn {
            name: ANNA.to_owned(),
            password: AccountPassword::typed(ACCOUNT_PASSWORD),
            remembered: None,
            address: BROWSER.address,
            user_agent: BROWSER.user_agent.to_owned(),
            replaces: None,
        };
        let started = self.test.service.start_portal_session(sign_in).await.expect("the service answers");
        (started.token, started.standing.full().expect("she is in"))
    }

    async fn is_in(&self, token: &SessionToken) -> bool {
        self.test.service.resume_portal_session(token).await.expect("the service answers").is_some()
    }

    async fn end(&self, claims: &Value) -> Result<usize, BackChannelLogoutError> {
        let token = self.provider.logout_token(claims);
        self.test.service.end_sessions_by_logout_token(&token).await
    }
}

#[tokio::test]
async fn a_session_there_ends_its_own_here_and_a_person_all_of_theirs() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    setting.test.account("ben@example.test", MfaState::Enforced).await;
    setting.link("ben@example.test", "ben").await;
    let mut ben = setting.with_mfa(0);
    ben["sub"] = "ben".into();
    ben["sid"] = "s-1".into();
    let ben = setting.sign_in(&ben).await.unwrap().token;
    let (first, second) = (setting.inside_by(Some("s-1")).await, setting.inside_by(Some("s-2")).await);
    let unnamed = setting.inside_by(None).await;

    assert_eq!(setting.end(&json!({ "sub": SUBJECT, "sid": "s-1" })).await.unwrap(), 2);
    assert!(!setting.is_in(&first).await);
    assert!(!setting.is_in(&unnamed).await, "nobody knows that it is not that session");
    assert!(setting.is_in(&second).await && setting.is_in(&ben).await);
    // The name of a session alone is enough; of a person alone ends all.
    assert_eq!(setting.end(&json!({ "sid": "s-2" })).await.unwrap(), 1);
    assert!(!setting.is_in(&second).await);
    let again = [setting.inside_by(Some("s-3")).await, setting.inside_by(None).await];
    assert_eq!(setting.end(&json!({ "sub": SUBJECT, "aud": ["other", "postern"] })).await.unwrap(), 2);
    for token in &again {
        assert!(!setting.is_in(token).await);
    }
    assert!(setting.is_in(&ben).await);
    // Who is unknown here has no session: the provider is told that all is well.
    assert_eq!(setting.end(&json!({ "sub": "nobody" })).await.unwrap(), 0);
    let records = setting.records(Operation::EndOutsideSessions).await;
    let told: Vec<String> = records.iter().map(|record| format!("{:?}", record.details)).collect();
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(
        told[0].contains("(\"sessions\", \"2\")") && told[0].contains("(\"provider\", \"Staff\")"),
        "{told:#?}"
    );
}

#[tokio::test]
async fn a_session_that_was_confirmed_there_ends_with_it_and_another_stays() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    let (token, session) = setting.with_the_password().await;
    let service = &setting.test.service;
    assert_eq!(setting.end(&json!({ "sub": SUBJECT })).await.unwrap(), 0);
    assert!(setting.is_in(&token).await, "began with the account password");
    let begun = service.begin_outside_step_up(&session, &BROWSER, "Staff", "/").await.unwrap();
    let mut claims = setting.with_mfa(0);
    claims["sid"] = "s-1".into();
    let answer = setting.provider.sign_in(&begun.url, &claims);
    let finished = service.finish_outside(&BROWSER, Some(&token), answer).await.unwrap();
    let OutsideFinish::Confirmed { token, .. } = finished else { panic!("it was to confirm: {finished:?}") };
    assert_eq!(setting.end(&json!({ "sid": "s-1" })).await.unwrap(), 1);
    assert!(!setting.is_in(&token).await);
}

#[tokio::test]
async fn a_token_is_good_once_however_long_it_says_that_it_is() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let token = setting.provider.logout_token(&json!({ "sub": SUBJECT, "exp": 4_000_000_000_u64 }));
    let service = &setting.test.service;
    let first = setting.inside_by(None).await;
    assert_eq!(service.end_sessions_by_logout_token(&token).await.unwrap(), 1);
    assert!(!setting.is_in(&first).await);
    let second = setting.inside_by(None).await;
    for later in [0, 10 * 60] {
        setting.advance(later);
        let refused = service.end_sessions_by_logout_token(&token).await;
        assert!(matches!(refused, Err(BackChannelLogoutError::Replayed)), "{refused:?}");
    }
    // By now nobody remembers it, and it is over.
    setting.advance(60);
    setting.end(&json!({ "sub": "nobody" })).await.unwrap();
    let refused = service.end_sessions_by_logout_token(&token).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the logout token does not hold: it has expired, or its clock and ours differ"
    );
    assert!(setting.is_in(&second).await);
}

#[tokio::test]
async fn a_token_that_is_not_signed_as_it_must_be_ends_nothing() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let token = setting.inside_by(None).await;
    let mut told = String::new();
    for signature in [Signature::None, Signature::PublicKeyAsSecret, Signature::ForeignKey, Signature::Broken]
    {
        setting.provider.sign(signature.clone());
        let refused = setting.end(&json!({ "sub": SUBJECT })).await.unwrap_err();
        told.push_str(&format!("{signature:?}: {refused}\n"));
    }
    insta::assert_snapshot!(told, @r"
    None: the logout token does not hold: it is not signed in a way that can be trusted
    PublicKeyAsSecret: the logout token does not hold: it is not signed in a way that can be trusted
    ForeignKey: the logout token does not hold: the signature of it does not hold
    Broken: the logout token does not hold: the signature of it does not hold
    ");
    assert!(setting.is_in(&token).await);
}

#[tokio::test]
async fn a_token_with_a_claim_that_is_not_right_ends_nothing() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let token = setting.inside_by(Some("s-1")).await;
    let now = setting.test.service.clock().now().as_seconds();
    let lies = [
        ("another issuer", json!({ "iss": "https://login.example.test" })),
        ("the issuer with a slash", json!({ "iss": format!("{ISSUER}/") })),
        ("the issuer of another provider", json!({ "iss": "https://other.example.test" })),
        ("another client", json!({ "aud": "other" })),
        ("no client", json!({ "aud": [] })),
        ("no audience", json!({ "aud": null })),
        ("a nonce", json!({ "nonce": "n" })),
        ("no event", json!({ "events": null })),
        ("another event", json!({ "events": { "https://schemas.openid.net/event/backchannel-logout": {} } })),
        ("an event in words", json!({ "events": { EVENT: "yes" } })),
        ("a list of events", json!({ "events": [EVENT] })),
        ("no name", json!({ "jti": null })),
        ("an empty name", json!({ "jti": "" })),
        ("nobody", json!({ "sub": null })),
        ("a subject that is none", json!({ "sub": "a\u{202e}b" })),
        ("an empty session", json!({ "sid": "" })),
        ("over", json!({ "exp": now - 60 })),
        ("issued long ago", json!({ "iat": now - 11 * 60, "exp": now + 60 })),
        ("issued in the future", json!({ "iat": now + 61 })),
        ("not good yet", json!({ "nbf": now + 61 })),
        ("no moment", json!({ "iat": null })),
    ];
    let mut told = String::new();
    for (about, lie) in lies {
        let mut claims = json!({ "sub": SUBJECT });
        for (name, value) in lie.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let refused = setting.end(&claims).await.unwrap_err();
        told.push_str(&format!("{about}: {refused}\n"));
    }
    insta::assert_snapshot!(told, @r"
    another issuer: the logout token is of no identity provider that is known here
    the issuer with a slash: the logout token is of no identity provider that is known here
    the issuer of another provider: the logout token does not hold: the signature of it does not hold
    another client: the logout token does not hold: it is for another client
    no client: the logout token does not hold: it is for another client
    no audience: the logout token does not hold: it has no meaning
    a nonce: the logout token does not hold: it is no logout token
    no event: the logout token does not hold: it has no meaning
    another event: the logout token does not hold: it is no logout token
    an event in words: the logout token does not hold: it is no logout token
    a list of events: the logout token does not hold: it has no meaning
    no name: the logout token does not hold: it has no meaning
    an empty name: the logout token does not hold: it has no meaning
    nobody: the logout token does not hold: it does not say who it is about
    a subject that is none: the logout token does not hold: it does not say who it is about
    an empty session: the logout token does not hold: it has no meaning
    over: the logout token does not hold: it has expired, or its clock and ours differ
    issued long ago: the logout token does not hold: it has expired, or its clock and ours differ
    issued in the future: the logout token does not hold: it is of another time than the request, or its clock and ours differ
    not good yet: the logout token does not hold: it is of another time than the request, or its clock and ours differ
    no moment: the logout token does not hold: it has no meaning
    ");
    assert!(setting.is_in(&token).await);
    assert!(setting.records(Operation::EndOutsideSessions).await.is_empty());
}

#[tokio::test]
async fn what_is_another_kind_of_token_ends_nothing() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let token = setting.inside_by(None).await;
    let service = &setting.test.service;
    // An identity token, as a stolen one would be shown.
    setting.provider.tamper(|header, claims| {
        header["typ"] = "JWT".into();
        claims.as_object_mut().unwrap().remove("events");
        claims["nonce"] = "n".into();
    });
    let refused = setting.end(&json!({ "sub": SUBJECT })).await.unwrap_err();
    assert!(refused.to_string().starts_with("the logout token does not hold"), "{refused}");
    for (header, is_taken) in
        [("at+jwt", false), ("secevent+jwt", false), ("JWT", true), ("application/logout+JWT", true)]
    {
        setting.provider.tamper(move |said, _| said["typ"] = header.into());
        assert_eq!(setting.end(&json!({ "sub": "nobody" })).await.is_ok(), is_taken, "{header}");
    }
    setting.provider.tamper(|header, _| header["crit"] = json!(["exp"]));
    assert!(setting.end(&json!({ "sub": SUBJECT })).await.is_err());
    // A null nonce is one, and a claim that is there twice makes the token none; neither can be said by a map of claims.
    setting.provider.tamper(|_, claims| claims["nonce"] = Value::Null);
    let refused = setting.end(&json!({ "sub": SUBJECT })).await.unwrap_err();
    assert_eq!(refused.to_string(), "the logout token does not hold: it is no logout token");
    setting.provider.tamper(|_, claims| claims["padding"] = "x".repeat(16 * 1024).into());
    let refused = setting.end(&json!({ "sub": SUBJECT })).await.unwrap_err();
    assert_eq!(refused.to_string(), "the logout token does not hold: it has no meaning");
    for nonsense in ["", ".", "..", "a.b.c", "e30.e30.", "e30.e30.e30.e30", "\u{0}.\u{0}.\u{0}"] {
        assert!(service.end_sessions_by_logout_token(nonsense).await.is_err(), "{nonsense:?}");
    }
    assert!(setting.is_in(&token).await);
}

#[tokio::test]
async fn whoever_names_keys_makes_us_ask_once_a_minute_and_a_dead_provider_ends_nothing() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let token = setting.inside_by(None).await;
    let before = setting.provider.fetched().len();
    for number in 0..5 {
        setting.provider.tamper(move |header, _| header["kid"] = format!("made-up-{number}").into());
        let refused = setting.end(&json!({ "sub": SUBJECT })).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the logout token does not hold: it is signed with a key that it does not publish"
        );
    }
    assert_eq!(setting.provider.fetched().len() - before, 1);
    setting.provider.tamper(|_, _| {});
    setting.provider.publish("/.well-known/openid-configuration", Err(EndpointProblem::Unreachable));
    setting.advance(25 * 3600);
    let refused = setting.end(&json!({ "sub": SUBJECT })).await;
    assert!(matches!(refused, Err(BackChannelLogoutError::Unavailable(_))), "{refused:?}");
    drop(token);
}

#[tokio::test]
async fn unlinking_ends_what_began_by_the_link_and_all_else_of_the_account() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    let (password, _) = setting.with_the_password().await;
    let through = setting.inside_by(None).await;
    let service = &setting.test.service;
    let links = service.outside_identities_of(OPERATOR, &account_name(ANNA)).await.unwrap();
    assert!(
        service.unlink_outside_identity(OPERATOR, &account_name(ANNA), links[0].identity.id).await.unwrap()
    );
    assert!(!setting.is_in(&through).await);
    assert!(!setting.is_in(&password).await);
}

#[tokio::test]
async fn signing_out_leads_there_where_the_configuration_wants_it() {
    for wanted in [true, false] {
        let setting = Setting::with(|provider| provider.sign_out_there = wanted).await;
        setting.linked(MfaState::Disabled).await;
        let (_, session) = setting.inside().await;
        let service = &setting.test.service;
        let there = service.sign_out_there(session.session(), "state-1").await;
        assert_eq!(there.is_some(), wanted);
        let Some(there) = there else { continue };
        let (place, query) = there.url.split_once('?').unwrap();
        assert_eq!(place, format!("{ISSUER}/logout"));
        let (rest, hint) = query.split_once("&id_token_hint=").unwrap();
        assert_eq!(hint.split('.').count(), 3);
        let back = "https%3A%2F%2Fportal.example.test%2Fsign-in%2Foutside%2Fsigned-out";
        assert_eq!(rest, format!("client_id=postern&post_logout_redirect_uri={back}&state=state-1"));
        // Whoever got in otherwise is sent nowhere.
        let (_, other) = setting.with_the_password().await;
        assert!(service.sign_out_there(other.session(), "state-1").await.is_none());
    }
}

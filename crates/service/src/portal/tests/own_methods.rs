//! What owners and administrators do with methods and remembered browsers.

use std::time::Duration;

use postern_domain::account::password::AccountPassword;
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_testkit::SoftAuthenticator;

use crate::By;
use crate::account::AccountError;
use crate::portal::{EnrolError, MethodChange, PortalSignIn, SessionToken, Standing};
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, name};

const DAY: Duration = Duration::from_secs(86_400);

/// How far somebody gets with the password in a browser that may be remembered.
async fn far(fixture: &Fixture, who: &str, remembered: Option<&SessionToken>) -> &'static str {
    let sign_in = PortalSignIn {
        name: who.to_owned(),
        password: AccountPassword::typed(ACCOUNT_PASSWORD),
        remembered: remembered.map(|token| SessionToken::from_cookie(token.expose()).unwrap()),
        replaces: None,
        address: std::net::IpAddr::from([192, 0, 2, 7]),
        user_agent: "Browser/1.0".to_owned(),
    };
    match fixture.service.start_portal_session(sign_in).await.unwrap().standing {
        Standing::Full(session) => {
            assert_eq!(session.session().factors.to_string(), "pwd remembered");
            assert!(!fixture.service.second_factor_is_fresh(&session), "it never stands for a step-up");
            "in"
        }
        Standing::AwaitingSecondFactor(_) => "second factor",
        Standing::MustRegister(_) => "must register",
    }
}

#[tokio::test]
async fn a_browser_is_remembered_where_the_organization_allows_it_and_for_as_long() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account("bo@example.test", MfaState::Enforced).await;
    let (session, ..) = fixture.enrol(ANNA).await;
    fixture.enrol("bo@example.test").await;
    assert!(fixture.service.remember_browser(&session).await.unwrap().is_none(), "off by default");
    fixture.service.change_setting(OPERATOR, SettingKey::RememberBrowser, "30d").await.unwrap();
    let (token, span) = fixture.service.remember_browser(&session).await.unwrap().unwrap();
    assert_eq!(span, 30 * DAY);
    assert_eq!(far(&fixture, ANNA, Some(&token)).await, "in");
    assert_eq!(far(&fixture, ANNA, None).await, "second factor");
    assert_eq!(far(&fixture, "bo@example.test", Some(&token)).await, "second factor", "for Anna only");
    fixture.service.change_setting(OPERATOR, SettingKey::RememberBrowser, "1d").await.unwrap();
    fixture.clock.advance(DAY);
    assert_eq!(far(&fixture, ANNA, Some(&token)).await, "second factor", "the setting was shortened");
    fixture.service.change_setting(OPERATOR, SettingKey::RememberBrowser, "30d").await.unwrap();
    assert_eq!(far(&fixture, ANNA, Some(&token)).await, "in");
    fixture.clock.advance(29 * DAY);
    assert_eq!(far(&fixture, ANNA, Some(&token)).await, "second factor");
    assert!(fixture.service.remember_browser(&session).await.unwrap().is_none(), "that session is over");
}

#[tokio::test]
async fn what_ends_trust_in_a_browser() {
    let fixture = Fixture::open().await;
    fixture.service.change_setting(OPERATOR, SettingKey::RememberBrowser, "30d").await.unwrap();
    for what in ["forget", "forget all", "sign-out", "password", "registration", "block", "method"] {
        let who = format!("{}@example.test", what.replace(' ', "-"));
        fixture.account(&who, MfaState::Enforced).await;
        let (session, ..) = fixture.enrol(&who).await;
        let (token, _) = fixture.service.remember_browser(&session).await.unwrap().unwrap();
        let service = &fixture.service;
        let listed = service.remembered_browsers(By::Session(&session)).await.unwrap();
        assert_eq!((listed.len(), listed[0].user_agent.as_str()), (1, "Browser/1.0"));
        match what {
            "forget" => assert_eq!(
                service.forget_browsers(By::Session(&session), Some(listed[0].id)).await.unwrap(),
                1
            ),
            "forget all" => {
                assert_eq!(service.forget_browsers(By::Session(&session), None).await.unwrap(), 1);
            }
            "sign-out" => service.end_sessions(OPERATOR, &name(&who)).await.unwrap(),
            "password" => {
                let same = AccountPassword::typed(ACCOUNT_PASSWORD);
                service.set_account_password(OPERATOR, &name(&who), same, false).await.unwrap();
            }
            "registration" => {
                service.require_registration(OPERATOR, &name(&who), false).await.unwrap();
            }
            "block" => {
                service.block_account(OPERATOR, &name(&who)).await.unwrap();
                service.unblock_account(OPERATOR, &name(&who)).await.unwrap();
            }
            _ => {
                let begun = service.begin_totp_enrolment(session.session()).await.unwrap();
                let code = fixture.code(&begun.secret);
                let finished =
                    service.finish_totp_enrolment(session.session(), &begun.sealed, "Second", &code).await;
                let session = finished.unwrap().1;
                let methods = service.find_account(OPERATOR, &name(&who)).await.unwrap().methods;
                service.delete_method(By::Session(&session), methods[0].id).await.unwrap();
            }
        }
        assert_eq!(far(&fixture, &who, Some(&token)).await, "second factor", "{what}");
    }
}

/// A second factor, however fresh, does not bring the session back: they are not asked for one.
#[tokio::test]
async fn who_is_out_is_told_to_sign_in_again() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (session, ..) = fixture.enrol(ANNA).await;
    let (service, by) = (&fixture.service, By::Session(&session));
    let method = service.find_account(OPERATOR, &name(ANNA)).await.unwrap().methods[0].id;
    service.end_sessions(OPERATOR, &name(ANNA)).await.unwrap();
    let refused = [
        service.change_method(by, method, MethodChange::default()).await.err(),
        service.delete_method(by, method).await.err(),
        service.make_recovery_codes(&session).await.err(),
    ];
    for error in refused {
        assert!(matches!(error, Some(EnrolError::SessionOver)), "{error:?}");
    }
}

#[tokio::test]
async fn an_administrator_demands_a_registration() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (session, secret, _) = fixture.enrol(ANNA).await;
    assert_eq!(fixture.service.require_registration(OPERATOR, &name(ANNA), false).await.unwrap(), 0);
    let over = fixture.service.make_recovery_codes(&session).await;
    assert!(matches!(over, Err(EnrolError::SessionOver)), "her sessions ended");
    // After the factors that she has, she must register another.
    fixture.clock.advance(Duration::from_secs(60));
    let half = fixture.half(ANNA).await;
    let code = fixture.code(&secret);
    let (token, standing) = fixture.service.verify_totp(half.session(), &code).await.unwrap();
    let Standing::MustRegister(must) = standing else { panic!("{standing:?}") };
    assert!(matches!(
        fixture.service.resume_portal_session(&token).await.unwrap(),
        Some(Standing::MustRegister(_))
    ));
    let begun = fixture.service.begin_totp_enrolment(must.session()).await.unwrap();
    let code = fixture.code(&begun.secret);
    let finished = fixture.service.finish_totp_enrolment(must.session(), &begun.sealed, "New", &code).await;
    let (_, session, codes) = finished.unwrap();
    assert!(codes.is_none() && !session.account().must_register_again);

    // With the methods deleted, the password alone leads to the registration.
    assert_eq!(fixture.service.require_registration(OPERATOR, &name(ANNA), true).await.unwrap(), 2);
    let details = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!((details.methods.len(), details.recovery_codes_left), (0, 0));
    assert_eq!(far(&fixture, ANNA, None).await, "must register");
    fixture.enrol(ANNA).await;
    fixture.service.verify_audit().await.unwrap();
}

#[tokio::test]
async fn where_mfa_is_off_a_demanded_registration_is_asked_for_all_the_same() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    fixture.service.require_registration(OPERATOR, &name(ANNA), true).await.unwrap();
    assert_eq!(far(&fixture, ANNA, None).await, "must register");
    let (session, ..) = fixture.enrol(ANNA).await;
    assert_eq!(session.account().mfa, MfaState::Disabled);
}

#[tokio::test]
async fn an_administrator_deletes_one_method_the_last_one_too() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.enrol(ANNA).await;
    let method = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap().methods[0].id;
    fixture.service.delete_method_of(OPERATOR, &name(ANNA), method).await.unwrap();
    let again = fixture.service.delete_method_of(OPERATOR, &name(ANNA), method).await;
    assert!(matches!(again, Err(AccountError::NoSuchMethod)));
    assert_eq!(far(&fixture, ANNA, None).await, "must register");
}

#[tokio::test]
async fn the_method_that_is_wanted_is_asked_for_first_and_the_strongest_otherwise() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (session, ..) = fixture.enrol(ANNA).await;
    fixture.clock.advance(Duration::from_secs(1));
    let begun = fixture.service.begin_passkey_registration(session.session(), "Postern").await.unwrap();
    let answer = SoftAuthenticator::new("https://portal.example.test").create(&begun.options);
    let finished =
        fixture.service.finish_passkey_registration(session.session(), &begun.id, "Laptop", &answer).await;
    let session = finished.unwrap().1;
    let labels = async || {
        let factors = fixture.service.second_factors_of(session.session()).await.unwrap();
        factors.methods.into_iter().map(|method| method.label).collect::<Vec<_>>()
    };
    assert_eq!(labels().await, ["Laptop", "Phone"]);
    let methods = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap().methods;
    let by = By::Session(&session);
    let both = MethodChange { label: Some(" Old phone\u{200b} ".to_owned()), first: true };
    let records = fixture.service.verify_audit().await.unwrap().end.sequence;
    let changed = fixture.service.change_method(by, methods[0].id, both.clone()).await.unwrap();
    assert_eq!((changed.method.label.as_str(), changed.is_first), ("Old phone", true));
    fixture.service.change_method(by, methods[0].id, both).await.unwrap();
    fixture.service.change_method(by, methods[0].id, MethodChange::default()).await.unwrap();
    let after = fixture.service.verify_audit().await.unwrap().end.sequence;
    assert_eq!(after - records, 1, "one change, one record; what changes nothing writes none");
    assert_eq!(labels().await, ["Old phone", "Laptop"]);
    fixture.service.delete_method(By::Session(&session), methods[0].id).await.unwrap();
    let gone = fixture.service.change_method(by, methods[0].id, MethodChange::default()).await;
    assert!(matches!(gone, Err(EnrolError::NoSuchMethod)));
    assert_eq!(labels().await, ["Laptop"]);
}

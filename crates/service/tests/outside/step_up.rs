//! Step-up of people whose second factor is their provider's.

use std::time::Duration;

use postern_domain::mfa::MfaState;
use postern_service::By;
use postern_service::outside::{OutsideError, OutsideFinish};
use postern_service::portal::{EnrolError, Enrolment, FullSession, SessionToken};
use postern_testkit::{OPERATOR, account_name};
use serde_json::{Value, json};

use crate::harness::{ANNA, BROWSER, Setting};

async fn confirm(
    setting: &Setting,
    (token, session): (&SessionToken, &FullSession),
    claims: impl FnOnce(i64) -> Value,
) -> Result<(SessionToken, FullSession), OutsideError> {
    let service = &setting.test.service;
    let begun = service.begin_outside_step_up(session, &BROWSER, "Staff", "/sessions").await?;
    assert!(begun.url.contains("&prompt=login&max_age=1&acr_values=gold"), "{}", begun.url);
    let answer = setting.provider.sign_in(&begun.url, &claims(service.clock().now().as_seconds()));
    match service.finish_outside(&BROWSER, Some(token), answer).await? {
        OutsideFinish::Confirmed { token, session, next } => {
            assert_eq!(next, "/sessions");
            Ok((token, *session))
        }
        other => panic!("it was to confirm: {other:?}"),
    }
}

#[tokio::test]
async fn whoever_answers_anew_is_confirmed_and_the_token_is_another() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let (token, session) = setting.inside().await;
    let service = &setting.test.service;
    assert!(service.second_factor_is_fresh(&session));
    setting.advance(10 * 60);
    assert!(!service.second_factor_is_fresh(&session));
    let mfa = |now: i64| json!({ "sub": "248289761001", "amr": ["mfa"], "auth_time": now });
    let (fresh_token, fresh) = confirm(&setting, (&token, &session), mfa).await.unwrap();
    assert!(service.second_factor_is_fresh(&fresh));
    assert!(service.resume_portal_session(&token).await.unwrap().is_none());
    assert!(service.resume_portal_session(&fresh_token).await.unwrap().is_some());
}

/// Claims, by the second at which they are made.
type Claims = fn(i64) -> Value;

#[tokio::test]
async fn neither_an_old_answer_nor_another_person_confirms() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let (token, session) = setting.inside().await;
    setting.advance(10 * 60);
    let claims: [(&str, Claims); 5] = [
        ("of this morning", |now| json!({ "sub": "248289761001", "amr": ["mfa"], "auth_time": now - 61 })),
        ("without a second factor", |now| json!({ "sub": "248289761001", "amr": ["pwd"], "auth_time": now })),
        ("without a time", |_| json!({ "sub": "248289761001", "amr": ["mfa"] })),
        ("another person", |now| json!({ "sub": "2", "amr": ["mfa"], "auth_time": now })),
        ("no word of it", |_| json!({ "sub": "248289761001" })),
    ];
    let mut told = String::new();
    for (about, claims) in claims {
        let refused = confirm(&setting, (&token, &session), claims).await.unwrap_err();
        told.push_str(&format!("{about}: {refused}\n"));
    }
    insta::assert_snapshot!(told, @r"
    of this morning: Staff Login did not say that a second factor was given just now
    without a second factor: Staff Login did not say that a second factor was given just now
    without a time: Staff Login did not say that a second factor was given just now
    another person: somebody else answered at Staff Login: confirm as the person whose account this is
    no word of it: Staff Login did not say that a second factor was given just now
    ");
    assert!(!setting.test.service.second_factor_is_fresh(&session));
}

#[tokio::test]
async fn it_is_offered_to_those_who_have_no_method_of_ours() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let (_, session) = setting.inside().await;
    let service = &setting.test.service;
    let names = async || -> Vec<String> {
        let offers = service.outside_step_ups(&session).await.unwrap();
        offers.iter().map(|provider| provider.name.clone()).collect()
    };
    assert_eq!(names().await, ["Staff"], "where she is linked");
    let refused = service.begin_outside_step_up(&session, &BROWSER, "Other", "/").await;
    assert!(matches!(refused, Err(OutsideError::NoSuchProvider)), "{refused:?}");
    let enrolment = service.begin_totp_enrolment(session.session()).await.unwrap();
    let code = postern_testkit::totp_code(&enrolment.secret.typed_key(), service.clock().now());
    service.finish_totp_enrolment(session.session(), &enrolment.sealed, "Phone", &code).await.unwrap();
    setting.test.clock.advance(Duration::from_secs(1));
    assert!(names().await.is_empty(), "her own method is asked for");
}

/// A browser that was left open an hour after its owner answered at the provider is not enough to give the account a
/// second factor of somebody else's, with which everything could then be confirmed.
#[tokio::test]
async fn a_first_method_of_ours_is_registered_only_after_a_fresh_answer() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let (token, session) = setting.inside().await;
    let service = &setting.test.service;
    let begun = service.begin_totp_enrolment(session.session()).await.unwrap();
    setting.advance(10 * 60);
    let refused = service.begin_totp_enrolment(session.session()).await.err();
    assert!(matches!(refused, Some(EnrolError::StepUpNeeded)), "{refused:?}");
    let code = |enrolment: &Enrolment| {
        postern_testkit::totp_code(&enrolment.secret.typed_key(), service.clock().now())
    };
    let (sealed, typed) = (&begun.sealed, code(&begun));
    let refused = service.finish_totp_enrolment(session.session(), sealed, "Phone", &typed).await;
    assert!(matches!(refused, Err(EnrolError::StepUpNeeded)), "{refused:?}");

    let mfa = |now: i64| json!({ "sub": "248289761001", "amr": ["mfa"], "auth_time": now });
    let (_, fresh) = confirm(&setting, (&token, &session), mfa).await.unwrap();
    let begun = service.begin_totp_enrolment(fresh.session()).await.unwrap();
    let (sealed, typed) = (&begun.sealed, code(&begun));
    service.finish_totp_enrolment(fresh.session(), sealed, "Phone", &typed).await.unwrap();
}

/// Where the provider can be asked no more, there is nothing else to ask for.
#[tokio::test]
async fn a_first_method_is_registered_without_a_question_that_nobody_could_answer() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let (_, session) = setting.inside().await;
    let service = &setting.test.service;
    let name = account_name(ANNA);
    let links = service.outside_identities_of(OPERATOR, &name).await.unwrap();
    service.unlink_outside_identity(By::Session(&session), &name, links[0].identity.id).await.unwrap();
    setting.advance(10 * 60);
    service.begin_totp_enrolment(session.session()).await.unwrap();
}

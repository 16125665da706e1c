//! How long a session lasts, and what ends it.

use std::time::Duration;

use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_domain::sign_in::Outcome;

use crate::By;
use crate::portal::{ChangeOwnPassword, ChangeOwnPasswordError, MethodChange, SessionToken, Standing};
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, TestClock, name};

const MINUTE: Duration = Duration::from_secs(60);

/// A session that is in, without a second factor.
async fn begin(fixture: &Fixture, who: &str) -> SessionToken {
    fixture.start(who, ACCOUNT_PASSWORD).await.unwrap().token
}

async fn lives(fixture: &Fixture, token: &SessionToken) -> bool {
    fixture.service.resume_portal_session(token).await.unwrap().is_some()
}

#[tokio::test]
async fn a_session_ends_unused_and_after_a_day() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    fixture
        .add("root@example.test", MfaState::Disabled, Role::GlobalAdministrator, AccountKind::Person)
        .await;
    for (who, idle, overall) in [(ANNA, 60, 24 * 60), ("root@example.test", 15, 12 * 60)] {
        let token = begin(&fixture, who).await;
        fixture.clock.advance(MINUTE * (idle - 1));
        assert!(lives(&fixture, &token).await, "{who}");
        fixture.clock.advance(MINUTE * idle);
        assert!(!lives(&fixture, &token).await, "{who}");

        let token = begin(&fixture, who).await;
        let mut minutes = 0;
        while lives(&fixture, &token).await {
            fixture.clock.advance(MINUTE * 10);
            minutes += 10;
        }
        assert_eq!(minutes, overall, "{who}");
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_session_immortal() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (session, ..) = fixture.enrol(ANNA).await;
    assert!(fixture.service.second_factor_is_fresh(&session));
    fixture.clock.set(TestClock::START.minus(MINUTE * 60));
    assert!(!fixture.service.second_factor_is_fresh(&session));
    let token = begin(&fixture, ANNA).await;
    assert!(lives(&fixture, &token).await);
    fixture.clock.set(TestClock::START.minus(MINUTE * 120));
    assert!(!lives(&fixture, &token).await);
}

#[tokio::test]
async fn a_token_is_good_until_it_is_rotated() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (_, secret, _) = fixture.enrol(ANNA).await;
    fixture.clock.advance(MINUTE);
    let started = fixture.start(ANNA, ACCOUNT_PASSWORD).await.unwrap();
    let Standing::AwaitingSecondFactor(half) = &started.standing else { panic!("{:?}", started.standing) };
    let (token, _) = fixture.service.verify_totp(half.session(), &fixture.code(&secret)).await.unwrap();
    assert!(!lives(&fixture, &started.token).await);
    assert!(lives(&fixture, &token).await);
    assert_eq!(token.expose().len(), 43);
    assert_eq!(format!("{token:?}"), "SessionToken");
    assert!(lives(&fixture, &SessionToken::from_cookie(token.expose()).unwrap()).await);
    for wrong in ["", "short", &"x".repeat(44), &format!("{}=", token.expose())] {
        assert!(SessionToken::from_cookie(wrong).is_none(), "{wrong}");
    }
}

/// OWASP: a session is not kept beside the one that takes its place in the browser.
#[tokio::test]
async fn signing_in_ends_the_session_that_the_browser_had() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    fixture.account("bo@example.test", MfaState::Enforced).await;
    let elsewhere = begin(&fixture, ANNA).await;
    let mut before = begin(&fixture, ANNA).await;
    for (who, password, starts) in [
        (ANNA, "not that one", false),
        ("bo@example.test", ACCOUNT_PASSWORD, true),
        (ANNA, ACCOUNT_PASSWORD, true),
    ] {
        let started = fixture.start_over(who, password, Some(&before)).await;
        assert_eq!(lives(&fixture, &before).await, !starts, "{who}");
        if let Ok(started) = started {
            assert!(starts, "{who}");
            before = started.token;
            assert!(lives(&fixture, &before).await, "{who}");
        }
    }
    assert!(lives(&fixture, &elsewhere).await, "another browser's stays");
}

#[tokio::test]
async fn deleting_a_method_ends_the_owners_other_sessions() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (_, secret, _) = fixture.enrol(ANNA).await;
    fixture.clock.advance(MINUTE);
    let half = fixture.half(ANNA).await;
    let verified = fixture.service.verify_totp(half.session(), &fixture.code(&secret)).await.unwrap();
    let elsewhere = verified.0;
    fixture.clock.advance(MINUTE);
    let half = fixture.half(ANNA).await;
    let verified = fixture.service.verify_totp(half.session(), &fixture.code(&secret)).await.unwrap();
    let session = verified.1.full().unwrap();
    let begun = fixture.service.begin_totp_enrolment(session.session()).await.unwrap();
    let code = fixture.code(&begun.secret);
    let finished = fixture.service.finish_totp_enrolment(session.session(), &begun.sealed, "New", &code);
    let (token, session, _) = finished.await.unwrap();
    let methods = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap().methods;
    let renamed = MethodChange { label: Some("Old phone".to_owned()), first: false };
    fixture.service.change_method(By::Session(&session), methods[0].id, renamed).await.unwrap();
    assert!(lives(&fixture, &elsewhere).await, "what is added or renamed opens nothing to anybody who is in");
    fixture.service.delete_method(By::Session(&session), methods[0].id).await.unwrap();
    assert!(!lives(&fixture, &elsewhere).await);
    assert!(lives(&fixture, &token).await, "the one that deleted it goes on");
}

#[tokio::test]
async fn blocking_forcing_out_and_a_reset_end_every_session() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let token = begin(&fixture, ANNA).await;
    fixture.service.end_sessions(OPERATOR, &name(ANNA)).await.unwrap();
    assert!(!lives(&fixture, &token).await);
    let token = begin(&fixture, ANNA).await;
    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert!(!lives(&fixture, &token).await);
    fixture.service.unblock_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert!(!lives(&fixture, &token).await, "unblocking brings no session back");
    let token = begin(&fixture, ANNA).await;
    let password = AccountPassword::typed(ACCOUNT_PASSWORD);
    fixture.service.set_account_password(OPERATOR, &name(ANNA), password, true).await.unwrap();
    assert!(!lives(&fixture, &token).await);
}

#[tokio::test]
async fn an_owner_changes_the_password_with_the_old_one_and_a_fresh_second_factor() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (session, secret, _) = fixture.enrol(ANNA).await;
    let elsewhere = begin(&fixture, ANNA).await;
    fixture.app_password(ANNA, "Contact form").await;
    let change = |old: &str, revoke_app_passwords| ChangeOwnPassword {
        old: AccountPassword::typed(old),
        new: AccountPassword::typed("a wholly different phrase"),
        revoke_app_passwords,
    };
    let wrong = fixture.service.change_own_password(&session, change("not that one", true)).await;
    assert!(matches!(wrong, Err(ChangeOwnPasswordError::WrongPassword)));
    fixture.clock.advance(MINUTE * 10);
    let stale = fixture.service.change_own_password(&session, change(ACCOUNT_PASSWORD, true)).await;
    assert!(matches!(stale, Err(ChangeOwnPasswordError::StepUpNeeded)));
    let code = fixture.code(&secret);
    let session = fixture.service.verify_totp(session.session(), &code).await.unwrap().1.full().unwrap();
    let changed = fixture.service.change_own_password(&session, change(ACCOUNT_PASSWORD, true)).await;
    let (token, _, revoked) = changed.unwrap();
    assert_eq!(revoked, 1);
    assert!(lives(&fixture, &token).await);
    assert!(!lives(&fixture, &elsewhere).await);
    assert!(fixture.start(ANNA, ACCOUNT_PASSWORD).await.is_err());
    assert!(fixture.start(ANNA, "a wholly different phrase").await.is_ok());
}

/// The one other place where the account password is asked for (`places_that_ask_for_a_password` in the web crate holds
/// that there is none beside).
#[tokio::test]
async fn an_app_password_is_no_old_password() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account("bo@example.test", MfaState::Enforced).await;
    let (session, ..) = fixture.enrol(ANNA).await;
    let annas = fixture.app_password(ANNA, "Contact form").await.secret;
    let bos = fixture.app_password("bo@example.test", "Contact form").await.secret;
    let change = |old: &str| ChangeOwnPassword {
        old: AccountPassword::typed(old),
        new: AccountPassword::typed("a wholly different phrase"),
        revoke_app_passwords: false,
    };
    for old in [annas.expose_canonical(), &annas.expose_grouped(), bos.expose_canonical()] {
        let refused = fixture.service.change_own_password(&session, change(old)).await;
        assert!(matches!(refused, Err(ChangeOwnPasswordError::WrongPassword)), "{refused:?}");
    }
    let events = fixture.events().await;
    let reasons = events.iter().filter_map(|event| match event.outcome {
        Outcome::Refused { reason, .. } => Some(reason.name()),
        Outcome::Accepted { .. } => None,
    });
    assert_eq!(reasons.collect::<Vec<_>>(), ["app-password-at-portal"; 3]);
    fixture.service.change_own_password(&session, change(ACCOUNT_PASSWORD)).await.unwrap();
}

/// The fixture signs in from 192.0.2.7.
#[tokio::test]
async fn a_trusted_network_spares_members_the_second_factor_and_nothing_else() {
    let fixture = Fixture::open().await;
    for (who, role) in [(ANNA, Role::Member), ("desk@example.test", Role::HelpDesk)] {
        fixture.add(who, MfaState::Enforced, role, AccountKind::Person).await;
        fixture.enrol(who).await;
    }
    let newcomer = "bo@example.test";
    fixture.account(newcomer, MfaState::Enforced).await;
    let how = async |who: &str| match fixture.start(who, ACCOUNT_PASSWORD).await.unwrap().standing {
        Standing::Full(session) => {
            let fresh = fixture.service.second_factor_is_fresh(&session);
            format!("in by {}, {}fresh", session.session().factors, if fresh { "" } else { "not " })
        }
        Standing::AwaitingSecondFactor(_) => "awaits the second factor".to_owned(),
        Standing::MustRegister(_) => "must register".to_owned(),
    };
    assert_eq!(how(ANNA).await, "awaits the second factor");
    let key = SettingKey::TrustedNetworks;
    fixture.service.change_setting(OPERATOR, key, "198.51.100.0/24").await.unwrap();
    assert_eq!(how(ANNA).await, "awaits the second factor");
    fixture.service.change_setting(OPERATOR, key, "192.0.2.0/24").await.unwrap();
    assert_eq!(how(ANNA).await, "in by pwd trusted-network, not fresh");
    assert_eq!(how("desk@example.test").await, "awaits the second factor");
    assert_eq!(how(newcomer).await, "must register");

    // Who gets a role has to give it after all, and a guest of the organization was never spared.
    let token = begin(&fixture, ANNA).await;
    fixture.service.add_to_group(OPERATOR, &name(ANNA), "guests".parse().unwrap()).await.unwrap();
    fixture.service.set_override(OPERATOR, &"guests".parse().unwrap(), key, "none").await.unwrap();
    assert_eq!(how(ANNA).await, "awaits the second factor");
    let mut transaction = fixture.store.begin().await.unwrap();
    let mut anna = transaction.account_by_address(&name(ANNA)).await.unwrap().unwrap();
    anna.role = Role::Auditor;
    transaction.update_account(&anna, anna.created_at).await.unwrap();
    transaction.commit().await.unwrap();
    let standing = fixture.service.resume_portal_session(&token).await.unwrap().unwrap();
    assert!(matches!(standing, Standing::AwaitingSecondFactor(_)), "{standing:?}");
}

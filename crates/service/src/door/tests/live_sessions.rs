//! Judging live sessions anew.

use std::time::Duration;

use postern_domain::account::password::AccountPassword;
use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_domain::sign_in::RefusalReason;

use crate::app_password::CreateAppPassword;
use crate::door::{DoorAnswer, DoorSession, DoorSignIn, Judgement};
use crate::live_session::Report;
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, attempt, name, new_app_password};

async fn judged(fixture: &Fixture, session: &DoorSession) -> &'static str {
    match fixture.service.judge_session(session).await.unwrap() {
        Judgement::GoesOn => "goes on",
        Judgement::Ends(ending) => ending.name(),
    }
}

#[tokio::test]
async fn a_session_ends_with_what_it_signed_in_with() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let session = fixture.accepted(ANNA, &created.secret.expose_grouped()).await;
    assert_eq!(judged(&fixture, &session).await, "goes on");
    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(judged(&fixture, &session).await, "account-blocked");
    fixture.service.unblock_account(OPERATOR, &name(ANNA)).await.unwrap();
    fixture.service.change_setting(OPERATOR, SettingKey::DoorsOff, "smtp").await.unwrap();
    assert_eq!(judged(&fixture, &session).await, "door-off");
    fixture.service.change_setting(OPERATOR, SettingKey::DoorsOff, "none").await.unwrap();
    fixture.service.revoke_app_password(OPERATOR, created.app_password.id, "").await.unwrap();
    assert_eq!(judged(&fixture, &session).await, "revoked");
    fixture.service.delete_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(judged(&fixture, &session).await, "unknown-account");
}

#[tokio::test]
async fn a_session_by_account_password_ends_when_mfa_is_enforced_or_the_password_changes() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let session = fixture.accepted(ANNA, ACCOUNT_PASSWORD).await;
    assert_eq!(judged(&fixture, &session).await, "goes on");
    fixture.service.set_mfa_state(OPERATOR, &name(ANNA), MfaState::Enforced).await.unwrap();
    assert_eq!(judged(&fixture, &session).await, "account-password-under-mfa");
    fixture.service.set_mfa_state(OPERATOR, &name(ANNA), MfaState::Disabled).await.unwrap();
    // Also with a clock that is behind the one of the sign-in.
    fixture.clock.set(session.started_at().minus(Duration::from_secs(5)));
    let password = AccountPassword::typed("a wholly different phrase");
    fixture.service.set_account_password(OPERATOR, &name(ANNA), password, false).await.unwrap();
    assert_eq!(judged(&fixture, &session).await, RefusalReason::WrongSecret.name());
}

#[tokio::test]
async fn what_is_connected_is_not_idle_and_judging_is_no_use() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let day = Duration::from_secs(24 * 3600);
    let new = CreateAppPassword { idle_expiry: Some(day), ..new_app_password(ANNA, "Watches the inbox") };
    let created = fixture.service.create_app_password(OPERATOR, new).await.unwrap();
    let session = fixture.accepted(ANNA, &created.secret.expose_grouped()).await;
    fixture.clock.advance(3 * day);
    assert_eq!(judged(&fixture, &session).await, "goes on");
    fixture.service.recorder.flush().await.unwrap();
    let shown = fixture.service.show_app_password(OPERATOR, created.app_password.id).await.unwrap().0;
    assert_eq!(shown.use_count, 1);
}

/// The clock stands still: what decides is the order of the commits, not the time.
#[tokio::test]
async fn a_session_from_before_a_force_sign_out_ends_and_one_from_after_it_goes_on() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let secret = fixture.app_password(ANNA, "Contact form").await.secret;
    let sign_in_both = async || {
        let by_app_password = fixture.accepted(ANNA, &secret.expose_grouped()).await;
        [by_app_password, fixture.accepted(ANNA, ACCOUNT_PASSWORD).await]
    };
    let first = sign_in_both().await;
    fixture.service.end_sessions(OPERATOR, &name(ANNA)).await.unwrap();
    let second = sign_in_both().await;
    // A clock that was set back since makes no difference.
    fixture.clock.set(first[0].started_at().minus(Duration::from_secs(3600)));
    fixture.service.end_sessions(OPERATOR, &name(ANNA)).await.unwrap();
    let third = sign_in_both().await;
    for (sessions, expected) in [(first, "force-sign-out"), (second, "force-sign-out"), (third, "goes on")] {
        for session in &sessions {
            assert_eq!(judged(&fixture, session).await, expected);
        }
    }
}

#[tokio::test]
async fn unblocking_does_not_bring_back_a_session_that_was_not_told() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let session = fixture.accepted(ANNA, &created.secret.expose_grouped()).await;
    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    fixture.service.unblock_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(judged(&fixture, &session).await, "force-sign-out");
}

#[tokio::test]
async fn many_are_judged_as_each_of_them_is() {
    let fixture = Fixture::open().await;
    let mut sessions = Vec::new();
    for (number, mfa) in [MfaState::Enforced, MfaState::Disabled, MfaState::Enabled].into_iter().enumerate() {
        for which in ["goes", "revoked", "suspended", "narrowed", "blocked", "deleted", "out", "alone"] {
            let account = format!("{which}{number}@example.test");
            fixture.account(&account, mfa).await;
            let created = fixture.app_password(&account, "Contact form").await;
            let id = created.app_password.id;
            for _ in 0..2 {
                sessions.push(fixture.accepted(&account, &created.secret.expose_grouped()).await);
            }
            if mfa != MfaState::Enforced {
                sessions.push(fixture.accepted(&account, ACCOUNT_PASSWORD).await);
            }
            let (service, account) = (&fixture.service, name(&account));
            match which {
                "revoked" => service.revoke_app_password(OPERATOR, id, "").await.map(drop).unwrap(),
                "suspended" => service.suspend_app_password(OPERATOR, id).await.map(drop).unwrap(),
                "narrowed" => {
                    service.rotate_app_password(OPERATOR, id, Duration::ZERO).await.map(drop).unwrap();
                    service.set_mfa_state(OPERATOR, &account, MfaState::Enforced).await.unwrap();
                }
                "blocked" => service.block_account(OPERATOR, &account).await.unwrap(),
                "deleted" => service.delete_account(OPERATOR, &account).await.map(drop).unwrap(),
                "out" => service.end_sessions(OPERATOR, &account).await.unwrap(),
                "alone" => {
                    let node = service.new_node();
                    let mut report = Report::default();
                    let last = sessions.last().unwrap();
                    report.add(last, node, 0, 0);
                    service.report_live_sessions(node, &report).await.unwrap();
                    service.end_live_session(OPERATOR, last.id()).await.unwrap();
                }
                _ => {}
            }
        }
    }
    let together: Vec<_> = sessions.iter().collect();
    let together = fixture.service.judge_sessions(&together).await.unwrap();
    let mut seen = std::collections::BTreeMap::<_, u32>::new();
    for (session, judgement) in sessions.iter().zip(&together) {
        assert_eq!(*judgement, fixture.service.judge_session(session).await.unwrap(), "{session:?}");
        *seen.entry(judged(&fixture, session).await).or_default() += 1;
    }
    let expected = [
        ("account-blocked", 8),
        ("account-password-under-mfa", 2),
        ("ended-alone", 3),
        ("force-sign-out", 8),
        ("goes on", 17),
        ("revoked", 6),
        ("rotated-away", 6),
        ("suspended", 6),
        ("unknown-account", 8),
    ];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(fixture.service.judge_sessions(&[]).await.unwrap(), []);
}

/// A program that signs in with each request goes on under the id of its session, but not once that was ended.
#[tokio::test]
async fn a_request_after_the_end_of_its_session_is_another_session() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let new = CreateAppPassword {
        scope: [Door::Dav].into_iter().collect(),
        ..new_app_password(ANNA, "Calendar sync")
    };
    let secret = fixture.service.create_app_password(OPERATOR, new).await.unwrap().secret;
    let request = async || {
        let attempt = DoorSignIn { door: Door::Dav, ..attempt(ANNA, &secret.expose_grouped()) };
        match fixture.service.sign_in_at_door(attempt).await.unwrap() {
            DoorAnswer::Accepted(session) => *session,
            other => panic!("not accepted: {other:?}"),
        }
    };
    let first = request().await;
    assert_eq!(request().await.id(), first.id());
    let node = fixture.service.new_node();
    let mut report = Report::default();
    report.add(&first, node, 0, 0);
    fixture.service.report_live_sessions(node, &report).await.unwrap();
    // Written past the service, so that no notice of it goes out.
    let mut transaction = fixture.store.begin().await.unwrap();
    transaction.ask_live_session_to_end(first.id(), first.started_at()).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(judged(&fixture, &first).await, "ended-alone");
    let second = request().await;
    assert_ne!(second.id(), first.id());
    assert_eq!(judged(&fixture, &second).await, "goes on");
}

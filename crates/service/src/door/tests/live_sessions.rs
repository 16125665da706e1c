//! Judging live sessions anew.

use std::time::Duration;

use postern_domain::account::password::AccountPassword;
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_domain::sign_in::RefusalReason;

use crate::app_password::CreateAppPassword;
use crate::door::{DoorSession, Judgement};
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, name, new_app_password};

async fn judged(fixture: &Fixture, session: &DoorSession) -> &'static str {
    match fixture.service.judge_session(session).await.unwrap() {
        Judgement::GoesOn => "goes on",
        Judgement::Ends(reason) => reason.name(),
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
    fixture.clock.advance(Duration::from_millis(1));
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

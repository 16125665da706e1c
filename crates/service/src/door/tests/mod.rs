//! Who gets in at a door, and what is recorded of it.

mod impersonation;
mod limits;
mod live_sessions;
mod lockout;
mod names;
mod policy;
mod rotation;

use std::time::Duration;

use postern_domain::app_password::{Profile, TypedSecret};
use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, parse_network};
use postern_domain::setting::SettingKey;
use postern_domain::sign_in::{CredentialUsed, Outcome, Place};

use super::DoorAnswer;
use crate::app_password::CreateAppPassword;
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, TestClock, attempt, name, new_app_password};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn mfa_decides_over_the_account_password_and_never_over_an_app_password() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let secret = created.secret.expose_grouped();
    let mut lines = Vec::new();
    for state in MfaState::ALL {
        fixture.service.set_mfa_state(OPERATOR, &name(ANNA), *state).await.unwrap();
        let account_password = fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await;
        let app_password = fixture.outcome(attempt(ANNA, &secret)).await;
        lines.push(format!("{state}: {account_password}, {app_password}"));
    }
    fixture.service.set_mfa_state(OPERATOR, &name(ANNA), MfaState::Disabled).await.unwrap();
    let key = SettingKey::AccountPasswordsAtDoors;
    fixture.service.change_setting(OPERATOR, key, "never").await.unwrap();
    lines.push(format!("never: {}", fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await));
    assert_eq!(
        lines,
        [
            "disabled: accepted, accepted",
            "enabled: accepted, accepted",
            "enforced: account-password-under-mfa, accepted",
            "never: account-passwords-off",
        ]
    );
}

/// What an app password is refused for, each by its name.
#[tokio::test]
async fn every_limit_of_an_app_password_holds() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let networks = Networks::new([parse_network("192.0.2.0/24").unwrap()]);
    let new = CreateAppPassword { networks, ..new_app_password(ANNA, "In the office") };
    let created = fixture.service.create_app_password(OPERATOR, new).await.unwrap();
    let secret = created.secret.expose_grouped();
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "accepted");

    let mut elsewhere = attempt(ANNA, &secret);
    elsewhere.address = "203.0.113.9".parse().unwrap();
    assert_eq!(fixture.outcome(elsewhere).await, "out-of-network");

    let mut other_door = attempt(ANNA, &secret);
    other_door.door = Door::Imap;
    assert_eq!(fixture.outcome(other_door).await, "out-of-scope");

    let mut for_another = attempt(ANNA, &secret);
    for_another.authorization_id = Some("bo@example.test".to_owned());
    assert_eq!(fixture.outcome(for_another).await, "impersonation-not-granted");

    for (key, off, on, reason) in [
        (SettingKey::DoorsOff, "smtp", "none", "door-off"),
        (SettingKey::AppPasswordsAtDoors, "false", "true", "app-passwords-off"),
    ] {
        fixture.service.change_setting(OPERATOR, key, off).await.unwrap();
        assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, reason);
        fixture.service.change_setting(OPERATOR, key, on).await.unwrap();
    }

    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "account-blocked");
    fixture.service.unblock_account(OPERATOR, &name(ANNA)).await.unwrap();

    let id = created.app_password.id;
    fixture.service.suspend_app_password(OPERATOR, id).await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "suspended");
    fixture.service.resume_app_password(OPERATOR, id).await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "accepted");
    fixture.service.revoke_app_password(OPERATOR, id, "").await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "revoked");
    fixture.service.delete_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "account-blocked");
}

#[tokio::test]
async fn an_app_password_expires_by_date_and_by_idleness() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let expires_at = Some(TestClock::START.plus(20 * DAY));
    let by_date = CreateAppPassword { expires_at, ..new_app_password(ANNA, "By date only") };
    let by_date = fixture.service.create_app_password(OPERATOR, by_date).await.unwrap();
    let idle = CreateAppPassword { idle_expiry: Some(7 * DAY), ..new_app_password(ANNA, "By idleness") };
    let idle = fixture.service.create_app_password(OPERATOR, idle).await.unwrap();
    let (by_date, idle) = (by_date.secret.expose_grouped(), idle.secret.expose_grouped());

    for _ in 0..3 {
        fixture.clock.advance(6 * DAY);
        // A use counts once it is written, which is within a second.
        assert_eq!(fixture.outcome(attempt(ANNA, &idle)).await, "accepted");
        fixture.service.recorder.flush().await.unwrap();
    }
    assert_eq!(fixture.outcome(attempt(ANNA, &by_date)).await, "accepted");
    fixture.clock.advance(7 * DAY);
    assert_eq!(fixture.outcome(attempt(ANNA, &idle)).await, "idle-expired");
    assert_eq!(fixture.outcome(attempt(ANNA, &by_date)).await, "expired");
}

/// The answer tells nothing: the same words for every cause, but for the reference.
#[tokio::test]
async fn every_refusal_reads_alike() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let revoked = created.secret.expose_grouped();
    fixture.service.revoke_app_password(OPERATOR, created.app_password.id, "").await.unwrap();
    for (who, secret) in [
        (ANNA, ACCOUNT_PASSWORD),
        (ANNA, "wrong"),
        (ANNA, ""),
        (ANNA, revoked.as_str()),
        ("nobody@example.test", "wrong"),
        ("EXAMPLE\\anna", "wrong"),
    ] {
        let DoorAnswer::Refused(refusal) = fixture.sign_in(who, secret).await else { panic!("{who} got in") };
        let text = refusal.text.replace(&refusal.reference.to_string(), "7Q3K-M2XA");
        assert_eq!(
            text,
            "Sign-in refused. Accounts with MFA need an app password: https://portal.example.test/security-info (ref 7Q3K-M2XA)"
        );
        assert_eq!(refusal.secret_has_ended, secret == revoked.as_str(), "{who} {secret}");
    }
}

#[tokio::test]
async fn what_cannot_be_a_password_is_refused_without_hashing() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    // All slots of the hashing pool are taken, so that whoever wants to hash waits for ever.
    let _slots =
        [fixture.service.hashing.admit().await.unwrap(), fixture.service.hashing.admit().await.unwrap()];
    let long = "x".repeat(TypedSecret::LONGEST + 1);
    let strong =
        postern_domain::app_password::AppPasswordSecret::generate(Profile::Standard, &*fixture.random);
    for secret in ["", "nul\0inside-a-password", long.as_str(), &strong.expose_grouped()] {
        for (who, reason) in [(ANNA, "wrong-secret"), ("nobody@example.test", "unknown-account")] {
            assert_eq!(fixture.outcome(attempt(who, secret)).await, reason);
        }
    }
    let mut not_utf8 = attempt(ANNA, "");
    not_utf8.secret = TypedSecret::new(b"\xff\xfe\xfd");
    assert_eq!(fixture.outcome(not_utf8).await, "wrong-secret");
}

#[tokio::test]
async fn every_profile_and_the_slow_policy_work() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (key, all) = (SettingKey::CompatibleProfiles, "capitals-and-digits, sixteen-letters");
    fixture.service.change_setting(OPERATOR, key, all).await.unwrap();
    for slow in ["false", "true"] {
        fixture.service.change_setting(OPERATOR, SettingKey::SlowHashForAppPasswords, slow).await.unwrap();
        for profile in Profile::ALL {
            let name = format!("{} {slow}", profile.name());
            let new = CreateAppPassword { profile: *profile, ..new_app_password(ANNA, &name) };
            let created = fixture.service.create_app_password(OPERATOR, new).await.unwrap();
            let shown = created.secret.expose_grouped();
            for typed in [shown.to_string(), shown.to_uppercase(), format!(" {} ", shown.replace('-', ""))] {
                assert_eq!(fixture.outcome(attempt(ANNA, &typed)).await, "accepted", "{name}");
            }
            fixture.service.revoke_app_password(OPERATOR, created.app_password.id, "").await.unwrap();
            assert_eq!(fixture.outcome(attempt(ANNA, &shown)).await, "revoked", "{name}");
        }
    }
}

#[tokio::test]
async fn a_sign_in_is_recorded_with_what_is_known_and_counted() {
    let fixture = Fixture::open().await;
    let anna = fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let mut first = attempt(ANNA, &created.secret.expose_grouped());
    first.client = Some(format!("evil\r\n\u{7}{}", "x".repeat(200)));
    fixture.service.sign_in_at_door(first).await.unwrap();
    fixture.sign_in(ANNA, &created.secret.expose_grouped()).await;
    let events = fixture.events().await;
    let id = created.app_password.id;
    for event in &events {
        assert_eq!((event.account, event.place), (Some(anna.id), Place::Door(Door::Smtp)));
        assert_eq!((event.credential, event.outcome), (CredentialUsed::AppPassword(id), Outcome::ACCEPTED));
    }
    let clients: Vec<_> = events.iter().filter_map(|event| event.client.clone()).collect();
    assert!(clients.contains(&format!("evil{}", "x".repeat(124))), "{clients:?}");
    let shown = fixture.service.show_app_password(OPERATOR, id).await.unwrap().0;
    assert_eq!((shown.use_count, events.len()), (2, 2));
    assert_eq!(shown.last_use.unwrap().door, Door::Smtp);
}

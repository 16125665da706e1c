//! What groups have of their own at the doors, doors that only report, and what is added up of it.

use postern_domain::account::GroupName;
use postern_domain::sign_in::{Place, RefusalReason};
use postern_storage::{CredentialSort, Ended, EventFilter, TallyStep};

use super::*;

/// Adds Anna to the group and gives it a value of its own.
async fn give(fixture: &Fixture, group: &str, key: SettingKey, value: &str) {
    let group: GroupName = group.parse().unwrap();
    fixture.service.add_to_group(OPERATOR, &name(ANNA), group.clone()).await.unwrap();
    fixture.service.set_override(OPERATOR, &group, key, value).await.unwrap();
}

#[tokio::test]
async fn what_groups_have_of_their_own_decides_for_their_members() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let bert = "bert@example.test";
    fixture.account(bert, MfaState::Disabled).await;
    let secret = fixture.app_password(ANNA, "Contact form").await.secret.expose_grouped();
    let outcomes = async |lines: &mut Vec<String>, when: &str| {
        let own = fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await;
        let app_password = fixture.outcome(attempt(ANNA, &secret)).await;
        let berts = fixture.outcome(attempt(bert, ACCOUNT_PASSWORD)).await;
        lines.push(format!("{when}: {own}, {app_password}, Bert {berts}"));
    };
    let mut lines = Vec::new();
    outcomes(&mut lines, "at first").await;
    give(&fixture, "guests", SettingKey::AccountPasswordsAtDoors, "never").await;
    outcomes(&mut lines, "no account passwords for guests").await;
    give(&fixture, "guests", SettingKey::DoorsOff, "smtp").await;
    outcomes(&mut lines, "no SMTP for guests").await;
    // Of two groups the stricter: a second one does not open what the first has closed.
    give(&fixture, "staff", SettingKey::DoorsOff, "none").await;
    outcomes(&mut lines, "and staff, who have every door").await;
    fixture.service.remove_from_group(OPERATOR, &name(ANNA), &"guests".parse().unwrap()).await.unwrap();
    fixture.service.change_setting(OPERATOR, SettingKey::DoorsOff, "smtp").await.unwrap();
    outcomes(&mut lines, "staff alone, where the organization has none").await;
    insta::assert_snapshot!(lines.join("\n"), @r"
    at first: accepted, accepted, Bert accepted
    no account passwords for guests: account-passwords-off, accepted, Bert accepted
    no SMTP for guests: account-passwords-off, door-off, Bert accepted
    and staff, who have every door: account-passwords-off, door-off, Bert accepted
    staff alone, where the organization has none: accepted, accepted, Bert door-off
    ");
}

#[tokio::test]
async fn a_door_that_only_reports_accepts_and_notes_what_would_refuse() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let secret = created.secret.expose_grouped();
    for (key, value) in [
        (SettingKey::DoorsOff, "smtp"),
        (SettingKey::AccountPasswordsAtDoors, "never"),
        (SettingKey::DoorsReportOnly, "smtp, imap"),
    ] {
        fixture.service.change_setting(OPERATOR, key, value).await.unwrap();
    }
    assert_eq!(fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await, "accepted");
    let session = fixture.accepted(ANNA, &secret).await;
    let going_on = fixture.service.judge_session(&session).await.unwrap();
    assert_eq!(going_on, crate::door::Judgement::GoesOn);

    let noted = |events: &[postern_domain::sign_in::SignInEvent]| -> Vec<_> {
        let mut noted: Vec<_> = events
            .iter()
            .map(|event| match event.outcome {
                Outcome::Accepted { would_refuse } => would_refuse.map(RefusalReason::name),
                Outcome::Refused { .. } => panic!("nothing is refused"),
            })
            .collect();
        noted.sort_unstable();
        noted
    };
    assert_eq!(noted(&fixture.events().await), [Some("account-passwords-off"), Some("door-off")]);
    let mut snapshot = fixture.store.snapshot().await.unwrap();
    let filter = EventFilter { would_refuse_only: true, limit: 10, ..EventFilter::default() };
    assert_eq!(snapshot.sign_in_events(&filter).await.unwrap().len(), 2);
    drop(snapshot);

    // What protects the account refuses as ever.
    fixture.service.set_mfa_state(OPERATOR, &name(ANNA), MfaState::Enforced).await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await, "account-password-under-mfa");
    fixture.service.revoke_app_password(OPERATOR, created.app_password.id, "").await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "revoked");
    fixture.service.change_setting(OPERATOR, SettingKey::DoorsReportOnly, "imap").await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "door-off");
}

#[tokio::test]
async fn the_report_says_what_would_refuse_also_of_a_program_that_has_been_at_work() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let scope = [Door::Ews].into_iter().collect();
    let new = CreateAppPassword { scope, ..new_app_password(ANNA, "Calendar sync") };
    let created = fixture.service.create_app_password(OPERATOR, new).await.unwrap();
    let request = || {
        let mut request = attempt(ANNA, &created.secret.expose_grouped());
        request.door = Door::Ews;
        request
    };
    for _ in 0..3 {
        assert_eq!(fixture.outcome(request()).await, "accepted");
    }
    assert_eq!(fixture.events().await.len(), 1);
    for (key, value) in [(SettingKey::DoorsReportOnly, "ews"), (SettingKey::DoorsOff, "ews")] {
        fixture.service.change_setting(OPERATOR, key, value).await.unwrap();
    }
    // The feed is followed by a task of its own.
    while fixture.events().await.len() == 1 {
        assert_eq!(fixture.outcome(request()).await, "accepted");
        tokio::task::yield_now().await;
    }
    let would_refuse = Outcome::Accepted { would_refuse: Some(RefusalReason::DoorOff) };
    assert!(fixture.events().await.iter().any(|event| event.outcome == would_refuse));
}

#[tokio::test]
async fn sign_ins_are_added_up_by_the_hour_and_tries_after_the_end_are_kept() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let (id, secret) = (created.app_password.id, created.secret.expose_grouped());
    for _ in 0..2 {
        fixture.accepted(ANNA, &secret).await;
    }
    fixture.accepted(ANNA, ACCOUNT_PASSWORD).await;
    fixture.service.revoke_app_password(OPERATOR, id, "").await.unwrap();
    let first = fixture.service.now();
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "revoked");
    fixture.clock.advance(Duration::from_secs(60));
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "revoked");
    assert_eq!(fixture.outcome(attempt(ANNA, "wrong")).await, "wrong-secret");

    let mut snapshot = fixture.store.snapshot().await.unwrap();
    let tallies = snapshot.sign_in_tallies(first, TallyStep::Day).await.unwrap();
    let smtp = Place::Door(Door::Smtp);
    assert!(tallies.iter().all(|tally| tally.place == smtp));
    let counts: Vec<_> = tallies.iter().map(|tally| (tally.credential, tally.ended, tally.count)).collect();
    assert_eq!(
        counts,
        [
            (CredentialSort::Unrecognised, Ended::Refused(RefusalReason::WrongSecret), 1),
            (CredentialSort::AccountPassword, Ended::Accepted, 1),
            (CredentialSort::AppPassword, Ended::Accepted, 2),
            (CredentialSort::AppPassword, Ended::Refused(RefusalReason::Revoked), 2),
        ]
    );
    let tried = snapshot.tried_after_end(id).await.unwrap().unwrap();
    assert_eq!((tried.count, tried.first_at, tried.last.at), (2, first, fixture.service.now()));
    assert_eq!(tried.last.client.as_deref(), Some("client.example.test"));
}

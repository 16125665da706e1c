//! Who may change a setting, and that every server follows.

use postern_domain::account::{AccountKind, GroupName, Role};
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_domain::setting::{Origin, SettingKey, Settings};

use postern_storage::CredentialSort;

use super::SettingError;
use crate::By;
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, name};

const PERSON: AccountKind = AccountKind::Person;

#[tokio::test]
async fn a_change_is_followed_by_another_node_and_recorded() {
    let fixture = Fixture::open().await;
    let other = fixture.another_node().await;
    let key = SettingKey::AppPasswordsPerAccount;
    assert_eq!(fixture.service.change_setting(OPERATOR, key, "7").await.unwrap(), "40");
    assert_eq!(fixture.service.settings().app_passwords_per_account, 7);
    while other.service.settings().app_passwords_per_account != 7 {
        tokio::task::yield_now().await;
    }
    let records = fixture.service.audit_records_after(0, 10).await.unwrap();
    let details = [("after", "7"), ("before", "40 (the default)"), ("setting", "app_passwords_per_account")];
    assert_eq!(records[0].details, details.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(fixture.service.change_setting(OPERATOR, key, "7").await.unwrap(), "7");
    assert_eq!(fixture.service.audit_records_after(0, 10).await.unwrap().len(), 1, "nothing changed");
}

#[tokio::test]
async fn a_value_that_it_cannot_take_and_a_member_are_refused() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let key = SettingKey::AppPasswordsPerAccount;
    let invalid = fixture.service.change_setting(OPERATOR, key, "0").await;
    assert!(matches!(invalid, Err(SettingError::Invalid(_))));
    let (anna, ..) = fixture.enrol(ANNA).await;
    let refused = fixture.service.change_setting(By::Session(&anna), key, "7").await;
    assert!(matches!(refused, Err(SettingError::NotAllowed)));
    assert_eq!(fixture.service.settings().app_passwords_per_account, 40);
}

#[tokio::test]
async fn a_person_who_changes_one_steps_up_and_may_read_what_others_may_not() {
    let fixture = Fixture::open().await;
    let key = SettingKey::AppPasswordsPerAccount;
    let boss = fixture.add("boss@example.test", MfaState::Enforced, Role::GlobalAdministrator, PERSON).await;
    let (session, ..) = fixture.enrol(boss.name.as_str()).await;
    assert_eq!(fixture.service.change_setting(By::Session(&session), key, "7").await.unwrap(), "40");
    fixture.clock.advance(std::time::Duration::from_secs(601));
    let late = fixture.service.change_setting(By::Session(&session), key, "8").await;
    assert!(matches!(late, Err(SettingError::StepUpNeeded)));
    assert!(fixture.service.read_policy(By::Session(&session)).await.is_ok(), "reading needs none");
    fixture.add("desk@example.test", MfaState::Enforced, Role::HelpDesk, PERSON).await;
    let (desk, ..) = fixture.enrol("desk@example.test").await;
    let by = By::Session(&desk);
    assert!(matches!(fixture.service.read_policy(by).await, Err(SettingError::NotAllowed)));
    let held = fixture.service.effective_settings(by, &boss.name).await;
    assert!(matches!(held, Err(SettingError::NotAllowed)));
}

#[tokio::test]
async fn a_groups_value_holds_for_its_members_alone_on_every_node() {
    let fixture = Fixture::open().await;
    let other = fixture.another_node().await;
    let anna = fixture.account(ANNA, MfaState::Enforced).await;
    let bert = fixture.account("bert@example.test", MfaState::Enforced).await;
    let sales: GroupName = "sales".parse().unwrap();
    let key = SettingKey::AppPasswordsPerAccount;
    assert_eq!(fixture.service.set_override(OPERATOR, &sales, key, "3").await.unwrap(), None);
    assert_eq!(fixture.service.set_override(OPERATOR, &sales, key, "3").await.unwrap().as_deref(), Some("3"));
    let anna = fixture.service.add_to_group(OPERATOR, &anna.name, sales.clone()).await.unwrap();
    for service in [&fixture.service, &other.service] {
        while service.settings_of(&anna).app_passwords_per_account != 3 {
            tokio::task::yield_now().await;
        }
        assert_eq!(service.settings_of(&bert).app_passwords_per_account, 40);
        assert_eq!(service.settings().app_passwords_per_account, 40);
    }
    let held = fixture.service.effective_settings(OPERATOR, &anna.name).await.unwrap();
    assert_eq!(held.effective.origin(key), Origin::Groups(vec![sales.clone()]));
    assert_eq!(held.effective.settings, *fixture.service.settings_of(&anna));

    let back = fixture.service.unset_override(OPERATOR, &sales, key).await.unwrap();
    assert_eq!(back.as_deref(), Some("3"));
    assert_eq!(fixture.service.settings_of(&anna).app_passwords_per_account, 40);
    assert_eq!(fixture.service.unset_override(OPERATOR, &sales, key).await.unwrap(), None);
    let records = fixture.service.audit_records_after(0, 100).await.unwrap();
    let of_settings = records.iter().filter(|record| record.operation == Operation::ChangeSetting);
    let details: Vec<String> = of_settings
        .map(|record| record.details.iter().map(|(name, value)| format!("{name}: {value}; ")).collect())
        .collect();
    assert_eq!(
        details,
        [
            "after: 3; before: none of its own; group: sales; setting: app_passwords_per_account; ",
            "after: none of its own; before: 3; group: sales; setting: app_passwords_per_account; ",
        ]
    );
}

#[tokio::test]
async fn one_for_the_whole_organization_is_not_for_groups() {
    let fixture = Fixture::open().await;
    let sales: GroupName = "sales".parse().unwrap();
    let refused = fixture.service.set_override(OPERATOR, &sales, SettingKey::StaleAfter, "30d").await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "`stale_after` is for the whole organization: a group cannot have a value of its own"
    );
}

#[tokio::test]
async fn a_value_that_is_taken_back_leaves_the_default() {
    let fixture = Fixture::open().await;
    let key = SettingKey::StepUpAge;
    fixture.service.change_setting(OPERATOR, key, "5m").await.unwrap();
    assert_eq!(fixture.service.unset_setting(OPERATOR, key).await.unwrap(), "5m");
    assert_eq!(*fixture.service.settings(), Settings::default());
    assert_eq!(fixture.service.unset_setting(OPERATOR, key).await.unwrap(), "10m");
    let records = fixture.service.audit_records_after(0, 10).await.unwrap();
    let details = [("after", "10m (the default)"), ("before", "5m"), ("setting", "step_up_age")];
    assert_eq!(records[1].details, details.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn a_preview_counts_what_a_change_would_stop() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let secret = fixture.app_password(ANNA, "Contact form").await.secret.expose_grouped();
    for _ in 0..2 {
        fixture.accepted(ANNA, &secret).await;
    }
    fixture.accepted(ANNA, ACCOUNT_PASSWORD).await;
    let stops = async |key, value| {
        let preview = fixture.service.preview_setting(OPERATOR, None, key, Some(value)).await.unwrap();
        preview.stops.iter().map(|stop| (stop.credential, stop.sign_ins)).collect::<Vec<_>>()
    };
    use CredentialSort::{AccountPassword, AppPassword};
    assert_eq!(stops(SettingKey::DoorsOff, "smtp").await, [(AccountPassword, 1), (AppPassword, 2)]);
    assert_eq!(stops(SettingKey::DoorsOff, "imap").await, []);
    assert_eq!(stops(SettingKey::AccountPasswordsAtDoors, "never").await, [(AccountPassword, 1)]);
    assert_eq!(stops(SettingKey::AppPasswordsAtDoors, "false").await, [(AppPassword, 2)]);
    assert_eq!(stops(SettingKey::StepUpAge, "5m").await, []);
    // While the door only reports nothing stops; what it reported stops when it does so no more.
    fixture.service.change_setting(OPERATOR, SettingKey::DoorsReportOnly, "smtp").await.unwrap();
    assert_eq!(stops(SettingKey::DoorsOff, "smtp").await, []);
    fixture.service.change_setting(OPERATOR, SettingKey::DoorsOff, "smtp").await.unwrap();
    fixture.accepted(ANNA, &secret).await;
    assert_eq!(stops(SettingKey::DoorsReportOnly, "none").await, [(AccountPassword, 1), (AppPassword, 3)]);
    let wrong = fixture.service.preview_setting(OPERATOR, None, SettingKey::DoorsOff, Some("fax")).await;
    assert!(matches!(wrong, Err(SettingError::Invalid(_))));
    let records = fixture.service.audit_records_after(0, 1000).await.unwrap();
    let changes = records.iter().filter(|record| record.operation == Operation::ChangeSetting);
    assert_eq!(changes.count(), 2, "a preview changes nothing");
}

#[tokio::test]
async fn the_right_to_create_ends_with_the_app_passwords_in_one_step() {
    let fixture = Fixture::open().await;
    let key = SettingKey::UsersMayCreateAppPasswords;
    let (bert, carl) = ("bert@example.test", "carl@example.test");
    let mut live = Vec::new();
    for who in [ANNA, bert, carl] {
        fixture.account(who, MfaState::Enforced).await;
        let secret = fixture.app_password(who, "Contact form").await.secret.expose_grouped();
        live.push((who, fixture.accepted(who, &secret).await));
    }
    let [crew, guests]: [GroupName; 2] = ["crew", "guests"].map(|name| name.parse().unwrap());
    fixture.service.add_to_group(OPERATOR, &name(bert), crew.clone()).await.unwrap();
    fixture.service.add_to_group(OPERATOR, &name(carl), guests.clone()).await.unwrap();
    fixture.service.set_override(OPERATOR, &crew, key, "true").await.unwrap();

    let preview = fixture.service.preview_setting(OPERATOR, Some(&guests), key, Some("false")).await.unwrap();
    assert_eq!((preview.revocable, preview.needs_confirmation()), (Some(1), true));
    assert_eq!(fixture.service.forbid_app_passwords(OPERATOR, Some(&guests)).await.unwrap(), 1);
    // The crew has a right of its own, which stays, and the guests are dealt with.
    let preview = fixture.service.preview_setting(OPERATOR, None, key, Some("false")).await.unwrap();
    assert_eq!(preview.revocable, Some(1));
    assert_eq!(fixture.service.forbid_app_passwords(OPERATOR, None).await.unwrap(), 1);
    let mut lines = Vec::new();
    for (who, session) in live {
        let held = fixture.service.effective_settings(OPERATOR, &name(who)).await.unwrap();
        let may = held.effective.settings.users_may_create_app_passwords;
        lines.push(format!("{who} {may} {:?}", fixture.service.judge_session(&session).await.unwrap()));
    }
    assert_eq!(
        lines,
        [
            "anna@example.test false Ends(Refused(Revoked))",
            "bert@example.test true GoesOn",
            "carl@example.test false Ends(Refused(Revoked))",
        ]
    );
    let records = fixture.service.audit_records_after(0, 1000).await.unwrap();
    let last = records.last().unwrap();
    let details = [
        ("after", "false"),
        ("app passwords revoked", "1"),
        ("before", "true (the default)"),
        ("setting", "users_may_create_app_passwords"),
    ];
    assert_eq!(last.details, details.map(|(name, value)| (name.to_owned(), value.to_owned())));
    fixture.add("boss@example.test", MfaState::Enforced, Role::Auditor, PERSON).await;
    let (auditor, ..) = fixture.enrol("boss@example.test").await;
    let refused = fixture.service.forbid_app_passwords(By::Session(&auditor), None).await;
    assert!(matches!(refused, Err(SettingError::NotAllowed)));
}

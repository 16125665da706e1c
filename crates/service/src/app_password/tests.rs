//! Who may do what with app passwords, their limits, and that a revocation holds from the moment it returns.

mod revocation;

use std::sync::Arc;
use std::time::Duration;

use postern_domain::account::{AccountKind, Role};
use postern_domain::app_password::Profile;
use postern_domain::audit::Operation;
use postern_domain::door::DoorSet;
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::setting::SettingKey;
use postern_storage::AuditFilter;

use super::{AppPasswordError, CreateAppPassword};
use crate::By;
use crate::testing::{ANNA, Fixture, OPERATOR, TestClock, name, new_app_password};

async fn error(fixture: &Fixture, by: By<'_>, new: CreateAppPassword) -> String {
    match fixture.service.create_app_password(by, new).await {
        Ok(created) => format!("created {}", created.app_password.name),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn what_is_asked_for_must_make_sense() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let new = || new_app_password(ANNA, "Contact form");
    let network = |last: u8| ipnet::IpNet::from(std::net::IpAddr::from([192, 0, 2, last]));
    for (new, expected) in [
        (
            CreateAppPassword { account: name("nobody@example.test"), ..new() },
            "there is no account with that name",
        ),
        (
            CreateAppPassword { scope: DoorSet::EMPTY, ..new() },
            "choose at least one thing that the app password is good for",
        ),
        (
            CreateAppPassword { networks: Networks::new((0..33).map(network)), ..new() },
            "too many networks: an app password has at most 32",
        ),
        (
            CreateAppPassword { expires_at: Some(TestClock::START), ..new() },
            "the expiry is in the past: choose a later date",
        ),
        (
            CreateAppPassword { idle_expiry: Some(Duration::from_secs(86_399)), ..new() },
            "too short an idle expiry: it is at least 1 day",
        ),
        (new(), "created Contact form"),
        (
            new_app_password(ANNA, "CONTACT Form"),
            "an app password with that name is there already: choose another name, or revoke that one first",
        ),
    ] {
        assert_eq!(error(&fixture, OPERATOR, new).await, expected);
    }
    fixture.service.revoke_all_app_passwords(OPERATOR, &name(ANNA), "").await.unwrap();
    assert_eq!(error(&fixture, OPERATOR, new()).await, "created Contact form");
    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(
        error(&fixture, OPERATOR, new_app_password(ANNA, "Another one")).await,
        "the account is blocked"
    );
}

/// Eighty at once, on two nodes: forty are created.
#[tokio::test]
async fn the_forty_first_is_refused_also_under_concurrency() {
    let fixture = Fixture::open().await;
    let other = fixture.another_node().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let tasks: Vec<_> = (0..80)
        .map(|number| {
            let service = Arc::clone(if number % 2 == 0 { &fixture.service } else { &other.service });
            let new = new_app_password(ANNA, &format!("Machine {number:02}"));
            tokio::spawn(async move { service.create_app_password(OPERATOR, new).await })
        })
        .collect();
    let mut refused = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => {}
            Err(AppPasswordError::TooMany { most: 40 }) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(refused, 40);
    assert_eq!(
        fixture.service.list_app_passwords(OPERATOR, &name(ANNA), None, 1000).await.unwrap().len(),
        40
    );
}

#[tokio::test]
async fn an_owner_needs_a_fresh_second_factor_and_the_setting() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (session, secret, _) = fixture.enrol(ANNA).await;
    let by = By::Session(&session);
    let (created, step_up) = ("created Contact form", "confirm with your second factor first");
    assert_eq!(error(&fixture, by, new_app_password(ANNA, "Contact form")).await, created);
    fixture.clock.advance(Duration::from_secs(600));
    assert_eq!(error(&fixture, by, new_app_password(ANNA, "Scanner 2nd floor")).await, step_up);
    let id = fixture.service.list_app_passwords(by, &name(ANNA), None, 1000).await.unwrap()[0].id;
    let rotated = fixture.service.rotate_app_password(by, id, Duration::ZERO).await;
    assert!(matches!(rotated, Err(AppPasswordError::StepUpNeeded)));
    fixture.service.suspend_app_password(by, id).await.unwrap();
    let resumed = fixture.service.resume_app_password(by, id).await;
    assert!(matches!(resumed, Err(AppPasswordError::StepUpNeeded)));

    let code = fixture.code(&secret);
    let session = fixture.service.verify_totp(session.session(), &code).await.unwrap().1.full().unwrap();
    let by = By::Session(&session);
    fixture.service.resume_app_password(by, id).await.unwrap();
    fixture.service.rotate_app_password(by, id, Duration::ZERO).await.unwrap();
    let key = SettingKey::UsersMayCreateAppPasswords;
    fixture.service.change_setting(OPERATOR, key, "false").await.unwrap();
    assert_eq!(
        error(&fixture, by, new_app_password(ANNA, "Scanner 2nd floor")).await,
        "creating app passwords is switched off by your administrator; the ones you have go on working"
    );
    // What is there stays visible and revocable.
    assert_eq!(fixture.service.list_app_passwords(by, &name(ANNA), None, 1000).await.unwrap().len(), 1);
    fixture.service.revoke_app_password(by, id, "").await.unwrap();
}

/// Whoever creates one, and only where one is created: those that are there stay as they are.
#[tokio::test]
async fn the_policy_of_the_account_binds_a_new_one_and_leaves_the_others() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let before = fixture.app_password(ANNA, "Old scanner").await.app_password;
    let guests: postern_domain::account::GroupName = "guests".parse().unwrap();
    fixture.service.add_to_group(OPERATOR, &name(ANNA), guests.clone()).await.unwrap();
    for (key, value) in [(SettingKey::AllowedScopes, "imap"), (SettingKey::AppPasswordsPerAccount, "2")] {
        fixture.service.set_override(OPERATOR, &guests, key, value).await.unwrap();
    }
    let scanner = new_app_password(ANNA, "Scanner 2nd floor");
    let beyond = "your organization allows no new app password for: smtp";
    assert_eq!(error(&fixture, OPERATOR, scanner).await, beyond);
    let (anna, ..) = fixture.enrol(ANNA).await;
    assert_eq!(error(&fixture, By::Session(&anna), new_app_password(ANNA, "Fax machine")).await, beyond);
    let mail = |name: &str| {
        let scope = [postern_domain::door::Door::Imap].into_iter().collect();
        CreateAppPassword { scope, ..new_app_password(ANNA, name) }
    };
    fixture.service.create_app_password(By::Session(&anna), mail("Mail at work")).await.unwrap();
    let too_many = error(&fixture, By::Session(&anna), mail("Mail at home")).await;
    assert_eq!(
        too_many,
        "the account has 2 app passwords, which is the most it may have: revoke one that is no longer used"
    );
    let listed = fixture.service.list_app_passwords(OPERATOR, &name(ANNA), None, 1000).await.unwrap();
    assert!(listed.contains(&before));
}

/// The operator too; and what is there goes on, and is rotated in its form.
#[tokio::test]
async fn a_compatible_profile_is_for_those_whose_policy_offers_it() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let anna = By::Session(&anna);
    let of = |profile, name| CreateAppPassword { profile, ..new_app_password(ANNA, name) };
    let (capitals, letters) = (Profile::CapitalsAndDigits, Profile::SixteenLetters);
    let refusal = |form: &str| {
        format!(
            "your organization allows no new app password of the form `{form}`: create one of the form `standard`, \
             or have an administrator add the form to the setting `compatible_profiles`"
        )
    };
    for by in [anna, OPERATOR] {
        for profile in [capitals, letters] {
            assert_eq!(error(&fixture, by, of(profile, "Old scanner")).await, refusal(profile.name()));
        }
    }
    // Of her group; the organization offers the other one.
    let guests: postern_domain::account::GroupName = "guests".parse().unwrap();
    fixture.service.add_to_group(OPERATOR, &name(ANNA), guests.clone()).await.unwrap();
    let key = SettingKey::CompatibleProfiles;
    fixture.service.change_setting(OPERATOR, key, "capitals-and-digits").await.unwrap();
    fixture.service.set_override(OPERATOR, &guests, key, "sixteen-letters").await.unwrap();
    assert_eq!(error(&fixture, anna, of(capitals, "Old scanner")).await, refusal("capitals-and-digits"));
    let created = fixture.service.create_app_password(anna, of(letters, "Old scanner")).await.unwrap();
    assert_eq!(created.secret.expose_ungrouped().len(), 16);
    let id = created.app_password.id;

    fixture.service.set_override(OPERATOR, &guests, key, "none").await.unwrap();
    assert_eq!(error(&fixture, OPERATOR, of(letters, "Fax machine")).await, refusal("sixteen-letters"));
    let rotated = fixture.service.rotate_app_password(anna, id, Duration::ZERO).await.unwrap();
    assert_eq!((rotated.app_password.profile, rotated.secret.expose_ungrouped().len()), (letters, 16));
    assert_eq!(error(&fixture, anna, of(Profile::Standard, "Fax machine")).await, "created Fax machine");
}

#[tokio::test]
async fn members_reach_their_own_and_administrators_those_of_programs() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account("bo@example.test", MfaState::Enforced).await;
    let program = "crm@example.test";
    fixture.add(program, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    fixture
        .add("root@example.test", MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person)
        .await;
    let bos = fixture.app_password("bo@example.test", "Contact form").await.app_password.id;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let (root, ..) = fixture.enrol("root@example.test").await;
    let theirs = "app passwords of that account are not yours to see or change";
    for account in ["bo@example.test", program, "nobody@example.test"] {
        assert_eq!(error(&fixture, By::Session(&anna), new_app_password(account, "Something")).await, theirs);
        let listed = fixture.service.list_app_passwords(By::Session(&anna), &name(account), None, 1000).await;
        assert!(matches!(listed, Err(AppPasswordError::NotAllowed)));
    }
    let revoked = fixture.service.revoke_app_password(By::Session(&anna), bos, "").await;
    assert!(matches!(revoked, Err(AppPasswordError::NoSuchAppPassword)));
    let shown = fixture.service.show_app_password(By::Session(&anna), bos).await;
    assert!(matches!(shown, Err(AppPasswordError::NoSuchAppPassword)));

    let by = By::Session(&root);
    assert_eq!(error(&fixture, by, new_app_password("bo@example.test", "Something")).await, theirs);
    assert_eq!(error(&fixture, by, new_app_password(program, "Something")).await, "created Something");
    let rotated = fixture.service.rotate_app_password(by, bos, Duration::ZERO).await;
    assert!(matches!(rotated, Err(AppPasswordError::OwnersToWiden)));
    fixture.service.revoke_app_password(by, bos, "left the company").await.unwrap();

    // A session that was ended may do nothing, whatever the caller still holds.
    fixture.service.end_sessions(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(error(&fixture, By::Session(&anna), new_app_password(ANNA, "Something")).await, theirs);
}

#[tokio::test]
async fn every_deed_leaves_its_record_and_none_says_the_secret() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let id = created.app_password.id;
    let rotated = fixture.service.rotate_app_password(OPERATOR, id, Duration::from_secs(60)).await.unwrap();
    fixture.service.suspend_app_password(OPERATOR, id).await.unwrap();
    fixture.service.resume_app_password(OPERATOR, id).await.unwrap();
    fixture.service.revoke_app_password(OPERATOR, id, "replaced").await.unwrap();
    fixture.service.revoke_app_password(OPERATOR, id, "replaced again").await.unwrap();
    let filter = AuditFilter { limit: 100, ..AuditFilter::default() };
    let records = fixture.service.list_audit_records(&filter).await.unwrap();
    let operations: Vec<_> = records
        .iter()
        .rev()
        .filter(|record| record.app_password == Some(id))
        .map(|record| record.operation)
        .collect();
    assert_eq!(
        operations,
        [
            Operation::CreateAppPassword,
            Operation::RotateAppPassword,
            Operation::SuspendAppPassword,
            Operation::ResumeAppPassword,
            Operation::RevokeAppPassword,
        ]
    );
    let needles = [created.secret.expose_canonical(), rotated.secret.expose_canonical()];
    let printed = format!("{records:?} {created:?} {rotated:?} {:?}", fixture.service.keys());
    for needle in needles {
        assert!(!printed.contains(needle) && !printed.contains(&needle[..8]), "a secret shows");
    }
    fixture.service.verify_audit().await.unwrap();
}

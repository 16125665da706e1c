//! What may stand in the user name.

use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;

use crate::account::AddAccount;
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, attempt, name};

#[tokio::test]
async fn every_address_of_the_account_and_no_other_form_signs_in() {
    let fixture = Fixture::open().await;
    let new = AddAccount {
        name: name(ANNA),
        aliases: vec![name("a.berg@example.test")],
        kind: AccountKind::Person,
        role: Role::Member,
        mfa: Some(MfaState::Disabled),
        password: Some(AccountPassword::typed(ACCOUNT_PASSWORD)),
    };
    fixture.service.add_account(OPERATOR, new).await.unwrap();
    // Somebody has the very address that stands in for names that are none.
    fixture.account("no-address@name.invalid", MfaState::Disabled).await;
    let created = fixture.app_password("no-address@name.invalid", "Contact form").await;
    let anna = fixture.app_password(ANNA, "Contact form").await;

    for (who, outcome) in [
        (ANNA, "accepted"),
        ("ANNA@Example.TEST", "accepted"),
        (" anna@example.test ", "accepted"),
        ("A.Berg@example.test", "accepted"),
        ("anna", "unknown-account"),
        ("EXAMPLE\\anna", "unknown-account"),
        ("EXAMPLE\\anna@example.test", "unknown-account"),
        ("anna@example.test*master", "unknown-account"),
        ("anna*master@example.test", "unknown-account"),
        ("anna%example.test@example.test", "unknown-account"),
        ("anna@example.test\0", "unknown-account"),
        ("anna+tag@example.test", "unknown-account"),
        ("", "unknown-account"),
    ] {
        assert_eq!(fixture.outcome(attempt(who, ACCOUNT_PASSWORD)).await, outcome, "{who:?}");
        let app_password = fixture.outcome(attempt(who, &anna.secret.expose_grouped())).await;
        assert_eq!(app_password, outcome, "{who:?} with an app password");
    }
    let stand_in = fixture.outcome(attempt("nonsense", &created.secret.expose_grouped())).await;
    assert_eq!(stand_in, "unknown-account");
}

#[tokio::test]
async fn an_app_password_of_another_account_is_recognised_and_refused() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let bo = fixture.account("bo@example.test", MfaState::Enforced).await;
    let annas = fixture.app_password(ANNA, "Contact form").await;
    let secret = annas.secret.expose_grouped();
    assert_eq!(fixture.outcome(attempt("bo@example.test", &secret)).await, "other-accounts-app-password");
    let events = fixture.events().await;
    assert_eq!(events[0].account, Some(bo.id));
    assert_eq!(
        events[0].credential,
        postern_domain::sign_in::CredentialUsed::AppPassword(annas.app_password.id)
    );
}

#[tokio::test]
async fn asking_to_act_for_oneself_is_no_impersonation() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    for (wanted, outcome) in [
        ("", "accepted"),
        ("Anna@example.test", "accepted"),
        ("bo@example.test", "impersonation-not-granted"),
        ("anna", "impersonation-not-granted"),
    ] {
        let mut attempt = attempt(ANNA, ACCOUNT_PASSWORD);
        attempt.authorization_id = Some(wanted.to_owned());
        assert_eq!(fixture.outcome(attempt).await, outcome, "{wanted:?}");
    }
}

/// A secret typed as the user name is neither printed nor kept.
#[tokio::test]
async fn a_secret_in_the_wrong_field_shows_nowhere() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let needle = "hunter2-needle";
    let mut swapped = attempt(needle, ANNA);
    swapped.authorization_id = Some(needle.to_owned());
    let printed = format!("{swapped:?}");
    fixture.service.sign_in_at_door(swapped).await.unwrap();
    fixture.start(needle, needle).await.unwrap_err();
    let sign_in = crate::portal::PortalSignIn {
        name: needle.to_owned(),
        password: AccountPassword::typed(needle),
        remembered: None,
        replaces: None,
        address: std::net::IpAddr::from([192, 0, 2, 7]),
        user_agent: String::new(),
    };
    let change = crate::portal::ChangeOwnPassword {
        old: AccountPassword::typed(needle),
        new: AccountPassword::typed(needle),
        revoke_app_passwords: true,
    };
    let kept = fixture.events().await;
    let records = fixture.service.audit_records_after(0, 100).await.unwrap();
    let printed = format!("{printed} {sign_in:?} {change:?} {kept:?} {records:?}");
    assert!(!printed.contains(needle), "{printed}");
}

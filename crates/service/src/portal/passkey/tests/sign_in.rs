//! Signing in with a passkey alone.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use postern_domain::Clock as _;
use postern_domain::account::Role;
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_domain::notice::NoticeKind;
use postern_domain::sign_in::CredentialUsed;
use postern_storage::Store;
use postern_testkit::SoftAuthenticator;

use super::{ANNA, ORIGIN, anna};
use crate::portal::{PasskeySignIn, PasskeySignInError, Standing, StartedPortalSession};
use crate::testing::{Fixture, Gate, OPERATOR, name};

const VISITOR: &str = "0123456789012345678901234567890123456789012";

async fn finish(
    fixture: &Fixture,
    visitor: &str,
    ceremony: &str,
    answer: &str,
) -> Result<StartedPortalSession, PasskeySignInError> {
    let address = IpAddr::from([192, 0, 2, 7]);
    let sign_in = PasskeySignIn { visitor, ceremony, answer, address, user_agent: "Browser/1.0" };
    fixture.service.finish_passkey_sign_in(&sign_in).await
}

async fn sign_in(
    fixture: &Fixture,
    authenticator: &mut SoftAuthenticator,
) -> Result<StartedPortalSession, PasskeySignInError> {
    let begun = fixture.service.begin_passkey_sign_in(VISITOR).await.unwrap().unwrap();
    let answer = authenticator.get(&begun.options);
    finish(fixture, VISITOR, &begun.id, &answer).await
}

#[tokio::test]
async fn a_passkey_that_verifies_its_user_is_enough() {
    let (fixture, mut authenticator) = anna().await;
    let started = sign_in(&fixture, &mut authenticator).await.unwrap();
    let session = started.standing.full().expect("she is in");
    assert_eq!(session.session().factors.to_string(), "pop");
    assert!(fixture.service.second_factor_is_fresh(&session));
    assert!(fixture.service.resume_portal_session(&started.token).await.unwrap().is_some());
    let events = fixture.events().await;
    // Of one millisecond, they have no order of their own.
    assert!(events.iter().any(|event| event.credential == CredentialUsed::Passkey));
    let filter = postern_storage::AuditFilter { limit: 100, ..postern_storage::AuditFilter::default() };
    let records = fixture.service.list_audit_records(&filter).await.unwrap();
    let factors: Vec<_> = records
        .iter()
        .filter(|record| record.operation == Operation::SignInToPortal)
        .map(|record| record.details.iter().find(|(name, _)| name == "factors").unwrap().1.as_str())
        .collect();
    assert_eq!(factors, ["pop", "pwd pop"]);
}

/// How many sign-ins were recorded, and how many events there are of a passkey.
async fn on_record(fixture: &Fixture) -> (usize, usize) {
    let filter = postern_storage::AuditFilter { limit: 100, ..postern_storage::AuditFilter::default() };
    let records = fixture.service.list_audit_records(&filter).await.unwrap();
    let signed_in = records.iter().filter(|record| record.operation == Operation::SignInToPortal).count();
    let accepted =
        fixture.events().await.iter().filter(|event| event.credential == CredentialUsed::Passkey).count();
    (signed_in, accepted)
}

#[tokio::test]
async fn it_is_on_record_also_where_a_registration_is_demanded() {
    let (fixture, mut authenticator) = anna().await;
    let before = on_record(&fixture).await;
    fixture.service.require_registration(OPERATOR, &name(ANNA), false).await.unwrap();
    let started = sign_in(&fixture, &mut authenticator).await.unwrap();
    assert!(matches!(started.standing, Standing::MustRegister(_)), "{started:?}");
    assert_eq!(on_record(&fixture).await, (before.0 + 1, before.1 + 1));
}

#[tokio::test]
async fn administrators_are_told_of_one_of_theirs() {
    let (fixture, mut authenticator) = anna().await;
    let mut transaction = fixture.store.begin().await.unwrap();
    let mut anna = transaction.account_by_address(&name(ANNA)).await.unwrap().unwrap();
    anna.role = Role::GlobalAdministrator;
    transaction.update_account(&anna, anna.created_at).await.unwrap();
    transaction.commit().await.unwrap();
    let told = async || {
        let mut snapshot = fixture.store.snapshot().await.unwrap();
        let notices = snapshot.notices_of(anna.id, None, 100).await.unwrap();
        notices.iter().filter(|notice| notice.text.kind == NoticeKind::AdministratorSignedIn).count()
    };
    assert_eq!(told().await, 0);
    sign_in(&fixture, &mut authenticator).await.unwrap();
    assert_eq!(told().await, 1);
}

#[tokio::test]
async fn what_is_less_opens_nothing() {
    let (fixture, authenticator) = anna().await;
    let anna = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap().account;
    let bo = fixture.account("bo@example.test", MfaState::Enforced).await;
    type Fault = fn(&mut SoftAuthenticator);
    let faults: [(&str, Fault); 5] = [
        ("no user verification", |a| a.verifies = false),
        ("no user handle", |a| a.keeps = false),
        ("another origin", |a| a.origin = "https://evil.example".to_owned()),
        ("a wrong signature", |a| a.signs_wrongly = true),
        ("an unknown passkey", |a| a.credentials[0].id = vec![1; 32]),
    ];
    let copy_of = |misbehave: &dyn Fn(&mut SoftAuthenticator)| {
        let mut copy = SoftAuthenticator::new(ORIGIN);
        copy.credentials.push(authenticator.credentials[0].copy());
        misbehave(&mut copy);
        copy
    };
    for (what, misbehave) in faults {
        let refused = sign_in(&fixture, &mut copy_of(&misbehave)).await;
        let Err(PasskeySignInError::Refused { reference }) = refused else { panic!("{what}: {refused:?}") };
        assert_eq!(fixture.reason(reference).await, "wrong-passkey", "{what}");
    }
    let as_bo = sign_in(&fixture, &mut copy_of(&|a| a.other_handle = Some(bo.id.as_bytes().to_vec()))).await;
    assert!(matches!(as_bo, Err(PasskeySignInError::Refused { .. })), "Anna's key with Bo's handle");
    assert_ne!(anna.id, bo.id);
    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    let Err(PasskeySignInError::Refused { reference }) = sign_in(&fixture, &mut copy_of(&|_| {})).await
    else {
        panic!("a blocked account got in");
    };
    assert_eq!(fixture.reason(reference).await, "account-blocked");
}

/// A key that did not verify its user when it was registered is a second factor only.
#[tokio::test]
async fn a_plain_security_key_is_no_passkey() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let mut key = SoftAuthenticator { verifies: false, ..SoftAuthenticator::new(ORIGIN) };
    super::first_passkey(&fixture, &mut key).await;
    super::second_factor(&fixture, &mut key).await.unwrap();
    assert!(matches!(sign_in(&fixture, &mut key).await, Err(PasskeySignInError::Refused { .. })));
}

/// Nobody has to be known to begin one, or to answer it wrongly: neither writes anything, so that nothing has to be bounded
/// and nobody's is pushed out by others'.
#[tokio::test]
async fn beginning_and_answering_wrongly_write_nothing() {
    let (fixture, authenticator) = anna().await;
    let gate = Gate::before(&fixture.store);
    let node = fixture.node_through(Arc::clone(&gate) as Arc<dyn Store>).await;
    gate.close();
    let begun = node.service.begin_passkey_sign_in(VISITOR).await.unwrap().unwrap();
    gate.open();
    let rows = async || {
        let mut transaction = fixture.store.begin().await.unwrap();
        // All of them have run out by then.
        transaction
            .delete_stale_ceremonies(fixture.clock.now().plus(Duration::from_secs(3600)))
            .await
            .unwrap()
    };
    assert_eq!(rows().await, 0);
    let mut stranger = SoftAuthenticator::new(ORIGIN);
    stranger.credentials.push(authenticator.credentials[0].copy());
    stranger.signs_wrongly = true;
    let wrong = stranger.get(&begun.options);
    for answer in [wrong.as_str(), "{}", "nonsense"] {
        let refused = finish(&node, VISITOR, &begun.id, answer).await;
        assert!(matches!(refused, Err(PasskeySignInError::Refused { .. })), "{refused:?}");
    }
    assert_eq!(rows().await, 0);
    stranger.signs_wrongly = false;
    finish(&node, VISITOR, &begun.id, &stranger.get(&begun.options)).await.unwrap();
    assert_eq!(rows().await, 1, "an answer that was right is remembered until it would have run out");
}

#[tokio::test]
async fn a_ceremony_belongs_to_the_browser_that_began_it() {
    let (fixture, mut authenticator) = anna().await;
    let begun = fixture.service.begin_passkey_sign_in(VISITOR).await.unwrap().unwrap();
    let answer = authenticator.get(&begun.options);
    let elsewhere = finish(&fixture, &VISITOR.replace('0', "9"), &begun.id, &answer).await;
    assert!(matches!(elsewhere, Err(PasskeySignInError::RunOut)), "login CSRF: another browser's answer");
    let node = fixture.another_node().await;
    finish(&node, VISITOR, &begun.id, &answer).await.expect("another node finishes it");
    assert!(matches!(finish(&fixture, VISITOR, &begun.id, &answer).await, Err(PasskeySignInError::RunOut)));
    // Nor later, nor one that somebody made up.
    let begun = fixture.service.begin_passkey_sign_in(VISITOR).await.unwrap().unwrap();
    let answer = authenticator.get(&begun.options);
    fixture.clock.advance(Duration::from_secs(300));
    for id in [begun.id.as_str(), "", "made-up", &begun.id.replace('A', "B")] {
        assert!(
            matches!(finish(&fixture, VISITOR, id, &answer).await, Err(PasskeySignInError::RunOut)),
            "{id}"
        );
    }
    // A ceremony for a second factor does not open the door.
    let half = fixture.half(ANNA).await;
    let begun = fixture.service.begin_passkey_check(half.session()).await.unwrap().unwrap();
    let answer = authenticator.get(&begun.options);
    assert!(matches!(finish(&fixture, VISITOR, &begun.id, &answer).await, Err(PasskeySignInError::RunOut)));
}

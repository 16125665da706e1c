//! Mailbox passwords.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;

use crate::keys::KeyRing;
use crate::testing::{ANNA, Fixture, OPERATOR, TestRandom, name, parts};
use crate::upstream::{ConsentError, MailboxPasswordError};
use crate::{By, Service};

async fn open() -> Fixture {
    let store = postern_storage_sql::open(&postern_storage_sql::Location::SqliteInMemory).await.unwrap();
    let (clock, random) = (Arc::default(), Arc::new(TestRandom::seeded(1)));
    let mut parts = parts(&store, &clock, &random, KeyRing::ephemeral(&TestRandom::seeded(0)));
    parts.mailbox_password_upstreams = vec!["dovecot".to_owned()];
    let service = Service::open(parts).await.unwrap();
    Fixture { service, store, clock, random }
}

#[tokio::test]
async fn an_owner_enters_it_and_only_sessions_of_the_mailbox_get_it() {
    let fixture = open().await;
    fixture.account(ANNA, MfaState::Enabled).await;
    let (anna, _, _) = fixture.enrol(ANNA).await;
    let secret = fixture.app_password(ANNA, "Contact form").await.secret.expose_grouped();
    let session = fixture.accepted(ANNA, &secret).await;
    let service = &fixture.service;
    assert_eq!(service.mailbox_password("dovecot", &session).await.unwrap(), None);

    service.set_mailbox_password(By::Session(&anna), "dovecot", "first").await.unwrap();
    service.set_mailbox_password(By::Session(&anna), "dovecot", "p\u{e4}ssword needle ").await.unwrap();
    let given = service.mailbox_password("dovecot", &session).await.unwrap().unwrap();
    assert_eq!(given.as_slice(), "p\u{e4}ssword needle ".as_bytes());
    assert_eq!(service.mailbox_password("other", &session).await.unwrap(), None);

    let offers = service.mailbox_passwords_of(By::Session(&anna), &name(ANNA)).await.unwrap();
    assert_eq!((offers.len(), offers[0].set_at), (1, Some(service.now())));
    let records = fixture.store.snapshot().await.unwrap().audit_records(&Default::default()).await.unwrap();
    assert!(!format!("{records:?}").contains("needle"));

    service.remove_mailbox_password(OPERATOR, &name(ANNA), "dovecot").await.unwrap();
    assert_eq!(service.mailbox_password("dovecot", &session).await.unwrap(), None);
    let again = service.remove_mailbox_password(OPERATOR, &name(ANNA), "dovecot").await;
    assert!(matches!(again, Err(ConsentError::NoSuchPassword)));
    let filter = postern_storage::AuditFilter {
        operation: Some(Operation::SetMailboxPassword),
        limit: 10,
        ..Default::default()
    };
    assert_eq!(fixture.store.snapshot().await.unwrap().audit_records(&filter).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_no_server_takes_is_refused_and_a_fresh_second_factor_is_asked_for() {
    let fixture = open().await;
    fixture.account(ANNA, MfaState::Enabled).await;
    let (anna, _, _) = fixture.enrol(ANNA).await;
    let service = &fixture.service;
    for unfit in ["", "a\r\nb", "a\0b", &"x".repeat(513)] {
        let refused = service.set_mailbox_password(By::Session(&anna), "dovecot", unfit).await;
        assert!(matches!(refused, Err(MailboxPasswordError::Unfit)));
    }
    let refused = service.set_mailbox_password(By::Session(&anna), "other", "x").await;
    assert!(matches!(refused, Err(MailboxPasswordError::NoSuchUpstream)));
    fixture.clock.advance(Duration::from_secs(11 * 60));
    let refused = service.set_mailbox_password(By::Session(&anna), "dovecot", "x").await;
    assert!(matches!(refused, Err(MailboxPasswordError::StepUpNeeded)));
    service.end_sessions(OPERATOR, &name(ANNA)).await.unwrap();
    let refused = service.set_mailbox_password(By::Session(&anna), "dovecot", "x").await;
    assert!(matches!(refused, Err(MailboxPasswordError::SessionOver)));
}

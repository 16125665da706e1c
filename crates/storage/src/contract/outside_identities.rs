//! Facts about links to outside identity providers, and sign-ins there that are under way.

use std::sync::Arc;

use postern_domain::id::{OutsideIdentityId, PortalSessionId};
use postern_domain::outside_identity::OutsideIdentity;

use super::SharedDatabase;
use super::methods::{MANY, how_many_succeed};
use super::sample::{account, id, insert_accounts, moment};
use crate::{OutsidePurpose, OutsideRequest, Result, Sealed, StorageError, Store, TokenHash};

pub(super) const ISSUER: &str = "https://login.example.test/realms/staff";

pub(super) fn identity(number: u8, of: u8, issuer: &str, subject: &str) -> OutsideIdentity {
    OutsideIdentity {
        id: OutsideIdentityId::from_bytes(id(number)),
        account: account(of).id,
        issuer: issuer.to_owned(),
        subject: subject.parse().expect("the samples are subjects"),
        label: format!("user{of}@example.test"),
        linked_at: moment(u64::from(number)),
        linked_by: "operator root".to_owned(),
        last_used_at: None,
    }
}

async fn insert(store: &dyn Store, identity: &OutsideIdentity) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.insert_outside_identity(identity).await?;
    transaction.commit().await
}

pub(super) async fn come_back_as_written_by_their_key(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let first = identity(1, 1, ISSUER, "anna");
    let second = identity(2, 1, "https://accounts.example.test", "anna");
    let other_case = identity(3, 2, ISSUER, "Anna");
    for identity in [&second, &first, &other_case] {
        insert(&*store, identity).await?;
    }
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.outside_identity(ISSUER, &first.subject).await?, Some(first.clone()));
    assert_eq!(snapshot.outside_identity(ISSUER, &other_case.subject).await?, Some(other_case.clone()));
    assert_eq!(snapshot.outside_identity("https://login.example.test", &first.subject).await?, None);
    assert_eq!(snapshot.outside_identities_of(account(1).id).await?, [first.clone(), second.clone()]);
    drop(snapshot);
    let mut transaction = store.begin().await?;
    transaction.note_outside_identity_used(first.id, moment(9)).await?;
    assert!(!transaction.delete_outside_identity(account(2).id, first.id).await?, "it is another's");
    assert!(transaction.delete_outside_identity(account(1).id, second.id).await?);
    assert!(!transaction.delete_outside_identity(account(1).id, second.id).await?);
    let used = OutsideIdentity { last_used_at: Some(moment(9)), ..first };
    assert_eq!(transaction.outside_identities_of(account(1).id).await?, [used]);
    assert_eq!(transaction.delete_outside_identities_of(account(1).id).await?, 1);
    assert_eq!(transaction.outside_identities_of(account(2).id).await?, [other_case]);
    transaction.commit().await
}

pub(super) async fn one_opens_one_account(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    insert(&*store, &identity(1, 1, ISSUER, "anna")).await?;
    for of in [1, 2] {
        let again = insert(&*store, &identity(2, of, ISSUER, "anna")).await;
        assert!(matches!(again, Err(StorageError::Conflict { what: "outside identity" })), "{again:?}");
    }
    insert(&*store, &identity(2, 1, ISSUER, "anna-at-home")).await
}

fn request(number: u8, purpose: OutsidePurpose) -> OutsideRequest {
    OutsideRequest {
        state: TokenHash([number; 32]),
        browser: TokenHash([100 + number; 32]),
        provider: "Staff".to_owned(),
        purpose,
        verifier: Sealed { key_version: 2, bytes: vec![number; 60] },
        next: "/refusals?reference=7Q3K-M2XA".to_owned(),
        asked_at: moment(0),
        expires_at: moment(u64::from(number)),
    }
}

async fn take(store: &dyn Store, state: u8, browser: u8) -> Result<Option<OutsideRequest>> {
    let mut transaction = store.begin().await?;
    let browser = TokenHash([100 + browser; 32]);
    let taken = transaction.take_outside_request(&TokenHash([state; 32]), &browser).await?;
    transaction.commit().await?;
    Ok(taken)
}

pub(super) async fn a_request_is_taken_once_by_its_own_browser(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let session = PortalSessionId::from_bytes(id(1));
    let requests = [
        request(1, OutsidePurpose::SignIn),
        request(2, OutsidePurpose::Link(session)),
        request(3, OutsidePurpose::StepUp(session)),
        request(4, OutsidePurpose::SignIn),
    ];
    let mut transaction = store.begin().await?;
    for request in &requests {
        transaction.insert_outside_request(request).await?;
    }
    transaction.commit().await?;
    assert_eq!(take(&*store, 1, 2).await?, None, "another browser");
    for (number, request) in (1..=3).zip(requests) {
        assert_eq!(take(&*store, number, number).await?, Some(request));
        assert_eq!(take(&*store, number, number).await?, None, "a second time");
    }
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.delete_stale_outside_requests(moment(4)).await?, 1);
    transaction.commit().await?;
    assert_eq!(take(&*store, 4, 4).await?, None, "too late");
    Ok(())
}

pub(super) async fn of_many_at_once_one_takes_a_request(database: SharedDatabase) -> Result<()> {
    let stores = [database.open().await?, database.open().await?];
    let mut transaction = stores[0].begin().await?;
    transaction.insert_outside_request(&request(1, OutsidePurpose::SignIn)).await?;
    transaction.commit().await?;
    let attempts = (0..MANY).map(|number| {
        let store = Arc::clone(&stores[number % stores.len()]);
        tokio::spawn(async move { take(&*store, 1, 1).await.map(|taken| taken.is_some()) })
    });
    assert_eq!(how_many_succeed(attempts).await?, 1);
    Ok(())
}

pub(super) async fn a_logout_token_is_spent_once_until_it_is_over(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let mut transaction = store.begin().await?;
    for (token, expected) in [(1, true), (1, false), (2, true)] {
        let spent = transaction.spend_logout_token(&TokenHash([token; 32]), moment(u64::from(token))).await?;
        assert_eq!(spent, expected, "{token}");
    }
    assert_eq!(transaction.delete_stale_logout_tokens(moment(1)).await?, 1);
    assert!(transaction.spend_logout_token(&TokenHash([1; 32]), moment(9)).await?);
    assert!(!transaction.spend_logout_token(&TokenHash([2; 32]), moment(9)).await?);
    transaction.commit().await
}

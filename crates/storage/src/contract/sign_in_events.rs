//! Facts about sign-in events.

use postern_domain::door::Door;
use postern_domain::id::{AppPasswordId, SignInEventId};
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, RefusalReason, RefusalReference, SignInEvent};

use super::SharedDatabase;
use super::sample::{account, address, id, moment};
use crate::{EventFilter, Result, Store};

fn app_password() -> AppPasswordId {
    AppPasswordId::from_bytes(id(50))
}

fn refused(reason: RefusalReason, reference: &str) -> Outcome {
    let reference: RefusalReference = reference.parse().expect("the samples are references");
    Outcome::Refused { reason, reference }
}

/// Event number `number`: account 1 was accepted at the SMTP door by an app password.
fn event(number: u8) -> SignInEvent {
    SignInEvent {
        id: SignInEventId::from_bytes(id(number)),
        at: moment(u64::from(number)),
        place: Place::Door(Door::Smtp),
        account: Some(account(1).id),
        address: address("192.0.2.7"),
        client: Some("mail.example.test".to_owned()),
        credential: CredentialUsed::AppPassword(app_password()),
        acting_for: None,
        outcome: Outcome::ACCEPTED,
    }
}

fn samples() -> [SignInEvent; 4] {
    [
        event(1),
        SignInEvent {
            account: None,
            client: None,
            credential: CredentialUsed::Unrecognised { tag: u64::MAX - 1 },
            outcome: refused(RefusalReason::UnknownAccount, "7Q3K-M2XA"),
            ..event(2)
        },
        SignInEvent {
            place: Place::Portal,
            address: address("2001:db8::1"),
            credential: CredentialUsed::AccountPassword,
            acting_for: Some(super::sample::name("bo@example.test")),
            outcome: Outcome::Accepted { would_refuse: Some(RefusalReason::AccountPasswordsOff) },
            ..event(3)
        },
        SignInEvent {
            account: Some(account(2).id),
            outcome: refused(RefusalReason::Revoked, "0000-0001"),
            ..event(4)
        },
    ]
}

async fn insert(store: &dyn Store, events: &[SignInEvent]) -> Result<()> {
    insert_sealed(store, events, 1).await
}

async fn insert_sealed(store: &dyn Store, events: &[SignInEvent], seal: u64) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.insert_sign_in_events(events, seal).await?;
    transaction.commit().await
}

pub(super) async fn come_back_as_written(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert(&*store, &samples()).await?;
    let filter = EventFilter { limit: 1000, ..EventFilter::default() };
    let mut expected = samples();
    expected.reverse();
    assert_eq!(store.snapshot().await?.sign_in_events(&filter).await?, expected);
    Ok(())
}

pub(super) async fn lists_are_filtered(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert(&*store, &samples()).await?;
    let all = EventFilter { limit: 1000, ..EventFilter::default() };
    let mut snapshot = store.snapshot().await?;
    for (filter, expected) in [
        (EventFilter { account: Some(account(1).id), ..all.clone() }, &[3, 1][..]),
        (EventFilter { app_password: Some(app_password()), ..all.clone() }, &[4, 1]),
        (EventFilter { refused_only: true, ..all.clone() }, &[4, 2]),
        (EventFilter { accepted_only: true, ..all.clone() }, &[3, 1]),
        (EventFilter { place: Some(Place::Portal), ..all.clone() }, &[3]),
        (EventFilter { since: Some(moment(3)), ..all.clone() }, &[4, 3]),
        (EventFilter { account: Some(account(1).id), refused_only: true, ..all.clone() }, &[]),
        (EventFilter { account: Some(account(1).id), place: Some(Place::Portal), ..all.clone() }, &[3]),
        (
            EventFilter {
                app_password: Some(app_password()),
                place: Some(Place::Door(Door::Smtp)),
                refused_only: true,
                ..all.clone()
            },
            &[4],
        ),
        (EventFilter { limit: 2, ..all.clone() }, &[4, 3]),
    ] {
        let found = snapshot.sign_in_events(&filter).await?;
        assert_eq!(numbers(&found), expected, "{filter:?}");
    }
    Ok(())
}

fn numbers(events: &[SignInEvent]) -> Vec<u8> {
    events.iter().map(|event| event.id.as_bytes()[0]).collect()
}

pub(super) async fn lists_are_paged(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let events: Vec<_> = (1..=25).map(event).collect();
    insert(&*store, &events).await?;
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let filter = EventFilter { before, limit: 10, ..EventFilter::default() };
        let page = store.snapshot().await?.sign_in_events(&filter).await?;
        seen.extend(numbers(&page));
        let Some(last) = page.last() else { break };
        before = Some(last.id);
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>());
    Ok(())
}

pub(super) async fn the_newest_is_found_by_its_reference(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert(&*store, &samples()).await?;
    let outcome = refused(RefusalReason::Expired, "7Q3K-M2XA");
    insert(&*store, &[SignInEvent { outcome, ..event(5) }]).await?;
    let mut snapshot = store.snapshot().await?;
    let mut find = async |text: &str| {
        let reference = text.parse().expect("a reference");
        let found = snapshot.sign_in_event_by_reference(reference).await?;
        Ok::<_, crate::StorageError>(found.map(|event| event.id.as_bytes()[0]))
    };
    assert_eq!(find("7Q3K-M2XA").await?, Some(5));
    assert_eq!(find("0000-0001").await?, Some(4));
    assert_eq!(find("0000-0002").await?, None);
    Ok(())
}

pub(super) async fn are_found_by_their_seal_in_the_order_of_ids(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_sealed(&*store, &[4, 2, 6].map(event), 7).await?;
    insert_sealed(&*store, &[5, 1, 3].map(event), 9).await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.sign_in_events_sealed_by(7).await?, [2, 4, 6].map(event));
    assert_eq!(snapshot.sign_in_events_sealed_by(9).await?, [1, 3, 5].map(event));
    assert_eq!(snapshot.sign_in_events_sealed_by(8).await?, []);
    assert_eq!(snapshot.sign_in_event_count().await?, 6);
    assert_eq!(snapshot.sign_in_event(event(3).id).await?, Some(event(3)));
    assert_eq!(snapshot.sign_in_event(event(7).id).await?, None);
    Ok(())
}

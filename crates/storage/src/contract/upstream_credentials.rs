//! Facts about consents, requests for them, and mailbox passwords.

use std::sync::Arc;

use postern_domain::account::{Account, AccountStatus};
use postern_domain::consent::{Consent, ConsentProblem, ConsentState};
use postern_domain::id::PortalSessionId;

use super::SharedDatabase;
use super::sample::{account, id, insert_accounts, moment, name};
use crate::{
    ConsentPlace, ConsentRecord, ConsentRequest, LeaseHolder, MailboxPasswordRecord, Result, Sealed, Store,
    TokenHash,
};

fn sealed(number: u8) -> Sealed {
    Sealed { key_version: 2, bytes: vec![number; 60] }
}

fn consent(number: u8, provider: &str) -> ConsentRecord {
    ConsentRecord {
        consent: Consent {
            account: account(number).id,
            provider: provider.to_owned(),
            mailbox: Some(format!("user{number}@example.test")),
            connected_at: moment(1),
            refreshed_at: moment(2),
            used_at: Some(moment(6)),
            access_until: moment(3),
            expires_at: Some(moment(4)),
            refused_at: Some(moment(5)),
            state: ConsentState::Connected { problem: None },
        },
        generation: 7,
        refresh_token: Some(sealed(number)),
    }
}

async fn put(store: &dyn Store, record: &ConsentRecord) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.put_consent(record).await?;
    transaction.commit().await
}

pub(super) async fn a_consent_comes_back_as_written(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let problem = ConsentProblem { error: "503".to_owned(), at: moment(9) };
    let full = consent(1, "exchange");
    let mut bare = consent(1, "gmail");
    bare.consent = Consent { mailbox: None, expires_at: None, refused_at: None, ..bare.consent };
    bare.consent.refreshed_at = moment(1);
    bare.consent.used_at = None;
    let mut lapsed = consent(2, "exchange");
    lapsed.consent.state = ConsentState::Lapsed(problem.clone());
    lapsed.refresh_token = None;
    for record in [&full, &bare, &lapsed] {
        put(&*store, record).await?;
    }
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.consent(account(1).id, "exchange").await?, Some(full.clone()));
    assert_eq!(snapshot.consent(account(1).id, "gmail").await?, Some(bare.clone()));
    assert_eq!(snapshot.consent(account(2).id, "exchange").await?, Some(lapsed.clone()));
    assert_eq!(snapshot.consent(account(2).id, "gmail").await?, None);
    assert_eq!(snapshot.consents_of(account(1).id).await?, [full.consent.clone(), bare.consent.clone()]);
    let row = |number, record: &ConsentRecord| (account(number).name, record.consent.clone());
    assert_eq!(snapshot.consents(None, 2).await?, [row(1, &full), row(1, &bare)]);
    let place = ConsentPlace::of(&bare.consent);
    assert_eq!(snapshot.consents(Some(&place), 2).await?, [row(2, &lapsed)]);
    drop(snapshot);
    // A second one at the same provider takes the place of the first.
    let mut again = full;
    again.generation = 8;
    again.consent.state = ConsentState::Connected { problem: Some(problem) };
    put(&*store, &again).await?;
    assert_eq!(store.snapshot().await?.consent(account(1).id, "exchange").await?, Some(again));
    let mut transaction = store.begin().await?;
    assert!(transaction.delete_consent(account(1).id, "exchange").await?);
    assert!(!transaction.delete_consent(account(1).id, "exchange").await?);
    transaction.commit().await?;
    assert_eq!(store.snapshot().await?.consents(None, 10).await?, [row(1, &bare), row(2, &lapsed)]);
    Ok(())
}

pub(super) async fn consents_are_listed_page_by_page_while_they_come_and_go(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    let accounts: Vec<_> = (1..=9).map(account).collect();
    insert_accounts(&*store, &accounts).await?;
    for number in 2..9 {
        for provider in ["exchange", "gmail"] {
            put(&*store, &consent(number, provider)).await?;
        }
    }
    let page = async |after: Option<(u8, &str)>| {
        let after = after.map(|(number, provider)| ConsentPlace::of(&consent(number, provider).consent));
        let found = store.snapshot().await?.consents(after.as_ref(), 3).await?;
        let found = found.into_iter().map(|(name, consent)| format!("{name} {}", consent.provider));
        Ok::<_, crate::StorageError>(found.collect::<Vec<_>>())
    };
    let [exchange, gmail] =
        ["exchange", "gmail"].map(|provider| move |number| format!("user{number}@example.test {provider}"));
    assert_eq!(page(None).await?, [exchange(2), gmail(2), exchange(3)]);
    // The last one of the page is withdrawn, one before it is given, and one after it is renewed: that moves none.
    let mut transaction = store.begin().await?;
    assert!(transaction.delete_consent(account(3).id, "exchange").await?);
    transaction.put_consent(&consent(1, "exchange")).await?;
    let mut renewed = consent(4, "gmail");
    renewed.consent.refreshed_at = moment(90);
    transaction.put_consent(&renewed).await?;
    transaction.commit().await?;
    assert_eq!(page(Some((3, "exchange"))).await?, [gmail(3), exchange(4), gmail(4)]);
    // Whole accounts after the page lose theirs, and an account gets another name.
    let mut transaction = store.begin().await?;
    transaction.delete_upstream_credentials_of(account(5).id).await?;
    transaction.put_consent(&consent(9, "gmail")).await?;
    transaction.update_account(&Account { name: name("a@example.test"), ..account(6) }, moment(50)).await?;
    transaction.commit().await?;
    let renamed = |provider| format!("a@example.test {provider}");
    assert_eq!(page(Some((4, "gmail"))).await?, [renamed("exchange"), renamed("gmail"), exchange(7)]);
    assert_eq!(page(Some((7, "exchange"))).await?, [gmail(7), exchange(8), gmail(8)]);
    assert_eq!(page(Some((8, "gmail"))).await?, [gmail(9)]);
    assert_eq!(page(Some((9, "gmail"))).await?, [""; 0]);
    Ok(())
}

pub(super) async fn consents_to_renew_are_found_past_those_that_cannot_be(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    let mut accounts: Vec<_> = (1..=6).map(account).collect();
    accounts[1].status = AccountStatus::Blocked { at: moment(5), by: "operator root".to_owned() };
    insert_accounts(&*store, &accounts).await?;
    let refreshed = |number, provider: &str, at| {
        let mut record = consent(number, provider);
        record.consent.refreshed_at = moment(at);
        record
    };
    let mut lapsed = refreshed(1, "exchange", 1);
    lapsed.consent.state = ConsentState::Lapsed(ConsentProblem { error: "503".to_owned(), at: moment(9) });
    lapsed.refresh_token = None;
    let of_blocked = refreshed(2, "exchange", 2);
    let (late, early) = (refreshed(3, "exchange", 20), refreshed(4, "exchange", 10));
    let (same, too_late) = (refreshed(4, "gmail", 10), refreshed(5, "exchange", 21));
    for record in [&lapsed, &of_blocked, &late, &early, &same, &too_late] {
        put(&*store, record).await?;
    }
    let mut snapshot = store.snapshot().await?;
    let (all, until) = ([early.consent, same.consent, late.consent], moment(20));
    assert_eq!(snapshot.consents_refreshed_until(until, None, 9).await?, all);
    assert_eq!(snapshot.consents_refreshed_until(until, None, 1).await?, all[..1]);
    for (number, consent) in all.iter().enumerate() {
        let place = ConsentPlace::of(consent);
        let after = Some((consent.refreshed_at, &place));
        assert_eq!(snapshot.consents_refreshed_until(until, after, 9).await?, all[number + 1..]);
    }
    Ok(())
}

async fn lease(store: &dyn Store, holder: u8, until: u64, now: u64) -> Result<bool> {
    let mut transaction = store.begin().await?;
    let holder = LeaseHolder([holder; 16]);
    let taken =
        transaction.take_refresh_lease(account(1).id, "exchange", holder, moment(until), moment(now)).await?;
    transaction.commit().await?;
    Ok(taken)
}

pub(super) async fn one_at_a_time_may_refresh(database: SharedDatabase) -> Result<()> {
    let stores = [database.open().await?, database.open().await?];
    insert_accounts(&*stores[0], &[account(1)]).await?;
    let attempts = (0..32_u8).map(|number| {
        let store = Arc::clone(&stores[usize::from(number) % stores.len()]);
        tokio::spawn(
            async move { Ok::<_, crate::StorageError>((number, lease(&*store, number, 30, 0).await?)) },
        )
    });
    let mut holders = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        let (number, taken) = attempt.await.expect("an attempt does not panic")?;
        holders.extend(taken.then_some(number));
    }
    let [holder] = holders[..] else { panic!("one has it: {holders:?}") };
    let other = holder + 1;
    assert!(lease(&*stores[0], holder, 40, 10).await?, "who has it keeps it");
    assert!(!lease(&*stores[1], other, 69, 39).await?, "it is not over");
    assert!(lease(&*stores[1], other, 70, 40).await?, "it is over");
    let mut transaction = stores[0].begin().await?;
    transaction.end_refresh_lease(account(1).id, "exchange", LeaseHolder([holder; 16])).await?;
    transaction.commit().await?;
    assert!(!lease(&*stores[0], holder, 80, 41).await?, "nobody gives back what another has");
    let mut transaction = stores[0].begin().await?;
    transaction.end_refresh_lease(account(1).id, "exchange", LeaseHolder([other; 16])).await?;
    transaction.commit().await?;
    assert!(lease(&*stores[0], holder, 80, 41).await?);
    Ok(())
}

fn request(number: u8) -> ConsentRequest {
    ConsentRequest {
        state: TokenHash([number; 32]),
        account: account(1).id,
        session: PortalSessionId::from_bytes(id(number)),
        provider: "exchange".to_owned(),
        verifier: sealed(number),
        expires_at: moment(u64::from(number)),
    }
}

async fn take(store: &dyn Store, state: u8, session: u8) -> Result<Option<ConsentRequest>> {
    let mut transaction = store.begin().await?;
    let session = PortalSessionId::from_bytes(id(session));
    let taken = transaction.take_consent_request(&TokenHash([state; 32]), session).await?;
    transaction.commit().await?;
    Ok(taken)
}

pub(super) async fn a_request_is_taken_once_by_its_own_session(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    let mut transaction = store.begin().await?;
    for number in 1..=3 {
        transaction.insert_consent_request(&request(number)).await?;
    }
    transaction.commit().await?;
    assert_eq!(take(&*store, 1, 2).await?, None, "another session");
    assert_eq!(take(&*store, 1, 1).await?, Some(request(1)));
    assert_eq!(take(&*store, 1, 1).await?, None, "a second time");
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.delete_stale_consent_requests(moment(2)).await?, 1);
    transaction.commit().await?;
    assert_eq!(take(&*store, 2, 2).await?, None, "too late");
    assert_eq!(take(&*store, 3, 3).await?, Some(request(3)));
    Ok(())
}

pub(super) async fn a_mailbox_password_is_replaced(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let password = |number, upstream: &str| MailboxPasswordRecord {
        account: account(1).id,
        upstream: upstream.to_owned(),
        secret: sealed(number),
        set_at: moment(u64::from(number)),
    };
    let mut transaction = store.begin().await?;
    for record in [password(1, "b"), password(2, "b"), password(3, "a")] {
        transaction.put_mailbox_password(&record).await?;
    }
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.mailbox_password(account(1).id, "b").await?, Some(password(2, "b")));
    assert_eq!(snapshot.mailbox_password(account(2).id, "b").await?, None);
    assert_eq!(snapshot.mailbox_passwords_of(account(1).id).await?, [password(3, "a"), password(2, "b")]);
    drop(snapshot);
    let mut transaction = store.begin().await?;
    assert!(transaction.delete_mailbox_password(account(1).id, "a").await?);
    assert!(!transaction.delete_mailbox_password(account(1).id, "a").await?);
    transaction.put_consent(&consent(1, "exchange")).await?;
    transaction.put_consent(&consent(2, "exchange")).await?;
    assert_eq!(transaction.delete_upstream_credentials_of(account(1).id).await?, 2);
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.consents(None, 10).await?, [(account(2).name, consent(2, "exchange").consent)]);
    assert_eq!(snapshot.mailbox_passwords_of(account(1).id).await?, []);
    Ok(())
}

//! Facts about live sessions.

use postern_domain::door::Door;
use postern_domain::id::{DoorSessionId, NodeId};

use super::SharedDatabase;
use super::sample::{account, address, app_password, id, insert_accounts, insert_app_password, moment, name};
use crate::{ListedLiveSession, LiveSession, LiveSessionFilter, LiveSessionPlace, Result, Store};

fn node(number: u8) -> NodeId {
    NodeId::from_bytes(id(number))
}

/// Session number `number` of account 1 at server 1, by its app password.
fn session(number: u8) -> LiveSession {
    LiveSession {
        id: DoorSessionId::from_bytes(id(number)),
        node: node(1),
        account: account(1).id,
        app_password: Some(app_password(1, &account(1)).id),
        door: Door::Imap,
        address: address("2001:db8::7"),
        client: Some("Thunderbird".to_owned()),
        acting_for: None,
        since: moment(u64::from(number)),
        octets_from_client: 7,
        octets_to_client: u64::from(number),
    }
}

/// Session number `number` of account 2 at server 2, by its account password.
fn other(number: u8) -> LiveSession {
    LiveSession {
        node: node(2),
        account: account(2).id,
        app_password: None,
        door: Door::Ews,
        address: address("192.0.2.7"),
        client: None,
        acting_for: Some(name("boss@example.test")),
        ..session(number)
    }
}

fn everything() -> LiveSessionFilter {
    LiveSessionFilter { account: None, app_password: None, heard_since: moment(0), after: None, limit: 100 }
}

/// Servers 1 and 2, heard of at moment 100 and 200, with these sessions.
async fn report(store: &dyn Store, sessions: &[LiveSession]) -> Result<()> {
    insert_app_password(store).await?;
    insert_accounts(store, &[account(2)]).await?;
    let mut transaction = store.begin().await?;
    assert!(!transaction.hear_of_node(node(1), moment(100)).await?);
    assert!(!transaction.hear_of_node(node(2), moment(200)).await?);
    transaction.put_live_sessions(sessions).await?;
    transaction.commit().await
}

async fn listed(store: &dyn Store, filter: LiveSessionFilter) -> Result<Vec<LiveSession>> {
    let listed = store.snapshot().await?.live_sessions(&filter).await?;
    Ok(listed.into_iter().map(|listed| listed.session).collect())
}

pub(super) async fn come_back_as_reported(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    report(&*store, &[session(1), other(2)]).await?;
    // Another server's look.
    let mut snapshot = database.open().await?.snapshot().await?;
    let first = ListedLiveSession {
        session: session(1),
        account_name: account(1).name,
        app_password_name: Some(app_password(1, &account(1)).name),
    };
    let second =
        ListedLiveSession { session: other(2), account_name: account(2).name, app_password_name: None };
    assert_eq!(snapshot.live_sessions(&everything()).await?, [second, first.clone()]);
    assert_eq!(snapshot.live_session(session(1).id).await?, Some(first));
    assert_eq!(snapshot.live_session(session(9).id).await?, None);
    Ok(())
}

pub(super) async fn a_second_report_writes_the_octets(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    report(&*store, &[session(1), session(2)]).await?;
    let later = LiveSession { octets_from_client: 1 << 40, octets_to_client: 1 << 41, ..session(1) };
    let mut transaction = store.begin().await?;
    transaction.put_live_sessions(&[later.clone(), session(3)]).await?;
    transaction.commit().await?;
    assert_eq!(listed(&*store, everything()).await?, [session(3), session(2), later]);
    Ok(())
}

pub(super) async fn lists_are_filtered_newest_first(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let by_account_password = LiveSession { app_password: None, ..session(4) };
    report(&*store, &[session(1), other(2), session(3), by_account_password.clone()]).await?;
    let of_account = LiveSessionFilter { account: Some(account(1).id), ..everything() };
    assert_eq!(listed(&*store, of_account.clone()).await?, [by_account_password, session(3), session(1)]);
    let of_app_password = LiveSessionFilter { app_password: session(1).app_password, ..everything() };
    assert_eq!(listed(&*store, of_app_password.clone()).await?, [session(3), session(1)]);
    let first_of_it = LiveSessionFilter { limit: 1, ..of_app_password };
    assert_eq!(listed(&*store, first_of_it).await?, [session(3)]);
    let of_nobody = LiveSessionFilter {
        account: Some(account(2).id),
        app_password: session(1).app_password,
        ..everything()
    };
    assert_eq!(listed(&*store, of_nobody).await?, []);
    Ok(())
}

pub(super) async fn of_a_silent_server_are_not_listed_and_go_with_it(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    report(&*store, &[session(1), other(2)]).await?;
    let since = |seconds| LiveSessionFilter { heard_since: moment(seconds), ..everything() };
    assert_eq!(listed(&*store, since(100)).await?, [other(2), session(1)]);
    assert_eq!(listed(&*store, since(101)).await?, [other(2)]);
    let mut transaction = store.begin().await?;
    assert!(transaction.hear_of_node(node(1), moment(300)).await?);
    assert_eq!(transaction.delete_silent_nodes(moment(201)).await?, 1);
    assert!(!transaction.hear_of_node(node(2), moment(300)).await?);
    transaction.commit().await?;
    assert_eq!(listed(&*store, since(101)).await?, [session(1)]);
    let mut transaction = store.begin().await?;
    transaction.put_live_sessions(&[other(2)]).await?;
    transaction.delete_node(node(1)).await?;
    transaction.commit().await?;
    assert_eq!(listed(&*store, everything()).await?, [other(2)]);
    let mut transaction = store.begin().await?;
    transaction.delete_all_nodes().await?;
    transaction.commit().await?;
    assert_eq!(listed(&*store, everything()).await?, []);
    Ok(())
}

pub(super) async fn one_that_is_asked_to_end_is_listed_no_more(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    report(&*store, &[session(1), session(2)]).await?;
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.live_sessions_to_end().await?, []);
    assert!(transaction.ask_live_session_to_end(session(1).id, moment(300)).await?);
    assert!(!transaction.ask_live_session_to_end(session(1).id, moment(301)).await?);
    assert!(!transaction.ask_live_session_to_end(session(9).id, moment(300)).await?);
    // What its server reports meanwhile does not take it back.
    transaction.put_live_sessions(&[session(1)]).await?;
    transaction.commit().await?;
    assert_eq!(listed(&*store, everything()).await?, [session(2)]);
    assert_eq!(store.snapshot().await?.live_sessions_to_end().await?, [session(1).id]);
    let mut transaction = store.begin().await?;
    transaction.delete_live_sessions(&[session(1).id, session(9).id]).await?;
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.live_sessions_to_end().await?, []);
    assert_eq!(snapshot.live_session(session(1).id).await?, None);
    Ok(())
}

pub(super) async fn many_are_written_and_removed_at_once(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let many: Vec<_> = (0..700_u16).map(numbered).collect();
    report(&*store, &many).await?;
    let all = LiveSessionFilter { limit: 1000, ..everything() };
    assert_eq!(listed(&*store, all.clone()).await?, many.iter().rev().cloned().collect::<Vec<_>>());
    let mut transaction = store.begin().await?;
    let ids: Vec<_> = many[1..].iter().map(|session| session.id).collect();
    transaction.delete_live_sessions(&ids).await?;
    transaction.commit().await?;
    assert_eq!(listed(&*store, all).await?, [many[0].clone()]);
    Ok(())
}

pub(super) async fn are_listed_page_by_page_while_they_come_and_go(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    // Three at each moment, so that pages end between those of one.
    let many: Vec<_> = (0..30_u16)
        .map(|number| LiveSession { since: moment(u64::from(number / 3)), ..numbered(number) })
        .collect();
    report(&*store, &many).await?;
    let mut seen = Vec::new();
    let mut after = None;
    let mut gone = Vec::new();
    loop {
        let filter = LiveSessionFilter { after, limit: 4, account: Some(account(1).id), ..everything() };
        let alone = LiveSessionFilter { account: None, app_password: many[0].app_password, ..filter.clone() };
        let page = listed(&*store, filter).await?;
        assert_eq!(listed(&*store, alone).await?, page);
        let Some(last) = page.last() else { break };
        after = Some(LiveSessionPlace::of(last));
        // Between two pages, the one with which the page ended goes, and the next but one; and a new one comes.
        let next_but_one = many.iter().rev().skip_while(|one| one.id != last.id).nth(2);
        let ended: Vec<_> = std::iter::once(last).chain(next_but_one).map(|one| one.id).collect();
        let number = u16::try_from(100 + seen.len()).expect("they are few");
        let newer = LiveSession { since: moment(1_000), ..numbered(number) };
        let mut transaction = store.begin().await?;
        transaction.delete_live_sessions(&ended).await?;
        transaction.put_live_sessions(&[newer]).await?;
        transaction.commit().await?;
        gone.extend(next_but_one.map(|one| one.id));
        seen.extend(page);
    }
    let stayed: Vec<_> = many.iter().rev().filter(|one| !gone.contains(&one.id)).cloned().collect();
    assert_eq!(seen, stayed, "each that stayed is given once, in order");
    assert!(gone.len() > 4, "{gone:?}");
    Ok(())
}

/// A session among more than a byte can number.
fn numbered(number: u16) -> LiveSession {
    let mut bytes = id(1);
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    LiveSession {
        id: DoorSessionId::from_bytes(bytes),
        since: moment(u64::from(number)),
        octets_to_client: u64::from(number),
        ..session(1)
    }
}

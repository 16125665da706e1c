//! Facts about portal sessions.

use postern_domain::id::{OutsideIdentityId, PortalSessionId};
use postern_domain::mfa::Factors;
use postern_domain::outside_identity::OutsideIdentity;

use super::SharedDatabase;
use super::outside_identities::{ISSUER, identity};
use super::sample::{account, address, id, insert_accounts, moment};
use crate::{PortalSession, Result, Sealed, Store, TokenHash, Vouched};

fn session(number: u8, owner: u8) -> PortalSession {
    PortalSession {
        id: PortalSessionId::from_bytes(id(number)),
        token: TokenHash([number; 32]),
        account: account(owner).id,
        started_at: moment(u64::from(number)),
        seen_at: moment(u64::from(number) + 100),
        second_factor_at: None,
        factors: Factors::password(),
        address: address("2001:db8::7"),
        user_agent: "Mozilla/5.0 (X11)".to_owned(),
        vouched: None,
    }
}

async fn insert(store: &dyn Store, sessions: &[PortalSession]) -> Result<()> {
    insert_accounts(store, &[account(1), account(2)]).await?;
    let mut transaction = store.begin().await?;
    for session in sessions {
        transaction.insert_portal_session(session).await?;
    }
    transaction.commit().await
}

pub(super) async fn is_found_by_its_token_which_may_change(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let before = session(1, 1);
    insert(&*store, std::slice::from_ref(&before)).await?;
    assert_eq!(store.snapshot().await?.portal_session(&before.token).await?, Some(before.clone()));
    let after = PortalSession {
        token: TokenHash([99; 32]),
        seen_at: moment(200),
        second_factor_at: Some(moment(199)),
        factors: Factors {
            password: true,
            code: true,
            passkey: true,
            outside: Some("entra".to_owned()),
            remembered: true,
            trusted_network: true,
        },
        vouched: Some(Vouched {
            identity: OutsideIdentityId::from_bytes(id(7)),
            sid: Some("S 1".to_owned()),
            token: Some(Sealed { key_version: 3, bytes: vec![1, 2, 3] }),
        }),
        ..before.clone()
    };
    let mut transaction = store.begin().await?;
    assert!(transaction.update_portal_session(&after).await?);
    assert!(!transaction.update_portal_session(&session(2, 1)).await?);
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.portal_session(&before.token).await?, None);
    assert_eq!(snapshot.portal_session(&after.token).await?, Some(after));
    Ok(())
}

pub(super) async fn is_ended_alone_by_account_or_by_age(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let sessions = [1, 2, 3, 4, 5, 6].map(|number| session(number, if number == 6 { 2 } else { 1 }));
    insert(&*store, &sessions).await?;
    let mut transaction = store.begin().await?;
    assert!(transaction.delete_portal_session(sessions[4].id).await?);
    assert!(!transaction.delete_portal_session(sessions[4].id).await?);
    // 1 was started before, 2 was last seen before.
    let ended = transaction.delete_stale_portal_sessions(moment(2), moment(103)).await?;
    assert_eq!(ended, 2);
    let left = transaction.portal_sessions_of(account(1).id).await?;
    assert_eq!(left, [sessions[3].clone(), sessions[2].clone()]);
    assert_eq!(transaction.delete_portal_sessions_of(account(1).id).await?, 2);
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.portal_sessions_of(account(1).id).await?, []);
    assert_eq!(snapshot.portal_sessions_of(account(2).id).await?, [sessions[5].clone()]);
    Ok(())
}

pub(super) async fn are_found_by_who_vouched_for_them(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let through = |number: u8, owner: u8, link: &OutsideIdentity, sid: Option<&str>| PortalSession {
        vouched: Some(Vouched { identity: link.id, sid: sid.map(str::to_owned), token: None }),
        ..session(number, owner)
    };
    let here = identity(1, 1, ISSUER, "anna");
    let elsewhere = identity(2, 2, "https://accounts.example.test", "ben");
    let sessions = [
        through(1, 1, &here, Some("s-1")),
        through(2, 1, &here, None),
        through(3, 2, &elsewhere, Some("s-1")),
        session(4, 1),
    ];
    insert(&*store, &sessions).await?;
    let mut transaction = store.begin().await?;
    transaction.insert_outside_identity(&here).await?;
    transaction.insert_outside_identity(&elsewhere).await?;
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    let (first, second) = (sessions[0].clone(), sessions[1].clone());
    assert_eq!(snapshot.portal_sessions_through(here.id).await?, [second, first.clone()]);
    assert_eq!(snapshot.portal_sessions_of_sid(ISSUER, "s-1").await?, [first], "the other provider's stays");
    assert_eq!(snapshot.portal_sessions_of_sid(ISSUER, "S-1").await?, []);
    Ok(())
}

//! Facts about app passwords.

use std::time::Duration;

use postern_domain::account::Account;
use postern_domain::app_password::{AppPassword, Created, LastUse, Profile, SenderRestriction, StoredState};
use postern_domain::door::{Door, DoorSet};
use postern_domain::limits::{Allowance, Limits};
use postern_domain::network::{Networks, parse_network};

use super::SharedDatabase;
use super::sample::{
    account, address, app_password, app_password_name, every_kind_of_grant, insert_accounts,
    insert_app_password, locator, moment, name, secret,
};
use crate::{
    AppPasswordFilter, AppPasswordPlace, Result, SecretLookup, SecretStanding, StorageError, Store, Use,
    Verifier,
};

/// One whose every attribute is set.
fn full(account: &Account) -> AppPassword {
    let networks = ["192.0.2.0/24", "2001:db8::/32"].map(|text| parse_network(text).expect("a network"));
    AppPassword {
        name: app_password_name("Scanner 2nd floor, J\u{fc}rgen"),
        note: Some("Room 2.14\nAsk Bo for the key.".parse().expect("the samples are notes")),
        profile: Profile::SixteenLetters,
        scope: DoorSet::from_iter([Door::Smtp, Door::Imap, Door::Sasl]),
        networks: Networks::new(networks),
        expires_at: Some(moment(1000)),
        idle_expiry: Some(Duration::from_millis(86_400_001)),
        sender: SenderRestriction::Listed(vec!["news@example.test".into(), "@lists.example.test".into()]),
        grant: Some(every_kind_of_grant()),
        limits: Limits {
            sessions: Allowance::new(3).ok(),
            sign_ins_per_minute: Allowance::new(60).ok(),
            messages_per_hour: Allowance::new(1).ok(),
            recipients_per_hour: Allowance::new(Allowance::MOST).ok(),
        },
        state: StoredState::Suspended { at: moment(7), by: "account root@example.test".into() },
        created: Created { at: moment(3), by: "operator root".into(), from: Some(address("2001:db8::9")) },
        last_use: Some(LastUse {
            at: moment(6),
            door: Door::ForwardAuth,
            address: address("198.51.100.4"),
            client: Some("Outlook 2010".into()),
        }),
        use_count: 12,
        renewed_at: Some(moment(5)),
        ..app_password(7, account)
    }
}

pub(super) async fn comes_back_as_written(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let owner = account(1);
    let revoked = AppPassword {
        sender: SenderRestriction::Unrestricted,
        state: StoredState::Revoked { at: moment(8), by: "system".into(), reason: String::new() },
        ..app_password(2, &owner)
    };
    let all = [full(&owner), revoked, app_password(1, &owner)];
    let mut transaction = store.begin().await?;
    transaction.insert_account(&owner).await?;
    for (number, one) in (1..).zip(&all) {
        transaction.insert_app_password(one, &secret(number)).await?;
        assert_eq!(transaction.app_password(one.id).await?.as_ref(), Some(one));
    }
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    for one in &all {
        assert_eq!(snapshot.app_password(one.id).await?.as_ref(), Some(one));
    }
    assert_eq!(snapshot.app_password(app_password(9, &owner).id).await?, None);
    Ok(())
}

async fn insert(store: &dyn Store, app_password: &AppPassword, number: u8) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.insert_app_password(app_password, &secret(number)).await?;
    transaction.commit().await
}

async fn update(store: &dyn Store, app_password: &AppPassword) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.update_app_password(app_password).await?;
    transaction.commit().await
}

pub(super) async fn a_live_name_is_taken_once(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (owner, first) = insert_app_password(&*store).await?;
    insert_accounts(&*store, &[account(2)]).await?;
    let same_name = AppPassword { name: app_password_name("CONTACT form 1"), ..app_password(2, &owner) };
    let refused = insert(&*store, &same_name, 2).await;
    assert!(matches!(refused, Err(StorageError::Conflict { what: "app password name" })), "{refused:?}");
    // Another account may use the name, and the account itself after the first was revoked.
    insert(&*store, &AppPassword { name: first.name.clone(), ..app_password(3, &account(2)) }, 3).await?;
    let state = StoredState::Revoked { at: moment(5), by: "system".into(), reason: "lost".into() };
    update(&*store, &AppPassword { state, ..first.clone() }).await?;
    insert(&*store, &same_name, 2).await?;
    // Nor can the name be taken by a change.
    insert(&*store, &app_password(4, &owner), 4).await?;
    let refused = update(&*store, &AppPassword { name: first.name, ..app_password(4, &owner) }).await;
    assert!(matches!(refused, Err(StorageError::Conflict { what: "app password name" })), "{refused:?}");
    Ok(())
}

pub(super) async fn a_list_runs_from_new_to_old(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (owner, _) = insert_app_password(&*store).await?;
    insert(&*store, &app_password(3, &owner), 3).await?;
    insert(&*store, &app_password(2, &owner), 2).await?;
    let state = StoredState::Revoked { at: moment(5), by: "system".into(), reason: "lost".into() };
    update(&*store, &AppPassword { state, ..app_password(2, &owner) }).await?;
    let mut snapshot = store.snapshot().await?;
    let all = AppPasswordFilter { account: owner.id, revoked: None, after: None, limit: 10 };
    let whole = snapshot.app_passwords_of(&all).await?;
    let ids = |list: &[AppPassword]| list.iter().map(|its| its.id).collect::<Vec<_>>();
    assert_eq!(ids(&whole), [3, 2, 1].map(|number| app_password(number, &owner).id));
    let kept = snapshot.app_passwords_of(&AppPasswordFilter::not_revoked(owner.id)).await?;
    assert_eq!(kept, [3, 1].map(|number| app_password(number, &owner)));
    let revoked = AppPasswordFilter { revoked: Some(true), ..all };
    assert_eq!(ids(&snapshot.app_passwords_of(&revoked).await?), [whole[1].id]);
    // Page by page it is the same list.
    let mut after = None;
    for expected in &whole {
        let page = snapshot.app_passwords_of(&AppPasswordFilter { after, limit: 1, ..all }).await?;
        assert_eq!(page, std::slice::from_ref(expected));
        after = page.last().map(AppPasswordPlace::of);
    }
    assert_eq!(snapshot.app_passwords_of(&AppPasswordFilter { after, ..all }).await?, []);
    assert_eq!(snapshot.app_passwords_of(&AppPasswordFilter { account: account(2).id, ..all }).await?, []);
    Ok(())
}

pub(super) async fn an_update_leaves_the_uses_alone(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (owner, first) = insert_app_password(&*store).await?;
    let wanted = AppPassword { id: first.id, ..full(&owner) };
    update(&*store, &wanted).await?;
    let created = first.created.clone();
    let expected = AppPassword { last_use: None, use_count: 0, created, ..wanted };
    assert_eq!(store.snapshot().await?.app_password(first.id).await?, Some(expected));
    let refused = update(&*store, &app_password(9, &owner)).await;
    assert!(matches!(refused, Err(StorageError::Refused(_))), "{refused:?}");
    Ok(())
}

pub(super) async fn uses_add_up_and_the_latest_is_kept(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (owner, first) = insert_app_password(&*store).await?;
    let at = |seconds, door, client: Option<&str>| LastUse {
        at: moment(seconds),
        door,
        address: address("192.0.2.7"),
        client: client.map(str::to_owned),
    };
    let unknown = app_password(9, &owner).id;
    let uses = [
        Use { app_password: first.id, last: at(20, Door::Smtp, Some("mail.example.test")), count: 3 },
        Use { app_password: first.id, last: at(10, Door::Imap, None), count: 2 },
        // An app password that is not there does no harm.
        Use { app_password: unknown, last: at(10, Door::Imap, None), count: 1 },
    ];
    let mut transaction = store.begin().await?;
    transaction.record_uses(&uses).await?;
    transaction.commit().await?;
    let stored = store.snapshot().await?.app_password(first.id).await?;
    let expected = AppPassword { last_use: Some(uses[0].last.clone()), use_count: 5, ..first };
    assert_eq!(stored, Some(expected));
    Ok(())
}

pub(super) async fn a_candidate_has_all_that_the_rules_need(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let owner = Account { aliases: vec![name("anna@example.test")], ..account(1) };
    let wanted = full(&owner);
    let mut transaction = store.begin().await?;
    transaction.insert_account(&owner).await?;
    transaction.insert_app_password(&wanted, &secret(1)).await?;
    transaction.insert_app_password(&app_password(2, &owner), &secret(2)).await?;
    transaction.commit().await?;
    for (user_name, matches) in
        [("user1@example.test", true), ("anna@example.test", true), ("user2@example.test", false)]
    {
        let lookup = SecretLookup { locators: &[locator(1), locator(9)], name: &name(user_name) };
        let found = store.find_candidates(&lookup).await?;
        let [candidate] = &found[..] else { panic!("{found:?}") };
        assert_eq!((&candidate.app_password, &candidate.account), (&wanted, &owner));
        assert_eq!(candidate.name_matches, matches, "{user_name}");
        assert_eq!(candidate.secret.id, secret(1).id);
        assert_eq!(candidate.secret.standing, SecretStanding::Current { old_one_works: false });
        let (Verifier::Fast(stored), Verifier::Fast(written)) =
            (&candidate.secret.verifier, secret(1).verifier)
        else {
            panic!("{candidate:?}")
        };
        assert!(*stored == written);
    }
    let both = SecretLookup { locators: &[locator(1), locator(2)], name: &owner.name };
    assert_eq!(store.find_candidates(&both).await?.len(), 2);
    for none in [&[locator(9)][..], &[]] {
        let lookup = SecretLookup { locators: none, name: &owner.name };
        assert!(store.find_candidates(&lookup).await?.is_empty());
    }
    Ok(())
}

/// R2: no sign-in that starts after a revocation has returned is accepted, on any node.
pub(super) async fn a_revocation_is_seen_by_the_very_next_lookup_of_another_node(
    database: SharedDatabase,
) -> Result<()> {
    let (here, there) = (database.open().await?, database.open().await?);
    let (owner, first) = insert_app_password(&*here).await?;
    for round in 0..50 {
        let revoked = StoredState::Revoked { at: moment(round), by: "system".into(), reason: String::new() };
        for state in [revoked, StoredState::Active] {
            update(&*here, &AppPassword { state: state.clone(), ..first.clone() }).await?;
            let lookup = SecretLookup { locators: &[locator(1)], name: &owner.name };
            let found = there.find_candidates(&lookup).await?;
            assert_eq!(found.iter().map(|found| &found.app_password.state).collect::<Vec<_>>(), [&state]);
        }
    }
    Ok(())
}

pub(super) async fn only_live_ones_count(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (owner, first) = insert_app_password(&*store).await?;
    let suspended = StoredState::Suspended { at: moment(5), by: "system".into() };
    insert(&*store, &AppPassword { state: suspended, ..app_password(2, &owner) }, 2).await?;
    insert(&*store, &AppPassword { expires_at: Some(moment(100)), ..app_password(3, &owner) }, 3).await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.live_app_password_count(owner.id, moment(99)).await?, 3);
    assert_eq!(snapshot.live_app_password_count(owner.id, moment(100)).await?, 2);
    drop(snapshot);
    let state = StoredState::Revoked { at: moment(5), by: "system".into(), reason: String::new() };
    update(&*store, &AppPassword { state, ..first }).await?;
    assert_eq!(store.snapshot().await?.live_app_password_count(owner.id, moment(99)).await?, 2);
    Ok(())
}

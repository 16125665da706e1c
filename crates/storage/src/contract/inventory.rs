//! Facts about the inventory of app passwords.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{Account, GroupName};
use postern_domain::app_password::{AppPassword, LastUse, StoredState};
use postern_domain::door::{Door, DoorSet};
use postern_domain::network::{Networks, parse_network};
use postern_domain::sign_in::RefusalReason;

use super::SharedDatabase;
use super::sample::{account, address, app_password, app_password_name, day, inventory_criteria, secret};
use crate::{
    AccountFilter, AccountsOf, AppPasswordFilter, InventoryCriteria, InventoryFilter, InventoryFlag, Result,
    Store, TriedAfterEnd, Use,
};

fn doors(names: &str) -> DoorSet {
    names.parse().expect("the samples are doors")
}

fn used(at: Timestamp) -> LastUse {
    LastUse { at, door: Door::Smtp, address: address("192.0.2.7"), client: None }
}

/// Eight app passwords of two accounts, each with something of its own.
fn samples() -> Vec<AppPassword> {
    let [anna, bert] = [account(1), account(2)];
    let plain = |number: u8, owner| {
        let mut one = app_password(number, owner);
        one.created.at = day(380);
        one.expires_at = Some(day(700));
        one.last_use = Some(used(day(399)));
        one.use_count = 1;
        one
    };
    let office = Networks::new([parse_network("192.0.2.0/24").expect("a network")]);
    let revoked =
        StoredState::Revoked { at: day(390), by: "operator root".to_owned(), reason: String::new() };
    let name = app_password_name;
    vec![
        plain(1, &anna),
        AppPassword { last_use: None, use_count: 0, name: name("Scanner 2nd floor"), ..plain(2, &anna) },
        AppPassword { last_use: Some(used(day(309))), ..plain(3, &anna) },
        AppPassword { expires_at: None, ..plain(4, &anna) },
        AppPassword { scope: DoorSet::all(), name: name("scanner 1st floor"), ..plain(5, &bert) },
        AppPassword {
            scope: DoorSet::all(),
            networks: office,
            expires_at: Some(day(413)),
            ..plain(6, &bert)
        },
        AppPassword { scope: doors("imap, smtp"), ..plain(7, &bert) },
        AppPassword { state: revoked, expires_at: None, name: name("Scanner 3rd floor"), ..plain(8, &bert) },
    ]
}

async fn insert_samples(store: &dyn Store) -> Result<()> {
    let mut transaction = store.begin().await?;
    for number in [1, 2] {
        transaction.insert_account(&account(number)).await?;
    }
    for (number, one) in (1..).zip(samples()) {
        transaction.insert_app_password(&one, &secret(number)).await?;
    }
    let tried = TriedAfterEnd {
        app_password: samples()[7].id,
        reason: RefusalReason::Revoked,
        first_at: day(391),
        last: used(day(395)),
        count: 3,
    };
    transaction.add_tried_after_end(&[tried]).await?;
    transaction.commit().await
}

/// The numbers of the app passwords in a list, page after page.
async fn list(store: &dyn Store, filter: InventoryFilter, criteria: &InventoryCriteria) -> Result<Vec<u8>> {
    let (mut filter, mut numbers) = (filter, Vec::new());
    loop {
        let page = store.snapshot().await?.inventory(&filter, criteria).await?;
        assert!(page.rows.len() <= filter.limit as usize);
        numbers.extend(page.rows.iter().map(|row| row.app_password.id.as_bytes()[0]));
        let Some(next) = page.next else { return Ok(numbers) };
        assert!(numbers.len() < 100, "the pages come to an end");
        filter.after = Some(next);
    }
}

pub(super) async fn lists_are_led_by_what_is_asked_for(database: SharedDatabase) -> Result<()> {
    use InventoryFlag::{ExpiringSoon, NeverUsed, NoExpiry, Stale, TooWide, TriedAfterEnd};
    let store = database.open().await?;
    insert_samples(&*store).await?;
    let (all, criteria) = (InventoryFilter::default(), inventory_criteria());
    let flag = |flag| InventoryFilter { flag: Some(flag), ..all.clone() };
    let door = |filter: &InventoryFilter, door| InventoryFilter { door: Some(door), ..filter.clone() };
    let owner = |filter: &InventoryFilter, number| InventoryFilter {
        owner: Some(account(number).id),
        ..filter.clone()
    };
    let named = |filter: &InventoryFilter, name: &str| InventoryFilter {
        name: Some(name.to_owned()),
        ..filter.clone()
    };
    let looked_at = InventoryCriteria { doors_to_look_at: doors("imap"), ..criteria };
    let lists: &[(InventoryFilter, InventoryCriteria, &[u8])] = &[
        (all.clone(), criteria, &[7, 6, 5, 4, 3, 2, 1]),
        (flag(NeverUsed), criteria, &[2]),
        (flag(Stale), criteria, &[3]),
        (flag(NoExpiry), criteria, &[4]),
        (flag(ExpiringSoon), criteria, &[6]),
        (flag(TooWide), criteria, &[5]),
        (flag(TooWide), looked_at, &[7, 6, 5]),
        (flag(TriedAfterEnd), criteria, &[8]),
        (door(&all, Door::Imap), criteria, &[7, 6, 5]),
        (door(&all, Door::Pop3), criteria, &[6, 5]),
        (door(&flag(ExpiringSoon), Door::Pop3), criteria, &[6]),
        (door(&flag(Stale), Door::Imap), criteria, &[]),
        (door(&flag(TooWide), Door::Ews), looked_at, &[6, 5]),
        (owner(&all, 1), criteria, &[4, 3, 2, 1]),
        (owner(&flag(NoExpiry), 1), criteria, &[4]),
        (owner(&flag(TriedAfterEnd), 2), criteria, &[8]),
        (owner(&flag(TriedAfterEnd), 1), criteria, &[]),
        (owner(&door(&all, Door::Imap), 2), criteria, &[7, 6, 5]),
        (named(&all, "SCANNER"), criteria, &[5, 2]),
        (named(&all, "scanner 2"), criteria, &[2]),
        (named(&all, "canner"), criteria, &[]),
        (named(&flag(NeverUsed), "Scanner"), criteria, &[2]),
        (named(&owner(&all, 2), "scanner"), criteria, &[5]),
        (named(&flag(TriedAfterEnd), "scanner"), criteria, &[8]),
    ];
    for (filter, criteria, expected) in lists {
        for limit in [1, 2, 100] {
            let filter = InventoryFilter { limit, ..filter.clone() };
            assert_eq!(list(&*store, filter.clone(), criteria).await?, *expected, "{filter:?}");
        }
    }
    Ok(())
}

pub(super) async fn a_row_has_its_owner_and_the_tries_after_its_end(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_samples(&*store).await?;
    let filter = InventoryFilter { limit: 10, ..InventoryFilter::default() };
    let page = store.snapshot().await?.inventory(&filter, &inventory_criteria()).await?;
    let oldest = page.rows.last().expect("there are rows");
    assert_eq!(
        (&oldest.app_password, &oldest.owner, &oldest.tried),
        (&samples()[0], &account(1).name, &None)
    );
    let filter = InventoryFilter { flag: Some(InventoryFlag::TriedAfterEnd), ..filter };
    let page = store.snapshot().await?.inventory(&filter, &inventory_criteria()).await?;
    let tried = page.rows[0].tried.as_ref().expect("it was tried");
    assert_eq!((tried.count, tried.last.at, &page.rows[0].owner), (3, day(395), &account(2).name));
    Ok(())
}

pub(super) async fn a_use_takes_it_from_the_lists(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_samples(&*store).await?;
    let mut transaction = store.begin().await?;
    let uses = [1, 2].map(|index| Use { app_password: samples()[index].id, last: used(day(400)), count: 1 });
    transaction.record_uses(&uses).await?;
    transaction.commit().await?;
    for flag in [InventoryFlag::NeverUsed, InventoryFlag::Stale] {
        let filter = InventoryFilter { flag: Some(flag), limit: 10, ..InventoryFilter::default() };
        assert_eq!(list(&*store, filter, &inventory_criteria()).await?, [], "{flag:?}");
    }
    Ok(())
}

pub(super) async fn counts_are_those_of_the_lists(database: SharedDatabase) -> Result<()> {
    use InventoryFlag::{ExpiringSoon, NeverUsed, NoExpiry, Stale, TooWide, TriedAfterEnd};
    let store = database.open().await?;
    insert_samples(&*store).await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.inventory_count(None, &inventory_criteria()).await?, 7);
    for flag in [NeverUsed, Stale, NoExpiry, ExpiringSoon, TooWide, TriedAfterEnd] {
        assert_eq!(snapshot.inventory_count(Some(flag), &inventory_criteria()).await?, 1, "{flag:?}");
    }
    let looked_at = InventoryCriteria { doors_to_look_at: doors("imap"), ..inventory_criteria() };
    assert_eq!(snapshot.inventory_count(Some(TooWide), &looked_at).await?, 3);
    Ok(())
}

pub(super) async fn those_of_many_accounts_are_counted_and_revoked_at_once(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    insert_samples(&*store).await?;
    let [sales, guests]: [GroupName; 2] = ["sales", "guests"].map(|name| name.parse().expect("a group"));
    let mut transaction = store.begin().await?;
    let in_sales = Account { groups: vec![sales.clone()], ..account(1) };
    transaction.update_account(&in_sales, day(9)).await?;
    transaction.commit().await?;
    let all = AccountsOf::NoneOf(Vec::new());
    let others = AccountsOf::NoneOf(vec![guests.clone(), sales.clone()]);
    let mut snapshot = store.snapshot().await?;
    for (of, expected) in [
        (&all, 7),
        (&others, 3),
        (&AccountsOf::Group(sales.clone()), 4),
        (&AccountsOf::Group(guests.clone()), 0),
    ] {
        assert_eq!(snapshot.app_password_count(of).await?, expected, "{of:?}");
    }
    drop(snapshot);
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.revoke_app_passwords(&others, day(400), "operator root", "policy").await?, 3);
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.app_password_count(&all).await?, 4);
    // The lists of accounts, which know the numbers, heard of it.
    let everybody = AccountFilter { limit: 10, ..AccountFilter::default() };
    for listed in snapshot.listed_accounts(&everybody).await? {
        let kept = snapshot.app_passwords_of(&AppPasswordFilter::not_revoked(listed.account.id)).await?;
        assert!(!kept.iter().any(|its| matches!(its.state, StoredState::Revoked { .. })));
        assert_eq!(listed.app_passwords as usize, kept.len(), "{}", listed.account.name);
    }
    let without = AccountFilter { has_app_passwords: Some(false), ..everybody };
    assert!(snapshot.accounts_matching(&without).await? > 0);
    let (at, by, reason) = (day(400), "operator root".to_owned(), "policy".to_owned());
    let revoked = snapshot.app_password(samples()[4].id).await?.expect("it is there");
    assert_eq!(revoked.state, StoredState::Revoked { at, by, reason });
    let before = snapshot.app_password(samples()[7].id).await?.expect("it is there");
    assert_eq!(before.state, samples()[7].state, "one that was revoked before stays as it was");
    Ok(())
}

pub(super) async fn what_ends_unused_is_about_to_end_too(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (anna, bert) = (account(1), account(2));
    let one = |number: u8, owner, expires: Option<u32>, used_on: u32, idle: u32| {
        let mut one = app_password(number, owner);
        one.created.at = day(300);
        one.expires_at = expires.map(day);
        one.last_use = Some(used(day(used_on)));
        one.use_count = 1;
        one.idle_expiry = Some(Duration::from_secs(86_400) * idle);
        one
    };
    let suspended = StoredState::Suspended { at: day(390), by: "system".to_owned() };
    let all = [
        one(1, &anna, None, 320, 90),
        one(2, &bert, None, 315, 90),
        one(3, &anna, Some(408), 315, 90),
        one(4, &bert, Some(412), 399, 90),
        AppPassword { scope: doors("imap"), ..one(5, &anna, Some(700), 323, 90) },
        // Later, over, used yesterday, expired, suspended.
        one(6, &anna, None, 330, 90),
        one(7, &anna, None, 309, 90),
        one(8, &anna, None, 399, 10),
        one(9, &anna, Some(399), 315, 90),
        AppPassword { state: suspended, ..one(10, &anna, None, 315, 90) },
        // Its idleness began anew.
        AppPassword { renewed_at: Some(day(322)), ..one(11, &bert, None, 303, 90) },
    ];
    let mut transaction = store.begin().await?;
    for owner in [&anna, &bert] {
        transaction.insert_account(owner).await?;
    }
    for (number, one) in (1..).zip(&all) {
        transaction.insert_app_password(one, &secret(number)).await?;
    }
    transaction.commit().await?;
    let (criteria, flag) = (inventory_criteria(), Some(InventoryFlag::ExpiringSoon));
    let near: Vec<u8> = all
        .iter()
        .filter(|one| one.ends_between(criteria.now, criteria.expiring_before).is_some())
        .map(|one| one.id.as_bytes()[0])
        .collect();
    assert_eq!(near, [1, 2, 3, 4, 5, 11]);
    // By the moment of an expiry, and the day of the others.
    let ends = InventoryFilter { flag, ..InventoryFilter::default() };
    let narrowed = [
        (ends.clone(), &[2, 3, 1, 4, 11, 5][..]),
        (InventoryFilter { door: Some(Door::Imap), ..ends.clone() }, &[5]),
        (InventoryFilter { owner: Some(bert.id), ..ends.clone() }, &[11, 4, 2]),
        (InventoryFilter { name: Some("contact".to_owned()), owner: Some(anna.id), ..ends }, &[5, 3, 1]),
    ];
    for (filter, expected) in narrowed {
        for limit in [1, 2, 3, 100] {
            let filter = InventoryFilter { limit, ..filter.clone() };
            assert_eq!(list(&*store, filter.clone(), &criteria).await?, expected, "{filter:?}");
        }
    }
    assert_eq!(store.snapshot().await?.inventory_count(flag, &criteria).await?, 6);
    Ok(())
}

pub(super) async fn what_no_network_limits_is_too_wide(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let owner = account(1);
    let named = |number: u8, networks: &[&str]| {
        let networks = networks.iter().map(|text| parse_network(text).expect("a network"));
        let networks = Networks::new(networks);
        AppPassword { scope: DoorSet::all(), networks, ..app_password(number, &owner) }
    };
    let all = [
        named(1, &[]),
        named(2, &["192.0.2.0/24"]),
        named(3, &["0.0.0.0/0"]),
        named(4, &["0.0.0.0/1", "128.0.0.0/1"]),
        named(5, &["10.0.0.0/8"]),
        named(6, &["2001:db8::/32", "::/0"]),
        AppPassword { scope: doors("imap"), ..named(7, &["0.0.0.0/0"]) },
    ];
    let mut transaction = store.begin().await?;
    transaction.insert_account(&owner).await?;
    for (number, one) in (1..).zip(&all) {
        transaction.insert_app_password(one, &secret(number)).await?;
    }
    transaction.commit().await?;
    let (criteria, flag) = (inventory_criteria(), Some(InventoryFlag::TooWide));
    let wide = InventoryFilter { flag, ..InventoryFilter::default() };
    for filter in [wide.clone(), InventoryFilter { owner: Some(owner.id), ..wide }] {
        for limit in [1, 2, 100] {
            let filter = InventoryFilter { limit, ..filter.clone() };
            assert_eq!(list(&*store, filter.clone(), &criteria).await?, [6, 4, 3, 1], "{filter:?}");
        }
    }
    assert_eq!(store.snapshot().await?.inventory_count(flag, &criteria).await?, 4);
    Ok(())
}

//! Facts about what a directory said of accounts and groups.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus, GroupName, Role};
use postern_domain::directory::{DirectoryEmail, DirectoryEntry, DirectoryGroup, ExternalId};
use postern_domain::id::{AccountId, DirectoryGroupId};
use postern_domain::mfa::MfaState;

use super::SharedDatabase;
use super::sample::{account, id, insert_accounts, moment, name};
use crate::{DirectoryAccount, Result, StorageError, Store};

fn external_id(text: &str) -> ExternalId {
    text.parse().expect("the samples are external ids")
}

fn group_name(text: &str) -> GroupName {
    text.parse().expect("the samples are names of groups")
}

fn group(number: u8, text: &str) -> DirectoryGroup {
    DirectoryGroup {
        id: DirectoryGroupId::from_bytes(id(number)),
        name: group_name(text),
        display_name: text.to_uppercase().parse().expect("the samples are names"),
        external_id: None,
        created_at: moment(u64::from(number)),
        changed_at: moment(u64::from(number)),
    }
}

async fn write(store: &dyn Store, entry: &DirectoryEntry) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.set_directory_entry(entry, moment(9)).await?;
    transaction.commit().await
}

pub(super) async fn an_entry_comes_back_as_written_and_goes_with_its_account(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let bare = DirectoryEntry::new(account(1).id);
    let label = |text: &str| Some(text.parse().expect("the samples are names"));
    let full = DirectoryEntry {
        external_id: Some(external_id("7019 84")),
        display_name: label("Anna Berg"),
        given_name: label("Anna"),
        family_name: label("Berg"),
        emails: vec![
            DirectoryEmail { address: name("anna@example.test"), kind: label("work"), primary: true },
            DirectoryEmail { address: name("a.berg@example.test"), kind: None, primary: false },
        ],
        blocked_at: Some(moment(4)),
        ..bare.clone()
    };
    for entry in [&bare, &full] {
        write(&*store, entry).await?;
        assert_eq!(store.snapshot().await?.directory_entry(account(1).id).await?.as_ref(), Some(entry));
    }
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.directory_entry(account(2).id).await?, None);
    assert_eq!(snapshot.account_by_external_id(&external_id("7019 84")).await?, Some(account(1)));
    assert_eq!(snapshot.account_by_external_id(&external_id("7019 85")).await?, None);
    drop(snapshot);
    let mut transaction = store.begin().await?;
    let status = AccountStatus::Deleted { at: moment(5), by: "operator root".to_owned() };
    transaction.update_account(&Account { status, ..account(1) }, moment(9)).await?;
    transaction.commit().await?;
    assert_eq!(store.snapshot().await?.directory_entry(account(1).id).await?, None);
    write(&*store, &DirectoryEntry { account: account(2).id, ..full }).await
}

pub(super) async fn an_external_id_is_taken_once(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let entry = |number| DirectoryEntry {
        external_id: Some(external_id("x")),
        ..DirectoryEntry::new(account(number).id)
    };
    write(&*store, &entry(1)).await?;
    let refused = write(&*store, &entry(2)).await;
    assert!(matches!(refused, Err(StorageError::Conflict { what: "account external id" })), "{refused:?}");
    write(&*store, &DirectoryEntry { external_id: Some(external_id("X")), ..entry(2) }).await
}

pub(super) async fn accounts_are_listed_with_their_entries_oldest_first(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    let deleted = AccountStatus::Deleted { at: moment(5), by: "operator root".to_owned() };
    let gone = Account { status: deleted, ..account(3) };
    insert_accounts(&*store, &[account(4), account(2), gone, account(1)]).await?;
    let entry = DirectoryEntry { external_id: Some(external_id("x")), ..DirectoryEntry::new(account(2).id) };
    write(&*store, &entry).await?;
    let mut snapshot = store.snapshot().await?;
    let bare = |number| DirectoryAccount {
        account: account(number),
        entry: DirectoryEntry::new(account(number).id),
        changed_at: account(number).created_at,
    };
    let all = [bare(1), DirectoryAccount { entry, changed_at: moment(9), ..bare(2) }, bare(4)];
    assert_eq!(snapshot.directory_accounts(None, 0, 10).await?, all);
    assert_eq!(snapshot.directory_accounts(None, 1, 1).await?, all[1..2]);
    assert_eq!(snapshot.directory_accounts(Some(account(2).id), 0, 10).await?, all[2..]);
    assert_eq!(snapshot.directory_accounts(None, 3, 10).await?, []);
    let of = |number| account(number).id;
    assert_eq!(snapshot.directory_accounts_of(&[of(4), of(3), of(1), of(9)]).await?, [bare(1), bare(4)]);
    assert_eq!(snapshot.directory_accounts_of(&[]).await?, []);
    Ok(())
}

pub(super) async fn groups_have_identifiers_when_they_are_given_some(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let in_groups = |number, groups: &[&str]| Account {
        groups: groups.iter().map(|name| group_name(name)).collect(),
        ..account(number)
    };
    let accounts = [in_groups(2, &["sales", "staff"]), in_groups(1, &["staff"])];
    insert_accounts(&*store, &accounts).await?;
    let (staff, empty) = (group(1, "staff"), group(2, "empty"));
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.groups_without_identifier().await?, [group_name("sales"), group_name("staff")]);
    transaction.insert_directory_group(&empty).await?;
    transaction.insert_directory_group(&staff).await?;
    assert_eq!(transaction.groups_without_identifier().await?, [group_name("sales")]);
    let renamed = DirectoryGroup {
        display_name: "All staff".parse().expect("the samples are names"),
        external_id: Some(external_id("x")),
        changed_at: moment(9),
        ..staff.clone()
    };
    transaction.update_directory_group(&renamed, moment(9)).await?;
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.directory_groups().await?, [renamed.clone(), empty.clone()]);
    assert_eq!(snapshot.directory_group(staff.id).await?, Some(renamed.clone()));
    assert_eq!(snapshot.directory_group_by_name(&staff.name).await?, Some(renamed));
    assert_eq!(snapshot.directory_group_by_name(&group_name("sales")).await?, None);
    let member = |number| (AccountId::from_bytes(id(number)), account(number).name);
    assert_eq!(snapshot.group_members(&staff.name).await?, [member(1), member(2)]);
    assert_eq!(snapshot.group_members(&empty.name).await?, []);
    drop(snapshot);
    let mut transaction = store.begin().await?;
    transaction.delete_directory_group(staff.id, moment(10)).await?;
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.directory_group(staff.id).await?, None);
    assert_eq!(snapshot.group_members(&staff.name).await?.len(), 2, "who is in it stays");
    Ok(())
}

pub(super) async fn a_name_and_an_external_id_mean_one_group(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let first = DirectoryGroup { external_id: Some(external_id("x")), ..group(1, "staff") };
    let insert = async |group: &DirectoryGroup| {
        let mut transaction = store.begin().await?;
        transaction.insert_directory_group(group).await?;
        transaction.commit().await
    };
    insert(&first).await?;
    let refused = insert(&group(2, "staff")).await;
    assert!(matches!(refused, Err(StorageError::Conflict { what: "group name" })), "{refused:?}");
    let refused = insert(&DirectoryGroup { external_id: Some(external_id("x")), ..group(2, "sales") }).await;
    assert!(matches!(refused, Err(StorageError::Conflict { what: "group external id" })), "{refused:?}");
    Ok(())
}

/// The moments of accounts 1 to 3, counted from the sample's beginning, and those of the groups with an identifier.
async fn changes(store: &dyn Store) -> Result<(Vec<i64>, Vec<i64>)> {
    let mut snapshot = store.snapshot().await?;
    let since = |at: Timestamp| at.as_millis() - moment(0).as_millis();
    let mut accounts = Vec::new();
    for number in 1..=3 {
        accounts.extend(snapshot.directory_changed_at(account(number).id).await?.map(since));
    }
    let groups = snapshot.directory_groups().await?;
    Ok((accounts, groups.iter().map(|group| since(group.changed_at)).collect()))
}

pub(super) async fn what_a_client_sees_moves_the_moment_and_nothing_else_does(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    let staff = group(1, "staff");
    let member = |number| Account { groups: vec![staff.name.clone()], ..account(number) };
    insert_accounts(&*store, &[member(1), account(2), member(3)]).await?;
    let write = async |account: Account, at| {
        let mut transaction = store.begin().await?;
        transaction.update_account(&account, at).await?;
        transaction.commit().await
    };
    let expect = async |what: &str, accounts: [i64; 3], groups: &[i64]| {
        assert_eq!(changes(&*store).await?, (accounts.to_vec(), groups.to_vec()), "{what}");
        Result::Ok(())
    };
    expect("as they were made", [1_000, 2_000, 3_000], &[]).await?;
    let mut transaction = store.begin().await?;
    transaction.insert_directory_group(&DirectoryGroup { created_at: moment(10), ..staff.clone() }).await?;
    transaction
        .insert_directory_group(&DirectoryGroup { created_at: moment(10), ..group(2, "empty") })
        .await?;
    transaction.commit().await?;
    expect("members see a group that is identified", [10_000, 2_000, 10_000], &[10_000, 10_000]).await?;

    let session_ended =
        Account { sessions_valid_since: Some(moment(11)), mfa: MfaState::Enabled, ..member(1) };
    write(Account { role: Role::Auditor, ..session_ended }, moment(11)).await?;
    expect("what no client sees", [10_000, 2_000, 10_000], &[10_000, 10_000]).await?;
    let status = || AccountStatus::Blocked { at: moment(12), by: "operator root".to_owned() };
    write(Account { status: status(), ..member(1) }, moment(12)).await?;
    expect("blocked", [12_000, 2_000, 10_000], &[10_000, 10_000]).await?;
    write(Account { name: name("anna@example.test"), ..member(3) }, moment(13)).await?;
    expect("called otherwise", [12_000, 2_000, 13_000], &[13_000, 10_000]).await?;
    write(member(2), moment(14)).await?;
    expect("put in", [12_000, 14_000, 13_000], &[14_000, 10_000]).await?;
    write(account(2), moment(14)).await?;
    expect("taken out at the same moment", [12_000, 14_001, 13_000], &[14_001, 10_000]).await?;
    write(member(2), moment(5)).await?;
    expect("by a clock that was set back", [12_000, 14_002, 13_000], &[14_002, 10_000]).await?;
    let mut transaction = store.begin().await?;
    transaction.update_account(&account(1), moment(20)).await?;
    transaction.set_directory_entry(&DirectoryEntry::new(account(1).id), moment(20)).await?;
    transaction.update_account(&account(2), moment(20)).await?;
    transaction.commit().await?;
    expect("however much of it by one transaction", [20_000, 20_000, 13_000], &[20_000, 10_000]).await?;
    let mut transaction = store.begin().await?;
    transaction.update_directory_group(&staff, moment(21)).await?;
    transaction.commit().await?;
    expect("the group, and who is in it", [20_000, 20_000, 21_000], &[21_000, 10_000]).await?;
    let mut transaction = store.begin().await?;
    transaction.insert_account(&Account { created_at: moment(22), ..member(4) }).await?;
    transaction.set_directory_entry(&DirectoryEntry::new(account(4).id), moment(22)).await?;
    transaction.commit().await?;
    expect("a new member", [20_000, 20_000, 21_000], &[22_000, 10_000]).await?;
    let made = store.snapshot().await?.directory_changed_at(account(4).id).await?;
    assert_eq!(made, Some(moment(22)), "what was never changed has the moment at which it was made");
    let gone = AccountStatus::Deleted { at: moment(23), by: "operator root".to_owned() };
    write(Account { status: gone, ..member(4) }, moment(23)).await?;
    expect("a member who is deleted", [20_000, 20_000, 21_000], &[23_000, 10_000]).await?;

    let mut snapshot = store.snapshot().await?;
    let of = |number| account(number).id;
    for (from, until, found) in [
        (moment(0), moment(99), vec![of(1), of(2), of(3)]),
        (moment(20), moment(20), vec![of(1), of(2)]),
        (moment(21), moment(99), vec![of(3)]),
        (moment(22), moment(99), vec![]),
        (moment(99), moment(0), vec![]),
    ] {
        assert_eq!(snapshot.directory_changed_accounts(from, until).await?, found, "{from} {until}");
    }
    drop(snapshot);
    let mut transaction = store.begin().await?;
    transaction.delete_directory_group(staff.id, moment(30)).await?;
    transaction.commit().await?;
    expect("who is in a group that has no identifier any more", [20_000, 20_000, 30_000], &[10_000]).await
}

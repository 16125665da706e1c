//! Facts about what a directory said of accounts and groups.

use postern_domain::account::{Account, AccountStatus, GroupName};
use postern_domain::directory::{DirectoryEmail, DirectoryEntry, DirectoryGroup, ExternalId};
use postern_domain::id::{AccountId, DirectoryGroupId};

use super::SharedDatabase;
use super::sample::{account, id, insert_accounts, moment, name};
use crate::{Result, StorageError, Store};

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
    }
}

async fn write(store: &dyn Store, entry: &DirectoryEntry) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.set_directory_entry(entry).await?;
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
    transaction.update_account(&Account { status, ..account(1) }).await?;
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
    let bare = |number| (account(number), DirectoryEntry::new(account(number).id));
    let all = [bare(1), (account(2), entry), bare(4)];
    assert_eq!(snapshot.directory_accounts(None, 0, 10).await?, all);
    assert_eq!(snapshot.directory_accounts(None, 1, 1).await?, all[1..2]);
    assert_eq!(snapshot.directory_accounts(Some(account(2).id), 0, 10).await?, all[2..]);
    assert_eq!(snapshot.directory_accounts(None, 3, 10).await?, []);
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
        ..staff.clone()
    };
    transaction.update_directory_group(&renamed).await?;
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
    transaction.delete_directory_group(staff.id).await?;
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

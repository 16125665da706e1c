//! Facts about accounts.

use postern_domain::account::password::SlowHash;
use postern_domain::account::{Account, AccountKind, AccountStatus, Role};
use postern_domain::mfa::MfaState;

use super::SharedDatabase;
use super::sample::{account, insert_accounts, moment, name};
use crate::{AccountFilter, AccountPasswordRecord, Result, StorageError, Store};

pub(super) async fn comes_back_as_written(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let blocked = Account {
        aliases: vec![name("a.berg@example.test"), name("anna@example.test")],
        kind: AccountKind::ServiceAccount,
        role: Role::GlobalAdministrator,
        status: AccountStatus::Blocked { at: moment(9), by: "account root@example.test".to_owned() },
        mfa: MfaState::Enabled,
        sessions_valid_since: Some(moment(8)),
        ..account(1)
    };
    let plain = Account { mfa: MfaState::Disabled, ..account(2) };
    insert_accounts(&*store, &[blocked.clone(), plain.clone()]).await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.account(blocked.id).await?, Some(blocked.clone()));
    assert_eq!(snapshot.account(plain.id).await?, Some(plain.clone()));
    assert_eq!(snapshot.account_by_address(&blocked.name).await?, Some(blocked.clone()));
    assert_eq!(snapshot.account_by_address(&name("anna@example.test")).await?, Some(blocked.clone()));
    assert_eq!(snapshot.account_by_address(&name("nobody@example.test")).await?, None);
    assert_eq!(snapshot.account(account(3).id).await?, None);
    for stand_in in [blocked.id, plain.id, account(3).id] {
        let known = snapshot.account_by_presented_address(&blocked.name, stand_in).await?;
        assert_eq!(known.as_ref(), Some(&blocked));
        let alias = snapshot.account_by_presented_address(&name("anna@example.test"), stand_in).await?;
        assert_eq!(alias.as_ref(), Some(&blocked));
        assert_eq!(
            snapshot.account_by_presented_address(&name("nobody@example.test"), stand_in).await?,
            None
        );
    }
    Ok(())
}

pub(super) async fn an_address_is_taken_once(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let first = Account { aliases: vec![name("anna@example.test")], ..account(1) };
    insert_accounts(&*store, &[first, account(2)]).await?;
    let same_name = Account { name: account(1).name, ..account(3) };
    let name_is_alias = Account { name: name("anna@example.test"), ..account(3) };
    let alias_is_name = Account { aliases: vec![account(1).name], ..account(3) };
    for taken in [same_name, name_is_alias, alias_is_name] {
        let refused = insert_accounts(&*store, &[taken]).await;
        assert!(matches!(refused, Err(StorageError::Conflict { what: "account address" })), "{refused:?}");
    }
    let mut transaction = store.begin().await?;
    let renamed = Account { name: account(1).name, ..account(2) };
    let refused = transaction.update_account(&renamed).await;
    assert!(matches!(refused, Err(StorageError::Conflict { what: "account address" })), "{refused:?}");
    drop(transaction);
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.account_count().await?, 2);
    assert_eq!(snapshot.account(account(2).id).await?, Some(account(2)));
    Ok(())
}

async fn update(store: &dyn Store, account: &Account) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.update_account(account).await?;
    transaction.commit().await
}

pub(super) async fn a_deleted_account_frees_its_addresses(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let first = Account { aliases: vec![name("anna@example.test")], ..account(1) };
    insert_accounts(&*store, std::slice::from_ref(&first)).await?;
    let deleted = Account {
        status: AccountStatus::Deleted { at: moment(5), by: "operator root".to_owned() },
        ..first.clone()
    };
    update(&*store, &deleted).await?;
    let heir = Account { name: first.name.clone(), aliases: first.aliases, ..account(2) };
    insert_accounts(&*store, std::slice::from_ref(&heir)).await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.account(deleted.id).await?, Some(deleted));
    assert_eq!(snapshot.account_by_address(&first.name).await?, Some(heir.clone()));
    assert_eq!(snapshot.account_by_presented_address(&first.name, first.id).await?, Some(heir));
    Ok(())
}

pub(super) async fn an_update_moves_the_addresses(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let before = Account { aliases: vec![name("anna@example.test")], ..account(1) };
    insert_accounts(&*store, std::slice::from_ref(&before)).await?;
    // The old name becomes an alias, the old alias is given up.
    let after = Account { name: name("berg@example.test"), aliases: vec![before.name.clone()], ..account(1) };
    update(&*store, &after).await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.account_by_address(&before.name).await?, Some(after.clone()));
    assert_eq!(snapshot.account_by_address(&after.name).await?, Some(after));
    assert_eq!(snapshot.account_by_address(&name("anna@example.test")).await?, None);
    Ok(())
}

pub(super) async fn an_account_that_is_not_there_is_not_updated(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let refused = update(&*store, &account(1)).await;
    assert!(matches!(refused, Err(StorageError::Refused(_))), "{refused:?}");
    Ok(())
}

pub(super) async fn a_list_is_sorted_paged_and_filtered(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let named = |number, text| Account { name: name(text), ..account(number) };
    let deleted = AccountStatus::Deleted { at: moment(5), by: "operator root".to_owned() };
    insert_accounts(
        &*store,
        &[
            named(1, "c_d@example.test"),
            named(2, "b@example.test"),
            Account { aliases: vec![name("cxd@alias.test")], ..named(3, "a_b@example.test") },
            named(4, "a1@example.test"),
            Account { status: deleted, ..named(5, "a0@example.test") },
        ],
    )
    .await?;
    let mut snapshot = store.snapshot().await?;
    let mut list = async |text: Option<&str>, after: Option<&str>, limit| {
        let filter = AccountFilter { text: text.map(str::to_owned), after: after.map(name), limit };
        let accounts = snapshot.accounts(&filter).await?;
        Ok(accounts.into_iter().map(|account| account.name.to_string()).collect::<Vec<_>>().join(" "))
    };
    // Sorted by bytes, in every database: a digit comes before a low line, which no language has it do.
    let all = "a1@example.test a_b@example.test b@example.test c_d@example.test";
    assert_eq!(list(None, None, 10).await?, all);
    assert_eq!(list(None, None, 2).await?, "a1@example.test a_b@example.test");
    assert_eq!(list(None, Some("a_b@example.test"), 2).await?, "b@example.test c_d@example.test");
    assert_eq!(list(Some("example"), None, 10).await?, all);
    assert_eq!(list(Some("alias.test"), None, 10).await?, "a_b@example.test");
    // No sign of the text is a pattern.
    assert_eq!(list(Some("c_d"), None, 10).await?, "c_d@example.test");
    assert_eq!(list(Some("a%b"), None, 10).await?, "");
    Ok::<_, StorageError>(())
}

pub(super) async fn counts_leave_deleted_accounts_out(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (at, by) = (moment(5), "operator root".to_owned());
    let administrator =
        |number, status| Account { role: Role::GlobalAdministrator, status, ..account(number) };
    insert_accounts(
        &*store,
        &[
            account(1),
            administrator(2, AccountStatus::Active),
            administrator(3, AccountStatus::Blocked { at, by: by.clone() }),
            administrator(4, AccountStatus::Deleted { at, by }),
        ],
    )
    .await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!((snapshot.account_count().await?, snapshot.administrator_count().await?), (3, 1));
    Ok(())
}

pub(super) async fn a_password_is_replaced(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    assert!(store.snapshot().await?.account_password(account(1).id).await?.is_none());
    for number in 1..=2 {
        let hash = SlowHash::from_phc(format!("$argon2id$sample{number}"));
        let record = AccountPasswordRecord { hash, changed_at: moment(number) };
        let mut transaction = store.begin().await?;
        transaction.set_account_password(account(1).id, &record).await?;
        transaction.commit().await?;
        let stored = store.snapshot().await?.account_password(account(1).id).await?;
        let stored = stored.map(|stored| (stored.hash.as_phc().to_owned(), stored.changed_at));
        assert_eq!(stored, Some((format!("$argon2id$sample{number}"), moment(number))));
    }
    Ok(())
}

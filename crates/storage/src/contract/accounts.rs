//! Facts about accounts.

use postern_domain::account::password::SlowHash;
use postern_domain::account::{Account, AccountKind, AccountStatus, GroupName, Role, Sid};
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::mfa::MfaState;

use super::SharedDatabase;
use super::sample::{account, every_kind_of_grant, insert_accounts, moment, name};
use crate::{AccountFilter, AccountPasswordRecord, Result, StorageError, Store};

pub(super) async fn comes_back_as_written(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let blocked = Account {
        aliases: vec![name("a.berg@example.test"), name("anna@example.test")],
        kind: AccountKind::ServiceAccount,
        role: Role::GlobalAdministrator,
        status: AccountStatus::Blocked { at: moment(9), by: "account root@example.test".to_owned() },
        mfa: MfaState::Enabled,
        groups: vec![group("sales"), group("staff")],
        sid: Some("S-1-5-21-3623811015-3361044348-30300820-1013".parse().expect("a SID")),
        grant: Some(every_kind_of_grant()),
        sessions_valid_since: Some(moment(8)),
        default_method: Some(postern_domain::id::MethodId::from_bytes(super::sample::id(9))),
        must_register_again: true,
        ..account(1)
    };
    let plain = Account { mfa: MfaState::Disabled, grant: Some(ImpersonationGrant::All), ..account(2) };
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

pub(super) async fn a_sid_is_taken_once_and_finds_its_account(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let sid: Sid = "S-1-5-21-7".parse().expect("a SID");
    let first = Account { sid: Some(sid.clone()), ..account(1) };
    insert_accounts(&*store, &[first.clone(), account(2)]).await?;
    let second = Account { sid: Some(sid.clone()), ..account(2) };
    let refused = update(&*store, &second).await;
    assert!(matches!(refused, Err(StorageError::Conflict { what: "account sid" })), "{refused:?}");
    assert_eq!(store.snapshot().await?.account_by_sid(&sid).await?, Some(first.clone()));
    update(&*store, &Account { status: deleted(), ..first }).await?;
    assert_eq!(store.snapshot().await?.account_by_sid(&sid).await?, None);
    update(&*store, &second).await?;
    assert_eq!(store.snapshot().await?.account_by_sid(&sid).await?, Some(second));
    Ok(())
}

pub(super) async fn groups_are_listed_with_who_is_in_them(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let in_groups = |number, groups: &[&str]| Account {
        groups: groups.iter().map(|name| group(name)).collect(),
        ..account(number)
    };
    let (first, second, third) =
        (in_groups(1, &["sales", "staff"]), in_groups(2, &["staff"]), in_groups(3, &["staff"]));
    insert_accounts(&*store, &[first.clone(), second.clone(), third.clone()]).await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.groups(None, 9).await?, [(group("sales"), 1), (group("staff"), 3)]);
    assert_eq!(snapshot.groups(None, 1).await?, [(group("sales"), 1)]);
    for before_staff in ["sales", "soldiers"] {
        let after = group(before_staff);
        assert_eq!(snapshot.groups(Some(&after), 9).await?, [(group("staff"), 3)]);
    }
    assert_eq!(snapshot.groups(Some(&group("staff")), 9).await?, []);
    assert_eq!(snapshot.accounts_in_group(&group("staff"), None, 2).await?, [first.clone(), second.clone()]);
    let rest = snapshot.accounts_in_group(&group("staff"), Some(second.id), 2).await?;
    assert_eq!(rest, std::slice::from_ref(&third));
    assert_eq!(snapshot.accounts_in_group(&group("staf"), None, 9).await?, []);
    drop(snapshot);
    update(&*store, &in_groups(1, &["lists"])).await?;
    update(&*store, &Account { status: deleted(), ..second.clone() }).await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.groups(None, 9).await?, [(group("lists"), 1), (group("staff"), 1)]);
    // The last one of a page left the group, and whoever stayed got another name.
    drop(snapshot);
    let renamed = Account { name: name("a@example.test"), ..third };
    update(&*store, &renamed).await?;
    let staff = store.snapshot().await?.accounts_in_group(&group("staff"), Some(second.id), 2).await?;
    assert_eq!(staff, [renamed]);
    Ok(())
}

pub(super) async fn a_mailbox_of_a_deleted_account_is_known(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let alias = name("anna@example.test");
    let first = Account { aliases: vec![alias.clone()], ..account(1) };
    insert_accounts(&*store, std::slice::from_ref(&first)).await?;
    assert_eq!(store.snapshot().await?.account_of_mailbox(&alias).await?, Some(first.clone()));
    assert_eq!(store.snapshot().await?.account_of_mailbox(&account(9).name).await?, None);
    let gone = Account { status: deleted(), ..first };
    update(&*store, &gone).await?;
    assert_eq!(store.snapshot().await?.account_of_mailbox(&alias).await?, Some(gone.clone()));
    assert_eq!(store.snapshot().await?.account_of_mailbox(&gone.name).await?, Some(gone.clone()));
    let heir = Account { aliases: vec![alias.clone()], ..account(2) };
    insert_accounts(&*store, std::slice::from_ref(&heir)).await?;
    assert_eq!(store.snapshot().await?.account_of_mailbox(&alias).await?, Some(heir.clone()));
    let heir = Account { status: deleted(), ..heir };
    update(&*store, &heir).await?;
    assert_eq!(store.snapshot().await?.account_of_mailbox(&alias).await?, Some(heir), "the last who had it");
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
    let refused = transaction.update_account(&renamed, moment(9)).await;
    assert!(matches!(refused, Err(StorageError::Conflict { what: "account address" })), "{refused:?}");
    drop(transaction);
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.account_count().await?, 2);
    assert_eq!(snapshot.account(account(2).id).await?, Some(account(2)));
    Ok(())
}

fn group(text: &str) -> GroupName {
    text.parse().expect("the samples are names of groups")
}

fn deleted() -> AccountStatus {
    AccountStatus::Deleted { at: moment(5), by: "operator root".to_owned() }
}

async fn update(store: &dyn Store, account: &Account) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.update_account(account, moment(9)).await?;
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
        let filter = AccountFilter {
            text: text.map(str::to_owned),
            after: after.map(name),
            limit,
            ..AccountFilter::default()
        };
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

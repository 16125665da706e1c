//! Facts about lists of accounts.

use postern_domain::account::{Account, AccountKind, AccountStatus, Role};
use postern_domain::app_password::StoredState;
use postern_domain::id::{AccountId, MethodId};
use postern_domain::mfa::totp::TotpStep;
use postern_domain::mfa::{AuthenticationMethod, MethodKind, MfaState};

use super::SharedDatabase;
use super::sample::{account, app_password, id, insert_accounts, moment, name, secret};
use crate::{
    AccountFilter, AccountSummary, ListedAccount, MethodRecord, MfaCounts, PasskeyCredential, Result, Sealed,
    Store,
};

/// Everybody: a member, an administrator, a service account, a blocked one, and one that is deleted.
async fn insert_everybody(store: &dyn Store) -> Result<()> {
    let blocked = AccountStatus::Blocked { at: moment(5), by: "operator root".to_owned() };
    let deleted = AccountStatus::Deleted { at: moment(5), by: "operator root".to_owned() };
    let staff = vec!["staff".parse().expect("the samples are names of groups")];
    insert_accounts(
        store,
        &[
            Account {
                mfa: MfaState::Disabled,
                groups: staff.clone(),
                must_register_again: true,
                ..account(1)
            },
            Account { role: Role::GlobalAdministrator, groups: staff.clone(), ..account(2) },
            Account { kind: AccountKind::ServiceAccount, mfa: MfaState::Enabled, ..account(3) },
            Account { status: blocked, ..account(4) },
            Account { status: deleted, groups: staff, ..account(5) },
        ],
    )
    .await?;
    let mut transaction = store.begin().await?;
    let method = AuthenticationMethod {
        id: MethodId::from_bytes(id(1)),
        kind: MethodKind::AuthenticatorApp,
        label: "Phone".to_owned(),
        hint: None,
        registered_at: moment(1),
        last_used_at: None,
    };
    let sealed = Sealed { key_version: 1, bytes: vec![1] };
    let record = MethodRecord { method, secret: sealed, last_step: None, credential: None };
    transaction.insert_method(account(1).id, &record).await?;
    let kind = MethodKind::Passkey { discoverable: true };
    let passkey = MethodRecord {
        method: AuthenticationMethod { id: MethodId::from_bytes(id(2)), kind, ..record.method.clone() },
        credential: Some(PasskeyCredential { id: vec![7; 16], counter: 0 }),
        ..record
    };
    transaction.insert_method(account(2).id, &passkey).await?;
    transaction.insert_app_password(&app_password(1, &account(1)), &secret(1)).await?;
    transaction.insert_app_password(&app_password(2, &account(1)), &secret(2)).await?;
    transaction.insert_app_password(&app_password(3, &account(3)), &secret(3)).await?;
    let by = "operator root".to_owned();
    let revoked = StoredState::Revoked { at: moment(9), by, reason: String::new() };
    let mut given_up = app_password(3, &account(3));
    given_up.state = revoked;
    transaction.update_app_password(&given_up).await?;
    transaction.commit().await
}

/// The numbers of the accounts that a filter names, which are counted too.
async fn numbers(store: &dyn Store, filter: AccountFilter) -> Result<String> {
    let filter = AccountFilter { limit: 10, ..filter };
    let mut snapshot = store.snapshot().await?;
    let found = snapshot.accounts(&filter).await?;
    assert_eq!(snapshot.accounts_matching(&filter).await?, found.len() as u64, "{filter:?}");
    let listed = snapshot.listed_accounts(&filter).await?;
    assert_eq!(listed.iter().map(|listed| listed.account.clone()).collect::<Vec<_>>(), found, "{filter:?}");
    let number = |account: &Account| account.name.as_str().trim_start_matches("user")[..1].to_owned();
    Ok(found.iter().map(number).collect())
}

pub(super) async fn every_filter_narrows_alone_and_with_others(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_everybody(&*store).await?;
    let all = AccountFilter::default;
    let text = |text: &str| AccountFilter { text: Some(text.to_owned()), ..all() };
    let group = |group: &str| AccountFilter { group: group.parse().ok(), ..all() };
    for (filter, expected) in [
        (all(), "1234"),
        (text("user"), "1234"),
        (text("ser3@ex"), "3"),
        (text("nobody"), ""),
        (AccountFilter { kind: Some(AccountKind::ServiceAccount), ..all() }, "3"),
        (AccountFilter { role: Some(Role::GlobalAdministrator), ..all() }, "2"),
        (AccountFilter { role: Some(Role::Auditor), ..all() }, ""),
        (AccountFilter { mfa: Some(MfaState::Disabled), ..all() }, "1"),
        (AccountFilter { mfa: Some(MfaState::Enforced), ..all() }, "24"),
        (AccountFilter { blocked: Some(true), ..all() }, "4"),
        (AccountFilter { blocked: Some(false), ..all() }, "123"),
        (group("staff"), "12"),
        (group("sales"), ""),
        (AccountFilter { has_app_passwords: Some(true), ..all() }, "1"),
        (AccountFilter { has_app_passwords: Some(false), ..all() }, "234"),
        (AccountFilter { must_register_again: Some(true), ..all() }, "1"),
        (AccountFilter { must_register_again: Some(false), ..all() }, "234"),
        (AccountFilter { has_methods: Some(true), ..all() }, "12"),
        (AccountFilter { has_methods: Some(false), ..all() }, "34"),
        (AccountFilter { has_passkey: Some(true), ..all() }, "2"),
        (AccountFilter { has_passkey: Some(false), ..all() }, "134"),
        (
            AccountFilter { mfa: Some(MfaState::Disabled), has_app_passwords: Some(true), ..group("staff") },
            "1",
        ),
        (AccountFilter { mfa: Some(MfaState::Enforced), has_methods: Some(false), ..text("user") }, "4"),
    ] {
        assert_eq!(numbers(&*store, filter.clone()).await?, expected, "{filter:?}");
    }
    let counts = store.snapshot().await?.mfa_counts().await?;
    assert_eq!(counts, MfaCounts { disabled: 1, enabled: 1, enforced: 2 });
    Ok(())
}

/// So many that a store may look at the group in another way than at one of few.
pub(super) async fn a_group_of_many_is_listed_as_one_of_few_is(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let at = moment(5);
    let accounts: Vec<_> = (0..2_100_u16)
        .map(|number| Account {
            id: AccountId::from_bytes(u128::from(number).to_be_bytes()),
            name: name(&format!("user{number:04}@example.test")),
            // All but the last hundred; of these every third is blocked.
            groups: if number < 2_000 { vec!["staff".parse().expect("a name")] } else { Vec::new() },
            status: match number % 3 {
                0 => AccountStatus::Blocked { at, by: "operator root".to_owned() },
                _ => AccountStatus::Active,
            },
            ..account(1)
        })
        .collect();
    insert_accounts(&*store, &accounts).await?;
    let filter = AccountFilter {
        group: "staff".parse().ok(),
        blocked: Some(true),
        limit: 400,
        ..AccountFilter::default()
    };
    let expected: Vec<_> = accounts[..2_000].iter().step_by(3).cloned().collect();
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.accounts_matching(&filter).await?, 667);
    let first = snapshot.accounts(&filter).await?;
    assert_eq!(first, expected[..400]);
    let second = AccountFilter { after: Some(expected[399].name.clone()), ..filter.clone() };
    assert_eq!(snapshot.accounts(&second).await?, expected[400..]);
    let back = AccountFilter { before: Some(expected[500].name.clone()), ..filter };
    assert_eq!(snapshot.accounts(&back).await?, expected[100..500]);
    Ok(())
}

pub(super) async fn all_are_counted_at_once(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (at, by) = (moment(5), "operator root".to_owned());
    let blocked = AccountStatus::Blocked { at, by: by.clone() };
    let like = |number, role, mfa| Account { role, mfa, ..account(number) };
    let accounts = [
        like(1, Role::GlobalAdministrator, MfaState::Enforced),
        like(2, Role::GlobalAdministrator, MfaState::Disabled),
        Account { status: blocked, ..like(3, Role::GlobalAdministrator, MfaState::Disabled) },
        like(4, Role::Auditor, MfaState::Disabled),
        like(5, Role::HelpDesk, MfaState::Enabled),
        like(6, Role::Member, MfaState::Disabled),
        Account { status: AccountStatus::Deleted { at, by }, ..like(7, Role::Auditor, MfaState::Disabled) },
    ];
    insert_accounts(&*store, &accounts).await?;
    let summary = store.snapshot().await?.account_summary().await?;
    assert_eq!(
        summary,
        AccountSummary {
            mfa: MfaCounts { disabled: 4, enabled: 1, enforced: 1 },
            blocked: 1,
            global_administrators: 3,
            active_global_administrators: 2,
            without_method: 1,
            without_passkey: vec![
                (Role::HelpDesk, 1),
                (Role::Auditor, 1),
                (Role::AuthenticationAdministrator, 0),
                (Role::GlobalAdministrator, 2),
            ],
            without_second_factor: vec![
                (Role::HelpDesk, 0),
                (Role::Auditor, 1),
                (Role::AuthenticationAdministrator, 0),
                (Role::GlobalAdministrator, 1),
            ],
        }
    );
    Ok(())
}

pub(super) async fn pages_go_both_ways(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let accounts: Vec<Account> = (1..=7).map(account).collect();
    insert_accounts(&*store, &accounts).await?;
    let mut snapshot = store.snapshot().await?;
    let mut page = async |after: Option<u8>, before: Option<u8>, text: Option<&str>| {
        let name = |number| account(number).name;
        let text = text.map(str::to_owned);
        let filter = AccountFilter {
            after: after.map(name),
            before: before.map(name),
            text,
            limit: 3,
            ..AccountFilter::default()
        };
        let found = snapshot.accounts(&filter).await?;
        let listed = snapshot.listed_accounts(&filter).await?;
        assert_eq!(listed.into_iter().map(|listed| listed.account).collect::<Vec<_>>(), found);
        Ok(found.into_iter().map(|account| account.id.as_bytes()[0]).collect::<Vec<u8>>())
    };
    assert_eq!(page(None, None, None).await?, [1, 2, 3]);
    assert_eq!(page(Some(3), None, None).await?, [4, 5, 6]);
    assert_eq!(page(Some(6), None, None).await?, [7]);
    assert_eq!(page(None, Some(7), None).await?, [4, 5, 6]);
    assert_eq!(page(None, Some(4), Some("user")).await?, [1, 2, 3]);
    assert_eq!(page(None, Some(2), None).await?, [1]);
    assert_eq!(page(Some(2), Some(5), None).await?, [3, 4]);
    Ok::<_, crate::StorageError>(())
}

pub(super) async fn what_belongs_to_an_account_is_counted(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_everybody(&*store).await?;
    let mut transaction = store.begin().await?;
    let phone = MethodId::from_bytes(id(1));
    transaction.accept_totp_step(phone, TotpStep(7), moment(70)).await?;
    transaction.commit().await?;
    let filter = AccountFilter { limit: 2, ..AccountFilter::default() };
    let listed = store.snapshot().await?.listed_accounts(&filter).await?;
    let shown =
        |listed: &ListedAccount| (listed.methods, listed.app_passwords, listed.last_sign_in.is_some());
    assert_eq!(listed.iter().map(shown).collect::<Vec<_>>(), [(1, 2, true), (1, 0, false)]);
    assert_eq!(listed[0].last_sign_in, Some(moment(70)));
    Ok(())
}

pub(super) async fn an_alias_beyond_what_is_searched_is_found_whole(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let alias = |number: u32| name(&format!("{}{number:04}@alias.test", "a".repeat(40)));
    let aliases = (0..40).map(alias).collect();
    insert_accounts(&*store, &[Account { aliases, ..account(1) }]).await?;
    let find = async |text: &str| {
        let filter = AccountFilter { text: Some(text.to_owned()), ..AccountFilter::default() };
        numbers(&*store, filter).await
    };
    assert_eq!(find("a0001@").await?, "1");
    assert_eq!(find("a0039@").await?, "");
    assert_eq!(find(alias(39).as_str()).await?, "1");
    Ok(())
}

//! Facts about authentication methods and recovery codes.

use std::sync::Arc;

use postern_domain::account::{Account, Role};
use postern_domain::id::MethodId;
use postern_domain::mfa::totp::TotpStep;
use postern_domain::mfa::{AuthenticationMethod, MethodKind};

use super::SharedDatabase;
use super::sample::{account, id, insert_accounts, moment};
use crate::{
    AccountFilter, MethodRecord, PasskeyCredential, RecoveryCodeHash, Result, Sealed, StorageError, Store,
};

/// Attempts made at once.
pub(super) const MANY: usize = 64;

fn totp(number: u8) -> MethodRecord {
    MethodRecord {
        method: AuthenticationMethod {
            id: MethodId::from_bytes(id(number)),
            kind: MethodKind::AuthenticatorApp,
            label: format!("Phone {number}"),
            hint: None,
            registered_at: moment(u64::from(number)),
            last_used_at: None,
        },
        secret: Sealed { key_version: 2, bytes: vec![number; 60] },
        last_step: None,
        credential: None,
    }
}

fn passkey(number: u8) -> MethodRecord {
    let method = AuthenticationMethod {
        kind: MethodKind::Passkey { discoverable: number.is_multiple_of(2) },
        ..totp(number).method
    };
    let credential = PasskeyCredential { id: vec![number; 200], counter: 0 };
    MethodRecord { method, credential: Some(credential), ..totp(number) }
}

fn message(number: u8, kind: MethodKind) -> MethodRecord {
    let method =
        AuthenticationMethod { kind, hint: Some("+49 ••• 89".to_owned()), ..totp(number).method };
    MethodRecord { method, ..totp(number) }
}

async fn insert(store: &dyn Store, record: &MethodRecord) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.insert_method(account(1).id, record).await?;
    transaction.commit().await
}

pub(super) async fn comes_back_as_written(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let used = MethodRecord {
        method: AuthenticationMethod { last_used_at: Some(moment(9)), ..totp(1).method },
        last_step: Some(TotpStep(59_833_333)),
        ..totp(1)
    };
    let others = [
        totp(2),
        passkey(3),
        passkey(4),
        message(5, MethodKind::TextMessage),
        message(6, MethodKind::EmailCode),
    ];
    for record in others.iter().rev().chain([&used]) {
        insert(&*store, record).await?;
    }
    let mut snapshot = store.snapshot().await?;
    let records = [std::slice::from_ref(&used), &others].concat();
    let methods: Vec<_> = records.iter().map(|record| record.method.clone()).collect();
    assert_eq!(snapshot.method_records_of(account(1).id).await?, records);
    assert_eq!(snapshot.methods_of(account(1).id).await?, methods);
    assert_eq!(snapshot.passkey(&[3; 200]).await?, Some((account(1).id, passkey(3))));
    assert_eq!(snapshot.passkey(&[3; 199]).await?, None);
    assert_eq!(snapshot.methods_of(account(2).id).await?, []);
    drop(snapshot);
    let mut transaction = store.begin().await?;
    assert!(!transaction.delete_method(account(2).id, totp(1).method.id).await?);
    assert!(transaction.delete_method(account(1).id, totp(1).method.id).await?);
    assert!(!transaction.delete_method(account(1).id, totp(1).method.id).await?);
    assert!(!transaction.rename_method(account(2).id, totp(2).method.id, "Tablet").await?);
    assert!(transaction.rename_method(account(1).id, totp(2).method.id, "Tablet").await?);
    transaction.use_method(message(5, MethodKind::TextMessage).method.id, moment(8)).await?;
    transaction.commit().await?;
    let left = store.snapshot().await?.methods_of(account(1).id).await?;
    assert_eq!((left.len(), left[0].label.as_str(), left[3].last_used_at), (5, "Tablet", Some(moment(8))));
    Ok(())
}

/// Lists do not count the methods but know the number, which is that of the methods after whatever was done to them.
pub(super) async fn lists_know_how_many_there_are(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let counted = async |expected: (u32, bool)| {
        let mut snapshot = store.snapshot().await?;
        let methods = snapshot.methods_of(account(1).id).await?;
        let has_passkey = methods.iter().any(|method| matches!(method.kind, MethodKind::Passkey { .. }));
        assert_eq!((methods.len(), has_passkey), (expected.0 as usize, expected.1));
        let all = AccountFilter { limit: 10, ..AccountFilter::default() };
        let listed = snapshot.listed_accounts(&all).await?;
        assert_eq!(listed.iter().map(|each| each.methods).collect::<Vec<_>>(), [expected.0, 0]);
        for (filter, others) in [
            (AccountFilter { has_methods: Some(expected.0 > 0), ..all.clone() }, expected.0 == 0),
            (AccountFilter { has_passkey: Some(expected.1), ..all.clone() }, !expected.1),
        ] {
            let both = if others { 2 } else { 1 };
            assert_eq!(snapshot.accounts(&filter).await?.len(), both, "{filter:?}");
        }
        Ok::<_, StorageError>(())
    };
    counted((0, false)).await?;
    for (record, expected) in
        [(totp(1), (1, false)), (passkey(2), (2, true)), (passkey(3), (3, true)), (totp(4), (4, true))]
    {
        insert(&*store, &record).await?;
        counted(expected).await?;
    }
    // A change to the account leaves them alone.
    let mut transaction = store.begin().await?;
    transaction.update_account(&Account { role: Role::Auditor, ..account(1) }, moment(9)).await?;
    transaction.commit().await?;
    counted((4, true)).await?;
    assert_eq!(store.snapshot().await?.account_summary().await?.without_method, 1);
    for (record, expected) in
        [(passkey(2), (3, true)), (passkey(3), (2, false)), (totp(1), (1, false)), (totp(4), (0, false))]
    {
        let mut transaction = store.begin().await?;
        // Of another account, nothing is deleted.
        assert!(!transaction.delete_method(account(2).id, record.method.id).await?);
        assert!(transaction.delete_method(account(1).id, record.method.id).await?);
        transaction.commit().await?;
        counted(expected).await?;
    }
    assert_eq!(store.snapshot().await?.account_summary().await?.without_method, 2);
    Ok(())
}

pub(super) async fn a_passkey_is_registered_once(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    insert(&*store, &passkey(1)).await?;
    let same = MethodRecord { method: totp(2).method, ..passkey(1) };
    let mut transaction = store.begin().await?;
    let again = transaction.insert_method(account(2).id, &same).await;
    assert!(matches!(again, Err(StorageError::Conflict { what: "passkey" })), "{again:?}");
    Ok(())
}

async fn count(store: &dyn Store, counter: u32) -> Result<bool> {
    let mut transaction = store.begin().await?;
    let accepted = transaction.accept_passkey_counter(passkey(1).method.id, counter, moment(77)).await?;
    transaction.commit().await?;
    Ok(accepted)
}

pub(super) async fn a_counter_only_grows(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    insert(&*store, &passkey(1)).await?;
    let mut accepted = Vec::new();
    for counter in [0, 0, 5, 5, 4, 0, 6, u32::MAX] {
        accepted.push(count(&*store, counter).await?);
    }
    assert_eq!(accepted, [true, true, true, false, false, false, true, true]);
    let [stored] = &store.snapshot().await?.method_records_of(account(1).id).await?[..] else {
        panic!("one")
    };
    assert_eq!(stored.credential.as_ref().map(|credential| credential.counter), Some(u32::MAX));
    assert_eq!(stored.method.last_used_at, Some(moment(77)));
    Ok(())
}

pub(super) async fn of_many_at_once_one_counter_is_accepted(database: SharedDatabase) -> Result<()> {
    let stores = [database.open().await?, database.open().await?];
    insert_accounts(&*stores[0], &[account(1)]).await?;
    insert(&*stores[0], &passkey(1)).await?;
    let attempts = (0..MANY).map(|number| {
        let store = Arc::clone(&stores[number % stores.len()]);
        tokio::spawn(async move { count(&*store, 7).await })
    });
    assert_eq!(how_many_succeed(attempts).await?, 1);
    Ok(())
}

async fn accept(store: &dyn Store, step: i64) -> Result<bool> {
    let mut transaction = store.begin().await?;
    let accepted = transaction.accept_totp_step(totp(1).method.id, TotpStep(step), moment(77)).await?;
    transaction.commit().await?;
    Ok(accepted)
}

pub(super) async fn a_step_is_accepted_once(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    insert(&*store, &totp(1)).await?;
    assert!(accept(&*store, 1000).await?);
    assert!(!accept(&*store, 1000).await?, "the same step");
    assert!(!accept(&*store, 999).await?, "an earlier step");
    assert!(accept(&*store, 1001).await?);
    let [stored] = &store.snapshot().await?.method_records_of(account(1).id).await?[..] else {
        panic!("one")
    };
    assert_eq!((stored.last_step, stored.method.last_used_at), (Some(TotpStep(1001)), Some(moment(77))));
    Ok(())
}

pub(super) async fn of_many_at_once_one_step_is_accepted(database: SharedDatabase) -> Result<()> {
    let stores = [database.open().await?, database.open().await?];
    insert_accounts(&*stores[0], &[account(1)]).await?;
    insert(&*stores[0], &totp(1)).await?;
    let attempts = (0..MANY).map(|number| {
        let store = Arc::clone(&stores[number % stores.len()]);
        tokio::spawn(async move { accept(&*store, 1000).await })
    });
    assert_eq!(how_many_succeed(attempts).await?, 1);
    Ok(())
}

pub(super) async fn how_many_succeed(
    attempts: impl Iterator<Item = tokio::task::JoinHandle<Result<bool>>>,
) -> Result<usize> {
    let mut succeeded = 0;
    // All are started before the first is awaited.
    for attempt in attempts.collect::<Vec<_>>() {
        succeeded += usize::from(attempt.await.expect("an attempt does not panic")?);
    }
    Ok(succeeded)
}

async fn replace_codes(store: &dyn Store, first: u8) -> Result<()> {
    let mut transaction = store.begin().await?;
    let codes: Vec<_> = (first..first + 10).map(|number| RecoveryCodeHash([number; 32])).collect();
    transaction.replace_recovery_codes(account(1).id, &codes).await?;
    transaction.commit().await
}

async fn use_code(store: &dyn Store, number: u8) -> Result<bool> {
    let mut transaction = store.begin().await?;
    let code = RecoveryCodeHash([number; 32]);
    let used = transaction.use_recovery_code(account(1).id, &code, moment(5)).await?;
    transaction.commit().await?;
    Ok(used)
}

pub(super) async fn recovery_codes_are_replaced_and_used_once(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    replace_codes(&*store, 0).await?;
    assert!(use_code(&*store, 3).await?);
    assert!(!use_code(&*store, 3).await?);
    assert_eq!(store.snapshot().await?.recovery_codes_left(account(1).id).await?, 9);
    replace_codes(&*store, 100).await?;
    assert!(!use_code(&*store, 4).await?, "an old code is void");
    assert!(use_code(&*store, 104).await?);
    assert_eq!(store.snapshot().await?.recovery_codes_left(account(1).id).await?, 9);
    Ok(())
}

pub(super) async fn of_many_at_once_one_recovery_code_is_used(database: SharedDatabase) -> Result<()> {
    let stores = [database.open().await?, database.open().await?];
    insert_accounts(&*stores[0], &[account(1)]).await?;
    replace_codes(&*stores[0], 0).await?;
    let attempts = (0..MANY).map(|number| {
        let store = Arc::clone(&stores[number % stores.len()]);
        tokio::spawn(async move { use_code(&*store, 3).await })
    });
    assert_eq!(how_many_succeed(attempts).await?, 1);
    Ok(())
}

//! Facts about the addresses at which owners are told.

use postern_domain::id::NotificationAddressId;
use postern_domain::notice::NotificationAddress;

use super::SharedDatabase;
use super::sample::{account, id, insert_accounts, moment, name};
use crate::{Result, StorageError, Store};

fn address(number: u8, of: u8, text: &str) -> NotificationAddress {
    NotificationAddress {
        id: NotificationAddressId::from_bytes(id(number)),
        account: account(of).id,
        address: name(text),
        added_at: moment(u64::from(number)),
        confirmed_at: None,
    }
}

async fn insert(store: &dyn Store, address: &NotificationAddress) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.insert_notification_address(address).await?;
    transaction.commit().await
}

pub(super) async fn are_confirmed_once_and_deleted(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let (first, second) = (address(1, 1, "home@example.net"), address(2, 1, "work@example.net"));
    let others = address(3, 2, "home@example.net");
    for one in [&second, &others, &first] {
        insert(&*store, one).await?;
    }
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.notification_addresses_of(account(1).id).await?, [first.clone(), second.clone()]);
    assert!(!transaction.confirm_notification_address(account(2).id, first.id, moment(9)).await?);
    assert!(transaction.confirm_notification_address(account(1).id, first.id, moment(9)).await?);
    assert!(!transaction.confirm_notification_address(account(1).id, first.id, moment(10)).await?);
    transaction.commit().await?;

    let confirmed = NotificationAddress { confirmed_at: Some(moment(9)), ..first };
    let mut transaction = database.open().await?.begin().await?;
    assert_eq!(
        transaction.notification_addresses_of(account(1).id).await?,
        [confirmed.clone(), second.clone()]
    );
    assert!(!transaction.delete_notification_address(account(2).id, confirmed.id).await?, "it is another's");
    assert!(transaction.delete_notification_address(account(1).id, confirmed.id).await?);
    assert!(!transaction.delete_notification_address(account(1).id, confirmed.id).await?);
    assert_eq!(transaction.delete_notification_addresses_of(account(1).id).await?, 1);
    assert_eq!(transaction.notification_addresses_of(account(1).id).await?, []);
    assert_eq!(transaction.notification_addresses_of(account(2).id).await?, [others]);
    transaction.commit().await
}

pub(super) async fn an_account_has_an_address_once(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    insert(&*store, &address(1, 1, "home@example.net")).await?;
    let again = insert(&*store, &address(2, 1, "home@example.net")).await;
    assert!(matches!(again, Err(StorageError::Conflict { what: "notification address" })), "{again:?}");
    Ok(())
}

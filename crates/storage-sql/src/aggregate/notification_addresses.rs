//! The addresses at which an account's owner is told.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, NotificationAddressId};
use postern_domain::notice::NotificationAddress;
use postern_storage::{NotificationAddressesRead, NotificationAddressesWrite, Result};

use crate::convert::{Columns, parameters};
use crate::session::Session;

fn read(columns: &mut Columns<'_>) -> Result<NotificationAddress> {
    Ok(NotificationAddress {
        id: columns.next("notification_address.id")?,
        account: columns.next("notification_address.account_id")?,
        address: columns.next("notification_address.address")?,
        added_at: columns.next("notification_address.added_at")?,
        confirmed_at: columns.next("notification_address.confirmed_at")?,
    })
}

#[async_trait]
impl NotificationAddressesRead for Session {
    async fn notification_addresses_of(&mut self, account: AccountId) -> Result<Vec<NotificationAddress>> {
        let sql = "select id, account_id, address, added_at, confirmed_at from notification_address \
                   where account_id = $1 order by added_at, id";
        self.rows(sql, &parameters![&account], read).await
    }
}

#[async_trait]
impl NotificationAddressesWrite for Session {
    async fn insert_notification_address(&mut self, address: &NotificationAddress) -> Result<()> {
        self.execute(
            "insert into notification_address (id, account_id, address, added_at, confirmed_at) \
             values ($1, $2, $3, $4, $5)",
            &parameters![
                &address.id,
                &address.account,
                &address.address,
                address.added_at,
                address.confirmed_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn confirm_notification_address(
        &mut self,
        account: AccountId,
        id: NotificationAddressId,
        at: Timestamp,
    ) -> Result<bool> {
        let sql = "update notification_address set confirmed_at = $3 \
                   where account_id = $1 and id = $2 and confirmed_at is null";
        Ok(self.execute(sql, &parameters![&account, &id, at]).await? > 0)
    }

    async fn delete_notification_address(
        &mut self,
        account: AccountId,
        id: NotificationAddressId,
    ) -> Result<bool> {
        let sql = "delete from notification_address where account_id = $1 and id = $2";
        Ok(self.execute(sql, &parameters![&account, &id]).await? > 0)
    }

    async fn delete_notification_addresses_of(&mut self, account: AccountId) -> Result<u64> {
        self.execute("delete from notification_address where account_id = $1", &parameters![&account]).await
    }
}

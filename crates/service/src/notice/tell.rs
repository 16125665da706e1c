//! Putting a notice into the outbox.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName};
use postern_storage::{NoticeRecipient, Snapshot, StorageError, Transaction};

use super::words::{About, Tidings};
use crate::Service;
use crate::authorise::settings_for;

/// Most administrators that one notice goes to.
const MOST_ADMINISTRATORS: u32 = 100;

/// Tells an account's owner, at every notification address of the account, as a part of the deed whose transaction this
/// is.
pub(crate) async fn tell(
    state: &mut (dyn Transaction + '_),
    account: &Account,
    tidings: impl Tidings,
    now: Timestamp,
) -> Result<(), StorageError> {
    let recipients = addresses_of(state, account).await?;
    tell_at(state, account, &tidings, recipients, now).await
}

/// Tells an account's owner, and at further addresses: those that were the account's until now.
pub(crate) async fn tell_also_at(
    state: &mut (dyn Transaction + '_),
    account: &Account,
    further: &[AccountName],
    tidings: impl Tidings,
    now: Timestamp,
) -> Result<(), StorageError> {
    let mut recipients = addresses_of(state, account).await?;
    let of = |address: &AccountName| NoticeRecipient { account: Some(account.id), address: address.clone() };
    recipients.extend(further.iter().map(of));
    tell_at(state, account, &tidings, recipients, now).await
}

async fn tell_at(
    state: &mut (dyn Transaction + '_),
    account: &Account,
    tidings: &dyn Tidings,
    recipients: Vec<NoticeRecipient>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let trusted = settings_for(state, account).await?.trusted_networks;
    let about = About { account: Some(account), trusted: &trusted };
    state.insert_notice(&about.text(tidings, now), &recipients).await?;
    Ok(())
}

impl Service {
    /// Tells the administrators of something that concerns `account`, or with none the organization: every active global
    /// administrator at all their addresses, and the addresses that the configuration names.
    pub(crate) async fn tell_administrators(
        &self,
        state: &mut (dyn Transaction + '_),
        account: Option<&Account>,
        tidings: impl Tidings,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let recipients = self.administrators(state).await?;
        self.tell_them(state, account, &tidings, &recipients, now).await
    }

    /// Tells the owner and the administrators, each address once.
    pub(crate) async fn tell_owner_and_administrators(
        &self,
        state: &mut (dyn Transaction + '_),
        account: &Account,
        tidings: impl Tidings,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let mut recipients = addresses_of(state, account).await?;
        recipients.extend(self.administrators(state).await?);
        self.tell_them(state, Some(account), &tidings, &recipients, now).await
    }

    async fn tell_them(
        &self,
        state: &mut (dyn Transaction + '_),
        account: Option<&Account>,
        tidings: &dyn Tidings,
        recipients: &[NoticeRecipient],
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let trusted = state.settings().await?.trusted_networks;
        let about = About { account, trusted: &trusted };
        state.insert_notice(&about.text(tidings, now), recipients).await?;
        Ok(())
    }

    async fn administrators(
        &self,
        state: &mut (dyn Snapshot + '_),
    ) -> Result<Vec<NoticeRecipient>, StorageError> {
        let mut recipients = Vec::new();
        for administrator in state.administrators(MOST_ADMINISTRATORS).await? {
            recipients.extend(addresses_of(state, &administrator).await?);
        }
        let configured = self.messenger().administrators().iter();
        recipients
            .extend(configured.map(|address| NoticeRecipient { account: None, address: address.clone() }));
        Ok(recipients)
    }
}

/// Where an account's owner is told: at the account's own address, and at the others that were confirmed.
async fn addresses_of(
    state: &mut (dyn Snapshot + '_),
    account: &Account,
) -> Result<Vec<NoticeRecipient>, StorageError> {
    let others = state.notification_addresses_of(account.id).await?;
    let others = others.into_iter().filter(|other| other.confirmed_at.is_some()).map(|other| other.address);
    let all = std::iter::once(account.name.clone()).chain(others);
    Ok(all.map(|address| NoticeRecipient { account: Some(account.id), address }).collect())
}

//! Putting a notice into the outbox.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName};
use postern_storage::{NoticeRecipient, StorageError, Transaction};

use super::Notice;
use crate::Service;

/// Most administrators that one notice goes to.
const MOST_ADMINISTRATORS: u32 = 100;

/// Tells an account's owner, at every notification address of the account, as a part of the deed whose transaction this
/// is.
pub(crate) async fn tell(
    state: &mut (dyn Transaction + '_),
    account: &Account,
    notice: Notice,
    now: Timestamp,
) -> Result<(), StorageError> {
    let recipients = addresses_of(account);
    state.insert_notice(&notice.text(account, now), &recipients).await?;
    Ok(())
}

impl Service {
    /// Tells the administrators of something that concerns `account`: every active global administrator, and the
    /// addresses that the configuration names.
    pub(crate) async fn tell_administrators(
        &self,
        state: &mut (dyn Transaction + '_),
        account: &Account,
        notice: Notice,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let administrators = state.administrators(MOST_ADMINISTRATORS).await?;
        let mut recipients: Vec<NoticeRecipient> = administrators.iter().flat_map(addresses_of).collect();
        let configured = self.messenger().administrators().iter();
        recipients.extend(
            configured
                .map(|address: &AccountName| NoticeRecipient { account: None, address: address.clone() }),
        );
        state.insert_notice(&notice.text(account, now), &recipients).await?;
        Ok(())
    }
}

/// Where an account's owner is told.
fn addresses_of(account: &Account) -> Vec<NoticeRecipient> {
    vec![NoticeRecipient { account: Some(account.id), address: account.name.clone() }]
}

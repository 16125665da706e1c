//! How many more app passwords an account may have, said before somebody fills in a form for one.

use postern_domain::account::{AccountName, Permission};

use super::AppPasswordError;
use super::theirs::find_their_account;
use crate::authorise::{Asker, settings_for};
use crate::{By, Service};

/// How many app passwords an account has, and how many it may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AppPasswordRoom {
    /// Those that are neither revoked nor past their expiry.
    pub live: u64,
    /// The most that there may be, by the settings that hold for the account. There are more where the setting was lowered.
    pub most: u64,
}

impl AppPasswordRoom {
    /// Whether there is room for no other.
    #[must_use]
    pub const fn is_full(self) -> bool {
        self.live >= self.most
    }
}

impl Service {
    /// How many app passwords an account has, and how many it may have: what the next creation is held against.
    ///
    /// # Errors
    /// As [`Self::list_app_passwords`].
    pub async fn room_for_app_passwords(
        &self,
        by: By<'_>,
        account: &AccountName,
    ) -> Result<AppPasswordRoom, AppPasswordError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *snapshot, now).await?;
        let account = find_their_account(&asker, &mut *snapshot, account, Permission::ReadAccounts).await?;
        let settings = settings_for(&mut *snapshot, &account).await?;
        let live = snapshot.live_app_password_count(account.id, now).await?;
        Ok(AppPasswordRoom { live, most: settings.app_passwords_per_account.into() })
    }
}

//! Hash an account password: when it is set, and anew, at a sign-in, when it was hashed at a lower cost than today's.

use std::sync::Arc;

use postern_domain::account::password::{AccountPassword, SlowHash, SlowHashCost};
use postern_domain::app_password::TypedSecret;
use postern_domain::id::AccountId;
use postern_storage::AccountPasswordRecord;

use crate::{Failure, Service};

impl Service {
    /// The record of a password that is set now. Takes its turn in the hashing pool.
    pub(crate) async fn hash_account_password(
        &self,
        password: AccountPassword,
    ) -> Result<AccountPasswordRecord, Failure> {
        let random = Arc::clone(&self.parts.random);
        let make = move || SlowHash::make(password.expose(), SlowHashCost::STANDARD, &*random);
        Ok(AccountPasswordRecord { hash: self.hashing.run(make).await?, changed_at: self.now() })
    }

    /// Leaves everything as it is when it fails: the password is as good as before.
    pub(crate) async fn strengthen_account_password(
        &self,
        account: AccountId,
        record: &AccountPasswordRecord,
        right: &TypedSecret,
    ) {
        if !record.hash.is_weaker_than(SlowHashCost::STANDARD) {
            return;
        }
        if let Err(error) = self.hash_anew(account, record, right).await {
            tracing::warn!(%error, "an account password stays under a weak hash");
        }
    }

    async fn hash_anew(
        &self,
        account: AccountId,
        record: &AccountPasswordRecord,
        right: &TypedSecret,
    ) -> Result<(), Failure> {
        let Some(password) = right.as_account_password() else { return Ok(()) };
        let AccountPasswordRecord { hash, .. } = self.hash_account_password(password).await?;
        let mut transaction = self.parts.store.begin().await?;
        // Unless it was changed meanwhile. The moment of its last change stays: this is none.
        let stored = transaction.account_password(account).await?;
        if stored.is_some_and(|stored| stored.hash == record.hash) {
            let anew = AccountPasswordRecord { hash, changed_at: record.changed_at };
            transaction.set_account_password(account, &anew).await?;
            transaction.commit().await?;
        }
        Ok(())
    }
}

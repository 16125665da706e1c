//! Make a secret, and the form in which it is stored.

use std::sync::Arc;

use postern_domain::account::password::{SlowHash, SlowHashCost};
use postern_domain::app_password::{AppPasswordSecret, Profile};
use postern_domain::id::{AccountId, SecretId};
use postern_storage::{NewSecret, Verifier};
use zeroize::Zeroizing;

use crate::{Failure, Service};

impl Service {
    /// A fresh secret of an app password of `account` (none: nobody's, for an answer that must cost the same), stored
    /// under a keyed hash, or with Argon2id where its profile or the policy (`slow`) asks for that.
    pub(super) async fn make_secret(
        &self,
        account: Option<AccountId>,
        profile: Profile,
        slow: bool,
    ) -> Result<(AppPasswordSecret, NewSecret), Failure> {
        let secret = AppPasswordSecret::generate(profile, self.random());
        let fast = self.keys().protect(&secret, self.random()).filter(|_| !slow);
        let (locator, verifier) = match fast {
            Some((locator, verifier)) => (locator, Verifier::Fast(verifier)),
            None => {
                let canonical = secret.expose_canonical();
                let account = account.unwrap_or(AccountId::from_bytes([0; 16]));
                let hash = self.hash_slowly(Zeroizing::new(canonical.to_owned())).await?;
                (self.keys().new_slow_locator(account, canonical), Verifier::Slow(hash))
            }
        };
        let id = SecretId::generate(&*self.parts.clock, self.random());
        Ok((secret, NewSecret { id, locator, verifier, created_at: self.now() }))
    }

    async fn hash_slowly(&self, canonical: Zeroizing<String>) -> Result<SlowHash, Failure> {
        let random = Arc::clone(&self.parts.random);
        self.hashing.run(move || SlowHash::make(&canonical, SlowHashCost::STANDARD, &*random)).await
    }
}

//! Finding the app password whose secret was presented.

use postern_storage::{Candidate, SecretLookup, Verifier};
use zeroize::Zeroizing;

use super::{Named, PresentedName};
use crate::{Failure, Service};

impl Service {
    /// By one point read and one keyed hash, or the same hash of nothing.
    pub(super) async fn find_fast(
        &self,
        canonical: &Zeroizing<String>,
        name: &PresentedName,
    ) -> Result<Option<Box<Candidate>>, Failure> {
        let locators = self.keys().locators(canonical);
        let lookup = SecretLookup { locators: locators.as_slice(), name: name.as_name() };
        let candidates = self.parts.store.find_candidates(&lookup).await?;
        if candidates.is_empty() {
            self.keys().verify_nothing(canonical);
        }
        for candidate in candidates {
            if let Verifier::Fast(verifier) = &candidate.secret.verifier
                && self.keys().verify(verifier, canonical)?
            {
                return Ok(Some(Box::new(candidate)));
            }
        }
        Ok(None)
    }

    /// Among the secrets of the named account that are stored with Argon2id. A wrong one is hashed only when it shares 16
    /// keyed bits with a stored one, which is once in 65,536 guesses for each.
    pub(super) async fn find_slow(
        &self,
        canonical: &Zeroizing<String>,
        named: &Named,
        name: &PresentedName,
    ) -> Result<Option<Box<Candidate>>, Failure> {
        let locators = self.keys().slow_locators(named.id_or_decoy(), canonical);
        let lookup = SecretLookup { locators: locators.as_slice(), name: name.as_name() };
        for candidate in self.parts.store.find_candidates(&lookup).await? {
            let Verifier::Slow(hash) = &candidate.secret.verifier else { continue };
            let (hash, secret) = (hash.clone(), canonical.clone());
            if candidate.name_matches
                && name.is_address()
                && self.hashing.run(move || hash.verify(&secret)).await?
            {
                return Ok(Some(Box::new(candidate)));
            }
        }
        Ok(None)
    }
}

//! Checking the account password of the named account.

use postern_domain::account::password::SlowHash;
use postern_domain::lockout::LockoutVerdict;

use super::{Named, Presented, Recognised};
use crate::{Failure, Service};

impl Service {
    pub(super) async fn check_account_password(
        &self,
        named: Named,
        presented: &Presented<'_>,
    ) -> Result<Recognised, Failure> {
        // NUL ends a string in too many of the systems behind us for a password with one to mean one thing.
        let typed = presented.secret.as_account_password().filter(|typed| !typed.expose().contains('\0'));
        let Some(typed) = typed else { return Ok(self.nothing(&named, presented)) };
        let subject = named.subject(presented.name).clone();
        let tag = self.keys().tag(subject.as_str(), typed.expose().as_bytes());
        let id = named.account.as_ref().map(|account| account.id);
        let judge = || match self.account_passwords().verdict(&subject, presented.address, tag, presented.now)
        {
            LockoutVerdict::Check => None,
            LockoutVerdict::KnownWrong => Some(Recognised::Nothing { named: id, tag }),
            // A name that is no address can be held up by anybody; its program is told that it is wrong, not to wait.
            LockoutVerdict::Wait { .. } if !presented.name.is_address() => {
                Some(Recognised::Nothing { named: id, tag })
            }
            LockoutVerdict::Wait { .. } => Some(Recognised::HeldUp { named: id, tag }),
        };
        if let Some(settled) = judge() {
            return Ok(settled);
        }
        let slot = self.hashing.admit().await?;
        // Asked again now that it is this one's turn: guesses that were sent all at once are counted one by one.
        if let Some(settled) = judge() {
            return Ok(settled);
        }
        let hash =
            named.password.as_ref().map_or_else(|| SlowHash::decoy().clone(), |record| record.hash.clone());
        // The slot is kept until a wrong one is counted: whoever is next asks about it.
        let (right, _slot) = slot.run_and_keep(move || hash.verify(typed.expose())).await?;
        match (named.account, named.password) {
            (Some(account), Some(record)) if right => {
                Ok(Recognised::AccountPassword { account: Box::new(account), record })
            }
            _ => {
                self.account_passwords().wrong(&subject, presented.address, tag, presented.now);
                Ok(Recognised::Nothing { named: id, tag })
            }
        }
    }
}

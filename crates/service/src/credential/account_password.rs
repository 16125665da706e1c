//! Checking the account password of the named account.

use postern_domain::Timestamp;
use postern_domain::account::password::SlowHash;
use postern_domain::account::{Account, AccountStatus};
use postern_domain::lockout::{LockoutVerdict, Unfit};

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
        if let Some(settled) = self.settled(&named, presented, tag) {
            return Ok(settled);
        }
        let slot = self.hashing.admit().await?;
        // Asked again now that it is this one's turn: guesses that were sent all at once are counted one by one.
        if let Some(settled) = self.settled(&named, presented, tag) {
            return Ok(settled);
        }
        let hash =
            named.password.as_ref().map_or_else(|| SlowHash::decoy().clone(), |record| record.hash.clone());
        // The slot is kept until what opens nothing is counted: whoever is next asks about it.
        let (right, _slot) = slot.run_and_keep(move || hash.verify(typed.expose())).await?;
        let opens_nothing = |unfit| {
            let (address, now) = (presented.address, presented.now);
            self.account_passwords().opened_nothing(&subject, address, tag, unfit, now);
        };
        match (named.account, named.password) {
            (Some(account), Some(record)) if right => Ok(match (presented.rule)(&account) {
                Some(reason) => {
                    opens_nothing(Unfit::Refused { counts_for_network: counts_for_network(&account) });
                    Recognised::RefusedAccountPassword { account: Box::new(account), reason }
                }
                None => Recognised::AccountPassword { account: Box::new(account), record },
            }),
            (account, _) => {
                opens_nothing(Unfit::Wrong);
                Ok(Recognised::Nothing { named: account.map(|account| account.id), tag })
            }
        }
    }

    /// What need not be hashed: what is remembered, and what has to wait.
    fn settled(&self, named: &Named, presented: &Presented<'_>, tag: u64) -> Option<Recognised> {
        let Presented { name, address, now, .. } = *presented;
        let (subject, id) = (named.subject(name), named.account.as_ref().map(|account| account.id));
        let mut verdict = self.account_passwords().verdict(subject, address, tag, now);
        if let LockoutVerdict::KnownRefused { at } = verdict {
            // The rule is asked anew with what the database has now: only that the secret is right is remembered, and
            // that only to refuse it. What the rule lets in by now is hashed.
            if let Some(refused) = still_refused(named, presented, at) {
                return Some(refused);
            }
            verdict = self.account_passwords().verdict_of_new(subject, address, now);
        }
        match verdict {
            LockoutVerdict::Check | LockoutVerdict::KnownRefused { .. } => None,
            LockoutVerdict::KnownWrong => Some(Recognised::Nothing { named: id, tag }),
            // A name that is no address can be held up by anybody; its program is told that it is wrong, not to wait.
            LockoutVerdict::Wait { .. } if !name.is_address() => Some(Recognised::Nothing { named: id, tag }),
            LockoutVerdict::Wait { .. } => Some(Recognised::HeldUp { named: id, tag }),
        }
    }
}

/// The refusal of a password that was right and refused at `at`, if it is the same password and the rule still refuses.
fn still_refused(named: &Named, presented: &Presented<'_>, at: Timestamp) -> Option<Recognised> {
    let account = named.account.as_ref()?;
    named.password.as_ref().filter(|record| record.changed_at <= at)?;
    let reason = (presented.rule)(account)?;
    Some(Recognised::RefusedAccountPassword { account: Box::new(account.clone()), reason })
}

/// At a blocked account nothing else tells that a password is right, so it counts as a wrong one in everything. At an
/// active one the portal tells it to whoever asks, by asking for the second factor; and where MFA is rolled out, hundreds
/// of phones behind one address go on with passwords that are right, which must not shut the portal to that network.
fn counts_for_network(account: &Account) -> bool {
    account.status != AccountStatus::Active
}

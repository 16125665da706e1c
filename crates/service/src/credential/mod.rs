//! Recognising a credential: whose is this secret, and what is it? The one place where secrets are compared, for doors
//! and portal alike. What may be done with it is decided afterwards, by the rules.
//!
//! An unknown name, a blocked account and a wrong secret cost the same reads and the same hashing. A right account password
//! that a rule refuses does too, and is remembered and counted as a wrong one is
//! ([ADR 0034](../../../../docs/adr/0034-a-refused-password-is-treated-as-a-wrong-one.md)).

mod account_password;
mod app_password;
mod presented_name;

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::app_password::TypedSecret;
use postern_domain::id::AccountId;
use postern_domain::sign_in::RefusalReason;
use postern_storage::{AccountPasswordRecord, Candidate};

pub(crate) use presented_name::PresentedName;

use crate::{Failure, Service};

/// What a secret turned out to be.
pub(crate) enum Recognised {
    /// An app password of the named account. Whether it may be used is not decided yet.
    AppPassword(Box<Candidate>),
    /// An app password of another account than the named one.
    OthersAppPassword {
        /// The app password, with its account.
        candidate: Box<Candidate>,
        /// The named account, when there is one.
        named: Option<AccountId>,
    },
    /// The named account's password, to which the rule of the place has no objection.
    AccountPassword {
        /// The account.
        account: Box<Account>,
        /// What the password was checked against.
        record: AccountPasswordRecord,
    },
    /// The named account's password, which the rule of the place refuses. It cost and counted what a wrong one does, and
    /// has to be answered in the same way.
    RefusedAccountPassword {
        /// The account.
        account: Box<Account>,
        /// Why, for its owner and administrators.
        reason: RefusalReason,
    },
    /// Nothing that is known.
    Nothing {
        /// The named account, when there is one.
        named: Option<AccountId>,
        /// By which the same wrong secret is known again.
        tag: u64,
    },
    /// Not looked at, because of too many wrong secrets.
    HeldUp {
        /// The named account, when there is one.
        named: Option<AccountId>,
        /// By which the same wrong secret is known again.
        tag: u64,
    },
}

/// A name and a secret from somewhere.
pub(crate) struct Presented<'a> {
    pub(crate) name: &'a PresentedName,
    pub(crate) secret: &'a TypedSecret,
    pub(crate) address: IpAddr,
    pub(crate) now: Timestamp,
    /// Why the place would refuse the account's own password. Asked here, and not when everything is over, because a right
    /// password that is refused has to be counted before the next one's turn.
    pub(crate) rule: &'a Rule<'a>,
}

/// Why a place refuses the password of an account, if it does.
pub(crate) type Rule<'a> = dyn Fn(&Account) -> Option<RefusalReason> + Sync + 'a;

impl Service {
    /// Recognises a credential. An app password is looked for first, so that no lockout ever holds a valid one up.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn recognise(&self, presented: &Presented<'_>) -> Result<Recognised, Failure> {
        let strong = presented.secret.as_strong_app_password();
        if let Some(canonical) = &strong
            && let Some(candidate) = self.find_fast(canonical, presented.name).await?
        {
            if candidate.name_matches && presented.name.is_address() {
                return Ok(Recognised::AppPassword(candidate));
            }
            let named = self.find_named(presented.name).await?.account.map(|account| account.id);
            return Ok(Recognised::OthersAppPassword { candidate, named });
        }
        let named = self.find_named(presented.name).await?;
        let is_strong = strong.is_some();
        if let Some(canonical) = strong.or_else(|| presented.secret.as_short_app_password())
            && let Some(candidate) = self.find_slow(&canonical, &named, presented.name).await?
        {
            return Ok(Recognised::AppPassword(candidate));
        }
        if is_strong {
            return Ok(self.nothing(&named, presented));
        }
        self.check_account_password(named, presented).await
    }

    /// The reads that follow when a secret is not found, for an app password that was found and is refused: so that the
    /// time of a refusal does not tell whether its secret is known. The look-up among the slow ones is left out, which
    /// costs what decoding the found row did.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn read_as_for_an_unknown_secret(&self, name: &PresentedName) -> Result<(), Failure> {
        self.find_named(name).await.map(drop)
    }

    fn nothing(&self, named: &Named, presented: &Presented<'_>) -> Recognised {
        let subject = named.subject(presented.name);
        // What is beyond the longest possible secret tells nothing more.
        let secret = presented.secret.expose();
        let tag = self.keys().tag(subject.as_str(), &secret[..secret.len().min(TypedSecret::LONGEST)]);
        Recognised::Nothing { named: named.account.as_ref().map(|account| account.id), tag }
    }
}

/// The account that a name names.
pub(crate) struct Named {
    account: Option<Account>,
    password: Option<AccountPasswordRecord>,
}

/// The id of no account, for the reads that an unknown name costs.
const NO_ACCOUNT: AccountId = AccountId::from_bytes([0; 16]);

impl Named {
    fn id_or_decoy(&self) -> AccountId {
        self.account.as_ref().map_or(NO_ACCOUNT, |account| account.id)
    }

    /// The name under which wrong secrets are remembered: one for each account, whichever address was used.
    fn subject<'a>(&'a self, presented: &'a PresentedName) -> &'a postern_domain::account::AccountName {
        self.account.as_ref().map_or_else(|| presented.as_name(), |account| &account.name)
    }
}

impl Service {
    /// Two reads, whether the name is known or not: for an unknown one, those of some account that there is.
    async fn find_named(&self, name: &PresentedName) -> Result<Named, Failure> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let stand_in = self.stand_in.get().copied().unwrap_or(NO_ACCOUNT);
        let account = snapshot.account_by_presented_address(name.as_name(), stand_in).await?;
        let account = account.filter(|_| name.is_address());
        let id = account.as_ref().map(|account| account.id);
        let password = snapshot.account_password(id.unwrap_or(stand_in)).await?;
        if let Some(id) = id {
            // The first account of a new database is known from its first sign-in on.
            self.stand_in.get_or_init(|| id);
        }
        Ok(Named { password: password.filter(|_| account.is_some()), account })
    }
}

#[cfg(test)]
mod tests;

//! Lockout: delays for distinct wrong secrets, by account and network.
//!
//! A repeated wrong secret (a device with an old password) costs nothing; a valid app password is never held up,
//! because it is looked for before anybody asks here.

use std::net::IpAddr;
use std::time::Duration;

use crate::Timestamp;
use crate::account::AccountName;

/// Limits of the lockout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LockoutPolicy {
    /// Distinct wrong secrets that cost nothing: typing errors.
    pub free: u32,
    /// Wait after the first that costs; doubles with each further one.
    pub first_wait: Duration,
    /// Longest wait.
    pub longest_wait: Duration,
    /// Wrong secrets are forgotten after this long.
    pub memory: Duration,
    /// Distinct wrong secrets for one account from everywhere that close account-password sign-in for `longest_wait`.
    pub account_limit: u32,
    /// Distinct wrong secrets from one network for all accounts that close it for `longest_wait`.
    pub network_limit: u32,
    /// A network with a right sign-in this recently is not closed by `account_limit`.
    pub trust: Duration,
}

impl LockoutPolicy {
    /// What the server uses.
    pub const STANDARD: Self = Self {
        // Nobody mistypes the same password in more than five different ways before looking it up.
        free: 5,
        // Not felt by a person who types, and already 30 guesses a minute at most.
        first_wait: Duration::from_secs(2),
        // Reached with the tenth wait: 96 guesses a day are left, and a person waits no longer than a coffee.
        longest_wait: Duration::from_secs(15 * 60),
        // A device that tries its old password once a night is still recognised the next night.
        memory: Duration::from_secs(26 * 3600),
        // NIST SP 800-63B-4 3.2.2: no more than 100 failures in a row without something that slows the next one.
        account_limit: 100,
        // Above the typing errors of an office of some hundred people behind one address, far below what spraying
        // one common password over many accounts needs.
        network_limit: 500,
        // Somebody who was on holiday comes home to an account under attack and is still let in.
        trust: Duration::from_secs(30 * 24 * 3600),
    };
}

/// What is to be done with an attempt whose secret is no app password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LockoutVerdict {
    /// Check it now, and call [`Lockout::wrong`] or [`Lockout::right`] with what came of it.
    Check,
    /// It was wrong before and is remembered: refuse it as wrong, without hashing it and without a call to
    /// [`Lockout::wrong`].
    KnownWrong,
    /// Do not check it; a temporary refusal until that moment.
    Wait {
        /// When the next attempt will be checked.
        until: Timestamp,
    },
}

/// The wrong secrets that this server remembers. Bounded: see [`Lockout::MOST_ENTRIES`].
#[derive(Debug)]
pub struct Lockout {
    policy: LockoutPolicy,
}

impl Lockout {
    /// Most pairs of account and network remembered; the oldest is forgotten first.
    pub const MOST_ENTRIES: usize = 65_536;

    /// Nothing remembered.
    #[must_use]
    pub fn new(policy: LockoutPolicy) -> Self {
        Self { policy }
    }

    /// Whether a secret for `account` from `address` is to be checked at `now`.
    #[must_use]
    pub fn verdict(
        &self,
        _account: &AccountName,
        _address: IpAddr,
        _tag: u64,
        _now: Timestamp,
    ) -> LockoutVerdict {
        todo!()
    }

    /// Remembers a wrong secret by its keyed tag; one that is remembered already changes nothing.
    pub fn wrong(&mut self, _account: &AccountName, _address: IpAddr, _tag: u64, _now: Timestamp) {
        todo!()
    }

    /// A right secret (at the portal: with its second factor). Forgets the wrong ones of that account and network, and
    /// lets that network in for [`LockoutPolicy::trust`] when the account is closed to others.
    pub fn right(&mut self, _account: &AccountName, _address: IpAddr, _now: Timestamp) {
        todo!()
    }

    /// Forgets everything about an account. To be called when its account password or a short app password of it
    /// changes: a secret that was wrong before may be right now.
    pub fn forget(&mut self, _account: &AccountName) {
        todo!()
    }

    /// The limits in force.
    #[must_use]
    pub const fn policy(&self) -> &LockoutPolicy {
        &self.policy
    }
}

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
}

/// What is to be done with an attempt whose secret is no app password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LockoutVerdict {
    /// Check it now.
    Check,
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

    /// A right account password with its second factor: forgets what is remembered of that account and network.
    pub fn right(&mut self, _account: &AccountName, _address: IpAddr) {
        todo!()
    }

    /// The limits in force.
    #[must_use]
    pub const fn policy(&self) -> &LockoutPolicy {
        &self.policy
    }
}

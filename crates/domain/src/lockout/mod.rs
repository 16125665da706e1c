//! Lockout: delays for distinct wrong secrets, by account and network.
//!
//! A repeated wrong secret (a device with an old password) costs nothing; a valid app password is never held up,
//! because it is looked for before anybody asks here. A right secret that a rule refuses is treated as a wrong one
//! (ADR 0034).
//!
//! A network is a /24 of IPv4 or a /64 of IPv6: what one attacker is usually given. Everything is kept in memory and
//! on this server alone; a restart forgets it, which costs an attacker's delays and nothing else.

mod generations;
mod recent;
mod tally;

use self::generations::Generations;
use self::recent::{Recent, Tried};
use self::tally::Tally;

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use crate::Timestamp;
use crate::account::AccountName;
use crate::network::network_of;

/// Limits of the lockout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LockoutPolicy {
    /// Distinct wrong secrets of an account from a network that cost nothing: typing errors. At most 15 count.
    pub free: u32,
    /// Wait after the first that costs; doubles with each further one.
    pub first_wait: Duration,
    /// Longest wait.
    pub longest_wait: Duration,
    /// Wrong secrets are forgotten after this long.
    pub memory: Duration,
    /// Distinct wrong secrets for one account from everywhere that close account-password sign-in for `longest_wait`.
    /// The count runs out evenly: a full one within `memory`.
    pub account_limit: u32,
    /// Distinct wrong secrets from one network for all accounts that close it for `longest_wait`; runs out alike. The
    /// same secret for two accounts counts twice: that is how common passwords are sprayed.
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
    /// It was right before, and a rule refused it. While the rule still does, refuse it as at the first time, again
    /// without hashing it. Otherwise this is no answer: ask [`Lockout::verdict_of_new`].
    KnownRefused {
        /// When. Of a password that was set since then nothing is known.
        at: Timestamp,
    },
    /// Do not check it; a temporary refusal until that moment.
    Wait {
        /// When the next attempt will be checked.
        until: Timestamp,
    },
}

/// Why a secret opened nothing. Whoever presents it must not be able to tell which it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// It is wrong.
    Wrong,
    /// It is right, and a rule refuses it, at this place or for this account.
    Refused {
        /// Whether it counts for its network as a wrong one does.
        counts_for_network: bool,
    },
}

/// The wrong secrets that this server remembers. Bounded: see [`Lockout::MOST_ENTRIES`].
pub struct Lockout {
    policy: LockoutPolicy,
    accounts: Generations<AccountName, AccountMemory>,
    /// By the account memory's serial number, so that what belongs to a forgotten account cannot be found any more.
    pairs: Generations<(u64, IpNet), PairMemory>,
    networks: Generations<IpNet, Tally>,
    next_serial: u64,
}

/// What is remembered of an account, from everywhere.
struct AccountMemory {
    serial: u64,
    tried: Recent,
    tally: Tally,
}

/// What is remembered of an account and a network.
#[derive(Default)]
struct PairMemory {
    tried: Recent,
    right_at: Option<Timestamp>,
}

impl Lockout {
    /// Most accounts, most networks and most pairs of them remembered, each: 70 MB at worst. The ones that nobody
    /// tried for longest are forgotten first.
    pub const MOST_ENTRIES: usize = 65_536;

    /// Nothing remembered.
    #[must_use]
    pub fn new(policy: LockoutPolicy) -> Self {
        Self::bounded(policy, Self::MOST_ENTRIES)
    }

    fn bounded(policy: LockoutPolicy, most: usize) -> Self {
        Self {
            policy,
            accounts: Generations::new(most),
            pairs: Generations::new(most),
            networks: Generations::new(most),
            next_serial: 0,
        }
    }

    /// Whether a secret for `account` from `address` is to be checked at `now`.
    ///
    /// `account` is the primary name whichever alias was typed, so that aliases share one count. Ask in the same way
    /// for a user name that no account has: otherwise the answers tell which accounts there are.
    #[must_use]
    pub fn verdict(
        &self,
        account: &AccountName,
        address: IpAddr,
        tag: u64,
        now: Timestamp,
    ) -> LockoutVerdict {
        let memory = self.policy.memory;
        let remembered = self.accounts.get(account);
        let pair = self.pair(remembered, address);
        let known = remembered
            .and_then(|account| account.tried.knows(tag, now, memory))
            .or_else(|| pair.and_then(|pair| pair.tried.knows(tag, now, memory)));
        match known {
            Some(Tried { refused: false, .. }) => LockoutVerdict::KnownWrong,
            Some(Tried { refused: true, at, .. }) => LockoutVerdict::KnownRefused { at },
            None => self.verdict_of_new(account, address, now),
        }
    }

    /// The verdict on a secret of which nothing is known: to be checked, or to wait.
    #[must_use]
    pub fn verdict_of_new(&self, account: &AccountName, address: IpAddr, now: Timestamp) -> LockoutVerdict {
        let account = self.accounts.get(account);
        let pair = self.pair(account, address);
        let trusted = pair
            .and_then(|pair| pair.right_at)
            .is_some_and(|right_at| now.since(right_at) < self.policy.trust);
        let closed = |tally: &Tally| self.waits_until(tally.full_at()?, self.policy.longest_wait, now);
        let waits = [
            pair.and_then(|pair| self.pair_waits_until(pair, now)),
            account.filter(|_| !trusted).and_then(|account| closed(&account.tally)),
            self.networks.get(&network_of(address)).and_then(closed),
        ];
        match waits.into_iter().flatten().max() {
            Some(until) => LockoutVerdict::Wait { until },
            None => LockoutVerdict::Check,
        }
    }

    /// Remembers a wrong secret by its keyed tag; one that is remembered already changes nothing.
    ///
    /// Where second factors are counted (by a lockout of their own), the tag must cover the time step: the same digits may
    /// be right later.
    pub fn wrong(&mut self, account: &AccountName, address: IpAddr, tag: u64, now: Timestamp) {
        self.opened_nothing(account, address, tag, Unfit::Wrong, now);
    }

    /// Remembers a secret that opened nothing by its keyed tag, and counts it as a guess: a right one that a rule refuses
    /// no less than a wrong one. Otherwise whoever tries it twice, or until others are held up, learns that it is right.
    /// One that is remembered already counts no more.
    pub fn opened_nothing(
        &mut self,
        account: &AccountName,
        address: IpAddr,
        tag: u64,
        unfit: Unfit,
        now: Timestamp,
    ) {
        let LockoutPolicy { memory, account_limit, network_limit, .. } = self.policy;
        let network = network_of(address);
        let account = touched(&mut self.accounts, account, &mut self.next_serial);
        let pair = self.pairs.touch((account.serial, network), PairMemory::default);
        let (refused, counts_for_network) = match unfit {
            Unfit::Wrong => (false, true),
            Unfit::Refused { counts_for_network } => (true, counts_for_network),
        };
        if pair.tried.remember(tag, refused, now, memory) && counts_for_network {
            self.networks.touch(network, Tally::default).add(network_limit, memory, now);
        }
        // A device with an old password that moves from network to network is one wrong secret for the account.
        if account.tried.remember(tag, refused, now, memory) {
            account.tally.add(account_limit, memory, now);
        }
    }

    /// A right secret (at the portal: with its second factor). Forgets the wrong ones of that account and network, and
    /// lets that network in for [`LockoutPolicy::trust`] when the account is closed to others.
    pub fn right(&mut self, account: &AccountName, address: IpAddr, now: Timestamp) {
        let account = touched(&mut self.accounts, account, &mut self.next_serial);
        let pair = self.pairs.touch((account.serial, network_of(address)), PairMemory::default);
        *pair = PairMemory { tried: Recent::default(), right_at: Some(now) };
    }

    /// Forgets everything about an account. To be called whenever a secret that was wrong before may be right now: its
    /// account password was changed, a short app password of it was created or rotated, or the user name was given
    /// to an account. On every server, so from the change feed too.
    pub fn forget(&mut self, account: &AccountName) {
        self.accounts.remove(account);
    }

    /// The limits in force.
    #[must_use]
    pub const fn policy(&self) -> &LockoutPolicy {
        &self.policy
    }

    fn pair(&self, account: Option<&AccountMemory>, address: IpAddr) -> Option<&PairMemory> {
        self.pairs.get(&(account?.serial, network_of(address)))
    }

    fn pair_waits_until(&self, pair: &PairMemory, now: Timestamp) -> Option<Timestamp> {
        let LockoutPolicy { free, first_wait, longest_wait, memory, .. } = self.policy;
        let free = usize::try_from(free).unwrap_or(usize::MAX).min(Recent::MOST - 1);
        let doublings = pair.tried.count(now, memory).checked_sub(free + 1)?;
        let factor = 1 << doublings.min(Recent::MOST);
        self.waits_until(pair.tried.last()?, first_wait.saturating_mul(factor).min(longest_wait), now)
    }

    /// The end of a wait that began at `from`, when it is still to come.
    fn waits_until(&self, from: Timestamp, wait: Duration, now: Timestamp) -> Option<Timestamp> {
        let longest = self.policy.longest_wait;
        // A clock that was set back by a little prolongs the wait by no more than that; one that was set back by more
        // than any wait ends it, for otherwise the account would be closed until the clock has caught up.
        let still_to_come = from.plus(wait) > now && from.since(now) <= longest;
        still_to_come.then(|| from.plus(wait).min(now.plus(longest)))
    }
}

fn touched<'a>(
    accounts: &'a mut Generations<AccountName, AccountMemory>,
    account: &AccountName,
    next_serial: &mut u64,
) -> &'a mut AccountMemory {
    accounts.touch(account.clone(), || {
        *next_serial += 1;
        AccountMemory { serial: *next_serial, tried: Recent::default(), tally: Tally::default() }
    })
}

/// The policy and how much is remembered, not of whom.
impl fmt::Debug for Lockout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lockout")
            .field("policy", &self.policy)
            .field("accounts", &self.accounts.len())
            .field("pairs", &self.pairs.len())
            .field("networks", &self.networks.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

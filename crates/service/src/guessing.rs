//! How many guesses are let through: at account passwords, and at second factors.

use std::time::Duration;

use postern_domain::lockout::{Lockout, LockoutPolicy};

pub(crate) fn account_passwords() -> Lockout {
    Lockout::new(LockoutPolicy::STANDARD)
}

/// A code has six digits and two of them are right at a time, so guesses must be far fewer than for a password. Who
/// guesses codes has the account password already, so that nobody else can shut an owner out with this.
pub(crate) fn second_factors() -> Lockout {
    Lockout::new(LockoutPolicy {
        // Typing errors, and codes that ran out while they were typed.
        free: 5,
        // A code lives that long; the next one will be another.
        first_wait: Duration::from_secs(30),
        // With `account_limit` at most some 35 guesses a day, of 500,000: a month of them finds a code once in 500.
        longest_wait: Duration::from_secs(3600),
        memory: Duration::from_secs(24 * 3600),
        account_limit: 10,
        // Many people behind one address may mistype codes on the same morning.
        network_limit: 500,
        // A network from which the owner got in is no reason to let guesses through.
        trust: Duration::ZERO,
    })
}

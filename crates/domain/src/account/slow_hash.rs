//! Argon2id, for secrets that people choose or that are too short for a fast hash.

use std::sync::LazyLock;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};

use crate::Random;

/// A stored Argon2id hash (PHC string). Also used for app passwords of a profile under 112 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct SlowHash(String);

/// Cost of Argon2id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SlowHashCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl SlowHashCost {
    /// 19 MiB, 2 passes, 1 lane: the least that the OWASP cheat sheet recommends; about 15 ms.
    pub const STANDARD: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

    /// Argon2's parameters. What Argon2 cannot do (no pass, no lane, under 8 KiB a lane) is raised to the least that
    /// it can.
    fn params(self) -> Params {
        let lanes = self.lanes.clamp(Params::MIN_P_COST, Params::MAX_P_COST);
        let memory = self.memory_kib.max(lanes.saturating_mul(Params::MIN_M_COST));
        let passes = self.passes.max(Params::MIN_T_COST);
        Params::new(memory, passes, lanes, None).expect("the cost was raised to Argon2's least")
    }
}

impl SlowHash {
    /// Hashes `secret`. Takes milliseconds of CPU: never call it on an async thread.
    ///
    /// # Panics
    /// When there is no memory of the cost's size to be had.
    #[must_use]
    pub fn make(secret: &str, cost: SlowHashCost, random: &dyn Random) -> Self {
        let salt = crate::random::bytes::<16>(random);
        let hash = hasher(cost.params()).hash_password_with_salt(secret.as_bytes(), &salt);
        Self(hash.expect("parameters and salt are valid, so only memory can be wanting").to_string())
    }

    /// A hash of nothing that anybody knows, to spend the same time on an unknown account. It is of
    /// [`SlowHashCost::STANDARD`], and its output is no hash of anything: a fixed text stands in its place.
    #[must_use]
    pub fn decoy() -> &'static Self {
        static DECOY: LazyLock<SlowHash> = LazyLock::new(|| {
            let hash = PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: (&SlowHashCost::STANDARD.params()).try_into().expect("a constant"),
                salt: Some(phc::Salt::new(b"the decoy's salt").expect("a constant of 16 octets")),
                hash: Some(
                    phc::Output::new(b"no secret hashes to these octets").expect("a constant of 32 octets"),
                ),
            };
            SlowHash(hash.to_string())
        });
        &DECOY
    }

    /// Whether `secret` is the one that was hashed. Takes milliseconds of CPU.
    ///
    /// A stored hash that cannot be read is never right and takes the decoy's time; ask [`Self::is_readable`] first
    /// where a damaged store must not be reported as a wrong secret.
    ///
    /// # Panics
    /// When there is no memory of the cost's size to be had: a failure of ours, which is no wrong secret.
    #[must_use]
    pub fn verify(&self, secret: &str) -> bool {
        let Some(hash) = self.parsed() else {
            let _time_spent = Self::decoy().verify(secret);
            return false;
        };
        let cost = Params::try_from(&hash).unwrap_or_default();
        match hasher(cost).verify_password(secret.as_bytes(), &hash) {
            Ok(()) => true,
            Err(argon2::password_hash::Error::PasswordInvalid) => false,
            Err(error) => unreachable!("a readable hash fails for want of memory only: {error}"),
        }
    }

    /// Whether the text that storage kept is an Argon2id hash with salt and output.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.parsed().is_some()
    }

    /// Whether it was made at a lower cost than `cost` (less memory or fewer passes), or cannot be read, and should be
    /// made anew at the next sign-in. Lanes change the time, not the cost to an attacker.
    #[must_use]
    pub fn is_weaker_than(&self, cost: SlowHashCost) -> bool {
        let made_at = self.parsed().and_then(|hash| Params::try_from(&hash).ok());
        let wanted = cost.params();
        made_at.is_none_or(|made_at| made_at.m_cost() < wanted.m_cost() || made_at.t_cost() < wanted.t_cost())
    }

    /// The PHC string that storage keeps.
    #[must_use]
    pub fn as_phc(&self) -> &str {
        &self.0
    }

    /// The hash that storage kept.
    #[must_use]
    pub fn from_phc(phc: String) -> Self {
        Self(phc)
    }

    fn parsed(&self) -> Option<PasswordHash> {
        let hash = PasswordHash::new(&self.0).ok()?;
        let complete = hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && hash.salt.is_some()
            && hash.hash.is_some()
            && Params::try_from(&hash).is_ok();
        complete.then_some(hash)
    }
}

fn hasher(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// `SlowHash`, never the hash.
impl std::fmt::Debug for SlowHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SlowHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::test::Stream;

    const CHEAP: SlowHashCost = SlowHashCost { memory_kib: 64, passes: 1, lanes: 1 };

    #[test]
    fn a_hash_verifies_its_secret_and_no_other() {
        let hash = SlowHash::make("correct horse", CHEAP, &Stream::from(1));
        assert!(hash.verify("correct horse"));
        for wrong in ["correct horsE", "correct horse ", ""] {
            assert!(!hash.verify(wrong), "{wrong:?}");
        }
        assert!(SlowHash::from_phc(hash.as_phc().to_owned()).verify("correct horse"));
    }

    #[test]
    fn the_stored_form_does_not_drift() {
        let hash = SlowHash::make("correct horse", SlowHashCost::STANDARD, &Stream::from(1));
        insta::assert_snapshot!(hash.as_phc(), @"$argon2id$v=19$m=19456,t=2,p=1$5QULEB0WklbBXAKJ7C0KkQ$NlbaUkZaio6UWaXgnebAfcXGRMv222sy4AgT+w+/EUg");
        assert!(!hash.is_weaker_than(SlowHashCost::STANDARD));
    }

    /// The example of RFC 9106's reference implementation (`argon2id`, version 19, 64 MiB, 2 passes), so that a hash
    /// made elsewhere verifies here.
    #[test]
    fn a_hash_made_elsewhere_verifies() {
        let elsewhere =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(SlowHash::from_phc(elsewhere.to_owned()).verify("password"));
    }

    #[test]
    fn each_salt_is_its_own() {
        let random = Stream::from(1);
        assert!(SlowHash::make("x", CHEAP, &random) != SlowHash::make("x", CHEAP, &random));
    }

    #[test]
    fn what_cannot_be_read_is_never_right_and_is_made_anew() {
        let whole = SlowHash::make("", CHEAP, &Stream::from(1)).as_phc().to_owned();
        let without_output = whole.rsplit_once('$').unwrap().0.to_owned();
        for phc in [
            String::new(),
            "plain".to_owned(),
            without_output,
            whole.replace("argon2id", "argon2i"),
            whole.replace("v=19", "v=16"),
            whole.replace("m=64", "m=1"),
            whole.replace("t=1", "t=0"),
        ] {
            let hash = SlowHash::from_phc(phc.clone());
            assert!(!hash.is_readable(), "{phc}");
            assert!(!hash.verify(""), "{phc}");
            assert!(hash.is_weaker_than(CHEAP), "{phc}");
        }
    }

    #[test]
    fn the_decoy_costs_the_standard_and_knows_no_secret() {
        let decoy = SlowHash::decoy();
        assert!(decoy.is_readable());
        assert!(!decoy.is_weaker_than(SlowHashCost::STANDARD));
        for secret in ["", "no secret hashes to these octets"] {
            assert!(!decoy.verify(secret));
        }
    }

    #[test]
    fn less_memory_or_fewer_passes_are_weaker() {
        let hash =
            SlowHash::make("x", SlowHashCost { memory_kib: 64, passes: 2, lanes: 1 }, &Stream::from(1));
        for (memory_kib, passes, lanes, weaker) in [
            (64, 2, 1, false),
            (65, 2, 1, true),
            (64, 3, 1, true),
            (8, 1, 1, false),
            (64, 2, 4, false),
            (0, 0, 0, false),
        ] {
            let cost = SlowHashCost { memory_kib, passes, lanes };
            assert_eq!(hash.is_weaker_than(cost), weaker, "{cost:?}");
        }
        assert!(
            SlowHash::make("x", SlowHashCost { memory_kib: 0, passes: 0, lanes: 0 }, &Stream::from(1))
                .verify("x")
        );
    }
}

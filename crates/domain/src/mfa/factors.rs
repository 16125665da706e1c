//! How somebody got in to the portal.

use std::fmt;

/// How somebody got in to the portal. Recorded with the session and in the audit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Factors {
    /// With the account password.
    pub password: bool,
    /// With a code: of an authenticator app, from a text or e-mail message, or a recovery code.
    pub code: bool,
    /// With a passkey or security key.
    pub passkey: bool,
    /// Through an outside identity provider, by its name in the configuration.
    pub outside: Option<String>,
    /// Without a second factor, as the browser had given one before and is remembered. Never enough for a sensitive deed.
    pub remembered: bool,
    /// Without a second factor, as the sign-in came from a trusted network. Never enough for a sensitive deed, nor for
    /// somebody with a role.
    pub trusted_network: bool,
}

impl Factors {
    /// Those of somebody whose account password was right.
    #[must_use]
    pub fn password() -> Self {
        Self { password: true, ..Self::default() }
    }

    /// The words for the audit, close to those of RFC 8176: `pwd`, `otp`, `pop` (a key was proved), `outside:NAME`,
    /// `remembered`, `trusted-network`.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let flags = [(self.password, "pwd"), (self.code, "otp"), (self.passkey, "pop")];
        let mut words: Vec<String> =
            flags.iter().filter(|(is_set, _)| *is_set).map(|(_, word)| (*word).to_owned()).collect();
        words.extend(self.outside.as_ref().map(|provider| format!("outside:{provider}")));
        words.extend(self.remembered.then(|| "remembered".to_owned()));
        words.extend(self.trusted_network.then(|| "trusted-network".to_owned()));
        words
    }
}

/// `pwd otp`
impl fmt::Display for Factors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_factor_has_its_word() {
        let all = Factors {
            password: true,
            code: true,
            passkey: true,
            outside: Some("entra".to_owned()),
            remembered: true,
            trusted_network: true,
        };
        assert_eq!(all.to_string(), "pwd otp pop outside:entra remembered trusted-network");
        assert_eq!(Factors::password().to_string(), "pwd");
        assert_eq!(Factors::default().to_string(), "");
    }
}

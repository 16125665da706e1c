//! Passwords that attackers try first: the common ones, and those made from the account's own names.

use std::collections::HashSet;
use std::sync::LazyLock;

use zeroize::Zeroizing;

use super::AccountName;
use super::password::AccountPassword;

/// The most common passwords and the words that they are made of, in lower case. Short words are there too: a digit
/// or two and an exclamation mark make them long enough, and are stripped before the comparison.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Whether `password` is a common one, whatever its case, as it stands or without the digits and punctuation around
/// it (`Summer2026!`), or one character over and over.
pub(super) fn is_common(password: &str) -> bool {
    let lower = Zeroizing::new(password.to_lowercase());
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    let without_end = lower.trim_end_matches(|c: char| !c.is_alphanumeric());
    let mut characters = lower.chars();
    let first = characters.next();
    COMMON.contains(lower.as_str())
        || COMMON.contains(core)
        || COMMON.contains(without_end)
        || characters.all(|character| Some(character) == first)
}

/// Whether `password` is little more than words that everybody can guess from `account`: its local part, the parts of
/// it, the labels of its domain, and this product's name, each of at least four characters. A longer password may
/// contain such a word; what is left beside them must be long enough for a password by itself.
pub(super) fn is_made_from_context(password: &str, account: &AccountName) -> bool {
    let lower = Zeroizing::new(password.to_lowercase());
    let local = account.local_part();
    let joined: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut words: Vec<&str> = local
        .split(|c: char| !c.is_ascii_alphanumeric())
        .chain(account.domain().split('.'))
        .chain([local, joined.as_str(), "postern"])
        .filter(|word| word.len() >= 4)
        .collect();
    // The longest first, so that a name is taken out whole before its parts.
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    let mut rest = lower.clone();
    for word in words {
        rest = Zeroizing::new(rest.replace(word, " "));
    }
    let rest_letters = rest.chars().filter(|character| !character.is_whitespace()).count();
    rest.len() != lower.len() && rest_letters < AccountPassword::LEAST_WITH_MFA
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_form_that_is_compared() {
        assert!(COMMON.len() >= 400, "{}", COMMON.len());
        let lines: Vec<&str> = include_str!("common_passwords.txt").lines().collect();
        assert_eq!(lines.len(), COMMON.len(), "a line comes twice");
        assert!(lines.is_sorted());
        for line in lines {
            assert_eq!(line, line.trim().to_lowercase());
            assert!(is_common(line), "{line}");
        }
    }

    #[test]
    fn common_passwords_in_their_disguises() {
        for common in [
            "password",
            "PASSWORD",
            "Password1",
            "password2026!",
            "Summer2026",
            "2026summer!",
            "!!winter!!",
            "qwertz12345",
            "12345678",
            "1234567890!",
            "1q2w3e4r!",
            "trustno1",
            "trustno1!",
            "aaaaaaaaaaaaaaa",
            "\u{df}\u{df}\u{df}\u{df}",
            "P@ssw0rd",
        ] {
            assert!(is_common(common), "{common}");
        }
        for other in ["passwordless", "my password", "summer rain in 2026", "12345678a9", "tr0ub4dor&3"] {
            assert!(!is_common(other), "{other}");
        }
    }

    #[test]
    fn words_from_the_account_must_not_be_nearly_all() {
        let account = "anna.berg@mail.example.test".parse().unwrap();
        for made in [
            "anna.berg",
            "annaberg1",
            "Anna.Berg!",
            "annaanna",
            "berg2026!",
            "example2026",
            "mailmail",
            "posternpostern",
            "POSTERN 2026",
            "anna berg mail",
            "anna1234567",
        ] {
            assert!(is_made_from_context(made, &account), "{made}");
        }
        for other in ["blackmail letters", "ann-a.be.rg", "annapurna base camp", "2026!2026!", "anna12345678"]
        {
            assert!(!is_made_from_context(other, &account), "{other}");
        }
    }
}

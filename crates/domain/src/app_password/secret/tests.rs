//! Strength of the generator, errors that are caught, forms that are understood.

use std::collections::HashMap;

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

use super::*;
use crate::random::test::Stream;

fn typed(text: &str) -> TypedSecret {
    TypedSecret::new(text.as_bytes())
}

fn canonical_of(profile: Profile, text: &str) -> Option<Zeroizing<String>> {
    if profile.allows_fast_hash() {
        typed(text).as_strong_app_password()
    } else {
        typed(text).as_short_app_password()
    }
}

#[test]
fn the_forms_shown_and_copied() {
    let lines: Vec<String> = Profile::ALL
        .iter()
        .map(|profile| {
            let secret = AppPasswordSecret::generate(*profile, &Stream::from(1));
            format!(
                "{}: {} | {} | {}",
                profile.name(),
                &**secret.expose_grouped(),
                &**secret.expose_ungrouped(),
                secret.expose_canonical()
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    standard: rfqv-8113-h9cs-ytp0-pyxj-gwx6 | rfqv8113h9csytp0pyxjgwx6 | rfqv8113h9csytp0pyxjgwx6
    capitals-and-digits: P7-rfqv-8113-h9cs-ytp0-pyxj-gwx6 | P7rfqv8113h9csytp0pyxjgwx6 | rfqv8113h9csytp0pyxjgwx6
    sixteen-letters: yfqv-jbzc-ejcq-fdpy | yfqvjbzcejcqfdpy | yfqvjbzcejcqfdpy
    ");
}

/// A strong secret is one of 31^23 equally likely ones, 113.9 bits; a short one of 21^16, 70.3 bits. That the
/// outcomes are equally likely follows from the sampler's test of every octet (`symbols::sampling_has_no_bias`) and
/// from the check symbol being a function of the others.
#[test]
fn the_outcomes_are_as_many_as_promised() {
    let strong = (symbols::ALPHABET.len() as u128).pow(u32::try_from(RANDOM_SYMBOLS).unwrap());
    assert!(strong >= 1 << 112);
    assert_eq!(strong.ilog2(), 113);
    let short = (symbols::LETTERS.len() as u128).pow(u32::try_from(SHORT_LETTERS).unwrap());
    assert!(short >= 1 << 64);
    assert_eq!(short.ilog2(), 70);
    for profile in Profile::ALL {
        let bits = if profile.allows_fast_hash() { strong } else { short };
        assert_eq!(profile.allows_fast_hash(), bits >= 1 << 112, "{profile:?}");
    }
}

/// Pearson's chi-square over every place and over neighbouring pairs, on a repeatable stream. The limits are the
/// 99.99 % quantiles (30 and 960 degrees of freedom); a bias of a fiftieth at one symbol would exceed them.
#[test]
fn every_place_and_every_pair_is_uniform() {
    const SECRETS: usize = 20_000;
    let random = Stream::from(20_261_122);
    let secrets: Vec<String> = (0..SECRETS)
        .map(|_| AppPasswordSecret::generate(Profile::Standard, &random).expose_canonical().to_owned())
        .collect();
    let chi_square = |counts: &HashMap<&str, usize>, cells: usize, total: usize| -> f64 {
        let expected = total as f64 / cells as f64;
        let seen: f64 = counts.values().map(|count| (*count as f64 - expected).powi(2) / expected).sum();
        seen + (cells - counts.len()) as f64 * expected
    };
    // The check symbol, at place 23, is uniform too.
    for place in 0..STRONG_SYMBOLS {
        let mut counts = HashMap::new();
        for secret in &secrets {
            *counts.entry(&secret[place..=place]).or_default() += 1;
        }
        let statistic = chi_square(&counts, 31, SECRETS);
        assert!(statistic < 67.6, "place {place}: {statistic}");
    }
    for place in 0..STRONG_SYMBOLS - 1 {
        let mut counts = HashMap::new();
        for secret in &secrets {
            *counts.entry(&secret[place..=place + 1]).or_default() += 1;
        }
        let statistic = chi_square(&counts, 961, SECRETS);
        assert!(statistic < 1_131.0, "pair at {place}: {statistic}");
    }
}

#[test]
fn a_device_that_insists_is_satisfied() {
    for seed in 0..200 {
        let secret = AppPasswordSecret::generate(Profile::CapitalsAndDigits, &Stream::from(seed));
        let copied = secret.expose_ungrouped();
        assert_eq!(copied.len(), 26);
        assert!(copied.contains(|c: char| c.is_ascii_uppercase()));
        assert!(copied.contains(|c: char| c.is_ascii_digit()));
        assert!(copied.contains(|c: char| c.is_ascii_lowercase()));
        let secret = AppPasswordSecret::generate(Profile::SixteenLetters, &Stream::from(seed));
        assert!(secret.expose_ungrouped().bytes().all(|symbol| symbol.is_ascii_lowercase()));
    }
}

#[test]
fn what_has_no_form_of_an_app_password_is_none() {
    let secret = AppPasswordSecret::generate(Profile::Standard, &Stream::from(3));
    let right = secret.expose_canonical();
    for wrong in [
        String::new(),
        "-".repeat(24),
        right[..23].to_owned(),
        format!("{right}a"),
        format!("P8{right}"),
        format!("7P{right}"),
        format!("P{right}"),
        format!("{right}P7"),
        format!("{right}\0"),
        format!("{right}{}", " ".repeat(TypedSecret::LONGEST)),
        "correct horse battery staple".to_owned(),
    ] {
        assert_eq!(typed(&wrong).as_strong_app_password(), None, "{wrong:?}");
        assert_eq!(typed(&wrong).as_short_app_password(), None, "{wrong:?}");
    }
    assert_eq!(TypedSecret::new(&[0xff; 24]).as_strong_app_password(), None);
    let padded = format!("{right}{}", " ".repeat(TypedSecret::LONGEST - right.len()));
    assert!(typed(&padded).as_strong_app_password().is_some());
}

#[test]
fn a_short_form_never_counts_as_strong_nor_the_other_way() {
    let short = AppPasswordSecret::generate(Profile::SixteenLetters, &Stream::from(5));
    assert_eq!(typed(short.expose_canonical()).as_strong_app_password(), None);
    let strong = AppPasswordSecret::generate(Profile::Standard, &Stream::from(5));
    assert_eq!(typed(strong.expose_canonical()).as_short_app_password(), None);
    // A letter that folds to a digit is none of the sixteen.
    assert_eq!(typed("abcdefghjkpqrsti").as_short_app_password(), None);
    assert!(typed("abcd EFGH jkpq rstu").as_short_app_password().is_some());
}

#[test]
fn what_may_be_tried_as_an_account_password() {
    let tried =
        |raw: &[u8]| TypedSecret::new(raw).as_account_password().map(|password| password.expose().to_owned());
    assert_eq!(tried("cafe\u{301} o'clock".as_bytes()).as_deref(), Some("caf\u{e9} o'clock"));
    assert_eq!(
        tried(b"abcdefghjkpqrstu").as_deref(),
        Some("abcdefghjkpqrstu"),
        "a short app password's form"
    );
    assert_eq!(tried(b""), None);
    assert_eq!(tried(b"caf\xe9 o'clock"), None);
    assert_eq!(tried(&[b'a'; TypedSecret::LONGEST + 1]), None);
    let strong = AppPasswordSecret::generate(Profile::CapitalsAndDigits, &Stream::from(5));
    assert_eq!(tried(strong.expose_grouped().as_bytes()), None);
}

/// Neither is ever tried as an account password, so that nothing of this form costs a slow hash.
#[test]
fn a_typing_error_in_a_strong_secret_is_told_from_an_account_password() {
    for profile in [Profile::Standard, Profile::CapitalsAndDigits] {
        let right = AppPasswordSecret::generate(profile, &Stream::from(1));
        let right = right.expose_grouped();
        assert!(!typed(&right).is_mistyped_app_password());
        for (place, symbol) in right.char_indices().skip(3).filter(|(_, symbol)| *symbol != '-') {
            let wrong = if symbol == 'a' { "b" } else { "a" };
            let mut mistyped = right.to_string();
            mistyped.replace_range(place..=place, wrong);
            assert!(typed(&mistyped).is_mistyped_app_password(), "{mistyped}");
            assert!(typed(&mistyped).as_strong_app_password().is_none(), "{mistyped}");
            assert!(typed(&mistyped).as_account_password().is_none(), "{mistyped}");
        }
    }
    // Words that happen to have 24 letters, and a symbol too many, are account passwords.
    for password in ["correct horse battery pony", "rfqv8113h9csytp0pyxjgwx6a"] {
        assert!(!typed(password).is_mistyped_app_password());
        assert!(typed(password).as_account_password().is_some());
    }
}

/// The ways in which people and programs mangle a secret without changing it.
fn mangling() -> impl Strategy<Value = Vec<(usize, &'static str)>> {
    let separator = prop_oneof![
        Just(" "),
        Just("-"),
        Just("\u{a0}"),
        Just("\u{2010}"),
        Just("\u{2013}"),
        Just("\u{2014}"),
        Just("\r\n"),
        Just("\t"),
        Just("\u{200b}"),
        Just("\u{2212}"),
    ];
    prop::collection::vec((0_usize..27, separator), 0..12)
}

fn mangle(secret: &str, separators: &[(usize, &str)], case: u32, look_alikes: u32) -> String {
    let mut mangled = String::new();
    for place in 0..=secret.len() {
        mangled.extend(separators.iter().filter(|(at, _)| *at == place).map(|(_, separator)| *separator));
        let Some(symbol) = secret.chars().nth(place) else { break };
        let symbol = match symbol {
            '0' if look_alikes >> place & 1 == 1 => 'o',
            '1' if look_alikes >> place & 1 == 1 => {
                if place % 2 == 0 {
                    'i'
                } else {
                    'l'
                }
            }
            other => other,
        };
        mangled.push(if case >> place & 1 == 1 { symbol.to_ascii_uppercase() } else { symbol });
    }
    mangled
}

proptest! {
    #[test]
    fn every_form_leads_back_to_the_canonical_one(
        seed in any::<u64>(),
        profile in prop::sample::select(Profile::ALL),
        separators in mangling(),
        case in any::<u32>(),
        look_alikes in any::<u32>(),
    ) {
        let secret = AppPasswordSecret::generate(profile, &Stream::from(seed));
        let (grouped, ungrouped) = (secret.expose_grouped(), secret.expose_ungrouped());
        let mangled = mangle(&ungrouped, &separators, case, look_alikes);
        for form in [grouped.as_str(), ungrouped.as_str(), secret.expose_canonical(), &mangled] {
            let canonical = canonical_of(profile, form);
            assert_eq!(canonical.as_ref().map(|form| form.as_str()), Some(secret.expose_canonical()), "{form:?}");
        }
    }

    #[test]
    fn every_single_error_and_every_adjacent_swap_is_caught(seed in any::<u64>(), other in 0_usize..31) {
        let secret = AppPasswordSecret::generate(Profile::Standard, &Stream::from(seed));
        let right = secret.expose_canonical().as_bytes();
        for place in 0..STRONG_SYMBOLS {
            let mut wrong = right.to_vec();
            wrong[place] = symbols::ALPHABET[other];
            assert!(wrong == right || TypedSecret::new(&wrong).as_strong_app_password().is_none());
        }
        for place in 0..STRONG_SYMBOLS - 1 {
            let mut wrong = right.to_vec();
            wrong.swap(place, place + 1);
            assert!(wrong == right || TypedSecret::new(&wrong).as_strong_app_password().is_none());
        }
    }

    #[test]
    fn any_octets_are_looked_at_without_a_panic(octets in prop::collection::vec(any::<u8>(), 0..1200)) {
        let secret = TypedSecret::new(&octets);
        let strong = secret.as_strong_app_password();
        assert!(strong.is_none_or(|canonical| canonical.len() == STRONG_SYMBOLS));
        let short = secret.as_short_app_password();
        assert!(short.is_none_or(|canonical| canonical.len() == SHORT_LETTERS));
    }
}

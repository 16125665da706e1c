//! The vectors of the RFCs, and what is accepted when.

use sha2::{Sha256, Sha512};

use super::*;

const KEY: &[u8; 20] = b"12345678901234567890";

fn secret() -> TotpSecret {
    TotpSecret::from_bytes(*KEY)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

/// RFC 6238 appendix B. Its keys for the longer hashes are the same digits repeated to the hash's length, as the
/// reference implementation there has them and errata 2866 says.
#[test]
fn the_eighteen_vectors_of_rfc_6238() {
    let key: Vec<u8> = KEY.iter().copied().cycle().take(64).collect();
    for (seconds, sha1, sha256, sha512) in [
        (59, "94287082", "46119246", "90693936"),
        (1_111_111_109, "07081804", "68084774", "25091201"),
        (1_111_111_111, "14050471", "67062674", "99943326"),
        (1_234_567_890, "89005924", "91819424", "93441116"),
        (2_000_000_000, "69279037", "90698825", "38618901"),
        (20_000_000_000, "65353130", "77737706", "47863826"),
    ] {
        let step = TotpStep::at(at(seconds));
        let counter = step.0.cast_unsigned();
        assert_eq!(code::<Hmac<Sha1>>(&key[..20], counter, 8), sha1, "{seconds}");
        assert_eq!(code::<Hmac<Sha256>>(&key[..32], counter, 8), sha256, "{seconds}");
        assert_eq!(code::<Hmac<Sha512>>(&key[..64], counter, 8), sha512, "{seconds}");
        assert_eq!(secret().code_at(step), sha1[2..], "{seconds}");
    }
}

#[test]
fn the_ten_vectors_of_rfc_4226_appendix_d() {
    let codes =
        ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    for (counter, code) in (0..).zip(codes) {
        assert_eq!(secret().code_at(TotpStep(counter)), code);
    }
}

#[test]
fn the_current_and_the_previous_step_are_accepted_and_no_other() {
    let code = secret().code_at(TotpStep(100));
    for (seconds, accepted) in [
        (2_969, None),                // The step is still to come.
        (2_999, None),                // It begins in a second.
        (3_000, Some(TotpStep(100))), // It is the current one.
        (3_029, Some(TotpStep(100))),
        (3_030, Some(TotpStep(100))), // It is the previous one.
        (3_059, Some(TotpStep(100))),
        (3_060, None),
    ] {
        assert_eq!(secret().matching_step(&code, at(seconds), None), accepted, "{seconds}");
    }
}

#[test]
fn a_step_is_accepted_once_and_none_before_it_afterwards() {
    let now = at(3_031);
    let [before, current] = [100, 101].map(|step| secret().code_at(TotpStep(step)));
    for (last, code, accepted) in [
        (None, &before, Some(TotpStep(100))),
        (Some(99), &before, Some(TotpStep(100))),
        (Some(100), &before, None),
        (Some(100), &current, Some(TotpStep(101))),
        (Some(101), &current, None),
        (Some(101), &before, None),
        (Some(500), &current, None), // The clock was set back by hours since the last sign-in.
    ] {
        assert_eq!(secret().matching_step(code, now, last.map(TotpStep)), accepted, "{last:?} {code}");
    }
}

#[test]
fn a_clock_set_back_accepts_nothing_twice() {
    let code = secret().code_at(TotpStep(100));
    let last = secret().matching_step(&code, at(3_000), None);
    assert_eq!(last, Some(TotpStep(100)));
    for seconds in [2_000, 2_970, 3_000, 3_030, 3_059] {
        assert_eq!(secret().matching_step(&code, at(seconds), last), None, "{seconds}");
    }
}

#[test]
fn white_space_is_ignored_and_nothing_else() {
    let accepted = |typed| secret().matching_step(typed, at(0), None).is_some();
    for typed in ["755224", " 755 224\r\n", "755\u{a0}224"] {
        assert!(accepted(typed), "{typed:?}");
    }
    for typed in ["", "755225", "55224", "0755224", "7552240", "755-224", "75522\u{664}", "\u{ff17}55224"] {
        assert!(!accepted(typed), "{typed:?}");
    }
}

#[test]
fn the_forms_that_an_app_is_given() {
    assert_eq!(secret().typed_key().as_str(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    insta::assert_snapshot!(
        *secret().otpauth_uri("Postern & Söhne", "anna+x@example.test"),
        @"otpauth://totp/Postern%20%26%20S%C3%B6hne:anna%2Bx%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Postern%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30"
    );
}

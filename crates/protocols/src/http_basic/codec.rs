//! From the octets of the field to its readings.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::{BasicCredentials, BasicProblem, Charset, MAX_FIELD, Reading};
use crate::Secret;
use crate::sasl::MAX_USER_NAME;

/// Some programs leave the padding out. Everything else is strict, because leniency would give one secret several
/// spellings.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads the value of an `Authorization` field: `Basic`, in any case, one or more spaces, base64 of `user:secret`.
///
/// # Errors
///
/// See [`BasicProblem`].
pub fn parse(field: &[u8]) -> Result<BasicCredentials, BasicProblem> {
    let field = field.trim_ascii();
    let end_of_scheme = field.iter().position(|&octet| octet == b' ').unwrap_or(field.len());
    let (scheme, rest) = field.split_at(end_of_scheme);
    if !scheme.eq_ignore_ascii_case(b"Basic") {
        return Err(BasicProblem::OtherScheme);
    }
    if field.len() > MAX_FIELD {
        return Err(BasicProblem::TooLong);
    }
    let octets =
        BASE64.decode(rest.trim_ascii_start()).map(Zeroizing::new).map_err(|_| BasicProblem::Base64)?;
    // Only the first colon separates: a secret may have colons, a user name may not.
    let colon = octets.iter().position(|&octet| octet == b':').ok_or(BasicProblem::NoColon)?;
    let (user_name, secret) = (&octets[..colon], &octets[colon + 1..]);
    if octets.iter().any(u8::is_ascii_control) {
        return Err(BasicProblem::ControlCharacter);
    }
    if user_name.is_empty() || user_name.len() > MAX_USER_NAME {
        return Err(BasicProblem::UserName);
    }
    let readings: Vec<Reading> =
        [utf8(user_name, secret), latin1(user_name, secret)].into_iter().flatten().collect();
    if readings.is_empty() {
        return Err(BasicProblem::ControlCharacter);
    }
    Ok(BasicCredentials { readings })
}

/// The UTF-8 reading, when both are valid UTF-8.
fn utf8(user_name: &[u8], secret: &[u8]) -> Option<Reading> {
    std::str::from_utf8(secret).ok()?;
    let user_name = std::str::from_utf8(user_name).ok().filter(|name| is_name(name))?.to_owned();
    Some(Reading { charset: Charset::Utf8, user_name, secret: Secret::new(secret.to_vec()) })
}

/// The ISO-8859-1 reading, when it differs from the UTF-8 one.
fn latin1(user_name: &[u8], secret: &[u8]) -> Option<Reading> {
    if user_name.is_ascii() && secret.is_ascii() {
        return None;
    }
    let user_name: String = user_name.iter().copied().map(char::from).collect();
    if !is_name(&user_name) {
        return None;
    }
    // Twice the length at most: reserved at once, so that no copy stays behind when the vector grows.
    let mut text = Vec::with_capacity(2 * secret.len());
    let mut encoded = [0; 4];
    for character in secret.iter().copied().map(char::from) {
        text.extend_from_slice(character.encode_utf8(&mut encoded).as_bytes());
    }
    Some(Reading { charset: Charset::Latin1, user_name, secret: Secret::new(text) })
}

/// Names end up in logs and in database keys. The second octet of many UTF-8 characters is a control character in
/// ISO-8859-1 (C1), so this also drops most readings that nobody meant.
fn is_name(name: &str) -> bool {
    !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(octets: &[u8]) -> Vec<(Charset, String, Vec<u8>)> {
        let field = [b"Basic ".as_slice(), BASE64.encode(octets).as_bytes()].concat();
        match parse(&field) {
            Ok(credentials) => credentials
                .into_readings()
                .into_iter()
                .map(|reading| (reading.charset, reading.user_name, reading.secret.expose().to_vec()))
                .collect(),
            Err(problem) => panic!("{problem}"),
        }
    }

    fn problem(field: &[u8]) -> BasicProblem {
        parse(field).map(|_| ()).expect_err("a problem")
    }

    fn problem_of(octets: &[u8]) -> BasicProblem {
        problem(&[b"Basic ".as_slice(), BASE64.encode(octets).as_bytes()].concat())
    }

    #[test]
    fn the_example_of_the_rfc() {
        let credentials = parse(b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").expect("credentials");
        let [reading] = credentials.readings() else { panic!("one reading") };
        assert_eq!((reading.user_name.as_str(), reading.secret.expose()), ("Aladdin", &b"open sesame"[..]));
    }

    #[test]
    fn scheme_and_padding_as_programs_write_them() {
        for field in
            ["basic dTpw", "BASIC   dTpw", "Basic dTpw ", " Basic dTpw", "Basic dTpwcQ==", "Basic dTpwcQ"]
        {
            assert!(parse(field.as_bytes()).is_ok(), "{field}");
        }
    }

    #[test]
    fn octets_that_can_be_read_both_ways_give_two_readings() {
        let utf8 = (Charset::Utf8, "u".to_owned(), "pä".as_bytes().to_vec());
        let latin1 = (Charset::Latin1, "u".to_owned(), "pÃ¤".as_bytes().to_vec());
        assert_eq!(readings("u:pä".as_bytes()), [utf8, latin1]);
    }

    #[test]
    fn octets_that_are_not_utf8_give_one() {
        assert_eq!(
            readings(b"anv\xe4ndare@ex.com:p:q"),
            [(Charset::Latin1, "användare@ex.com".to_owned(), b"p:q".to_vec())]
        );
    }

    #[test]
    fn a_name_that_would_have_control_characters_in_latin1_is_not_read_so() {
        assert_eq!(readings("Ärzte:p".as_bytes()), [(Charset::Utf8, "Ärzte".to_owned(), b"p".to_vec())]);
    }

    #[test]
    fn each_problem() {
        assert_eq!(problem(b""), BasicProblem::OtherScheme);
        assert_eq!(problem(b"Bearer dTpw"), BasicProblem::OtherScheme);
        assert_eq!(problem(b"BasicdTpw"), BasicProblem::OtherScheme);
        assert_eq!(problem(b"Basic\tdTpw"), BasicProblem::OtherScheme);
        assert_eq!(problem(b"Basic"), BasicProblem::NoColon);
        assert_eq!(problem(b"Basic dT pw"), BasicProblem::Base64);
        assert_eq!(problem(b"Basic dTpw,Basic dTpw"), BasicProblem::Base64);
        assert_eq!(problem(b"Basic dTpwcR"), BasicProblem::Base64, "stray bits");
        assert_eq!(problem_of(b"u"), BasicProblem::NoColon);
        assert_eq!(problem_of(b":p"), BasicProblem::UserName);
        assert_eq!(problem_of(&[&[b'u'; 321][..], b":p"].concat()), BasicProblem::UserName);
        for octet in [0, b'\r', b'\n', b'\t', 0x1f, 0x7f] {
            assert_eq!(problem_of(&[b'u', octet, b':', b'p']), BasicProblem::ControlCharacter);
            assert_eq!(problem_of(&[b'u', b':', b'p', octet]), BasicProblem::ControlCharacter);
        }
        assert_eq!(problem_of(b"\x85\xff:p"), BasicProblem::ControlCharacter, "C1 in either reading");
        assert_eq!(problem(&[&b"Basic "[..], &[b'A'; MAX_FIELD - 5]].concat()), BasicProblem::TooLong);
        assert_eq!(problem(&[&b"Basic "[..], &[b'A'; MAX_FIELD - 6]].concat()), BasicProblem::NoColon);
    }

    #[test]
    fn debug_says_nothing() {
        let credentials = parse(b"Basic dTpw").expect("credentials");
        assert_eq!(format!("{credentials:?} {:?}", credentials.readings()), "BasicCredentials [Reading]");
    }
}

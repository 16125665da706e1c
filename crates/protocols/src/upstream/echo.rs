//! Keeps our own credentials out of what is logged about an upstream that repeats them: some servers answer a line that
//! they do not understand with that line ("unrecognized command: …"), and a SASL response is such a line.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::{Authentication, Failure};

/// How much of a secret at its beginning gives it away: an answer may be cut off in the middle of it.
const TELLING: usize = 8;
/// A secret shorter than this stands in many texts by chance, and guards nothing.
const SHORTEST: usize = 4;
/// Stands in place of a text with our credentials in it.
const WITHHELD: &str = "(withheld: the answer repeats our credentials)";

/// The failure, without the upstream's words if they have the secret in them, as it is or in base64.
pub(crate) fn without_credentials(mut failure: Failure, authentication: Option<&Authentication>) -> Failure {
    if let (Some(authentication), Failure::Refused { text, .. } | Failure::Throttled { text, .. }) =
        (authentication, &mut failure)
        && repeats(text, authentication.secret.expose())
    {
        WITHHELD.clone_into(text);
    }
    failure
}

fn repeats(text: &str, secret: &[u8]) -> bool {
    if secret.len() < SHORTEST {
        return false;
    }
    // Words of a sentence have to be longer to be more than chance.
    let beginning = &secret[..secret.len().min(2 * TELLING)];
    contains(text.as_bytes(), beginning)
        || text.split(|symbol| !is_base64(symbol)).any(|word| hides(word, secret))
}

/// Whether a word is base64 of something with the secret in it. It may be cut off at its end.
fn hides(word: &str, secret: &[u8]) -> bool {
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&STANDARD, lenient);
    // A single symbol at the end is six bits of an octet.
    let whole = if word.len() % 4 == 1 { &word[..word.len() - 1] } else { word };
    let beginning = &secret[..secret.len().min(TELLING)];
    engine.decode(whole).is_ok_and(|octets| contains(&zeroize::Zeroizing::new(octets), beginning))
}

fn is_base64(symbol: char) -> bool {
    symbol.is_ascii_alphanumeric() || matches!(symbol, '+' | '/')
}

fn contains(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;
    use crate::sasl::encode_base64;
    use crate::upstream::{Method, Stage};

    const SECRET: &str = "amber lantern orchard 61";

    fn logged(text: &str) -> String {
        let authentication = Authentication {
            user_name: "relay".to_owned(),
            act_as: None,
            secret: Secret::new(SECRET.into()),
            method: Method::Password,
            without_tls: false,
        };
        let failure = Failure::refused(Stage::Authentication, false, text);
        match without_credentials(failure, Some(&authentication)) {
            Failure::Refused { text, .. } | Failure::Throttled { text, .. } => text,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn what_repeats_the_secret_is_withheld() {
        let plain = encode_base64(format!("\0relay\0{SECRET}").as_bytes());
        let login = encode_base64(SECRET.as_bytes());
        let token = encode_base64(format!("user=relay\u{1}auth=Bearer {SECRET}\u{1}\u{1}").as_bytes());
        for text in [
            format!("bad password {SECRET}"),
            format!("5.5.1 Command unrecognized: \"AUTH PLAIN {}\"", *plain),
            format!("Unknown command {}.", *login),
            format!("Unknown command {}", &token[..56]),
            format!("Unknown command {}", &plain[..25]),
            "bad password amber lantern or".to_owned(),
        ] {
            assert_eq!(logged(&text), WITHHELD, "{text}");
        }
    }

    #[test]
    fn other_words_stay() {
        for text in [
            "[AUTHENTICATIONFAILED] Authentication failed. [AM0PR04CA0001.eurprd04.prod.outlook.com 2026-11-22T19:25:42.120Z 08DD0A1B2C3D4E5F]",
            "5.7.8 Username and Password not accepted. a640c23a62f3a-a6f56cf4ea2sm123456566b.20 - gsmtp",
            "amber lantern",
            "",
        ] {
            assert_eq!(logged(text), text);
        }
    }
}

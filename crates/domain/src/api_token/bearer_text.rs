//! The text of a bearer token: what it is, random symbols, a checksum.

use zeroize::Zeroizing;

use crate::{Random, symbols};

/// The 62 letters and digits: a double click selects them with the prefix as one word.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Random symbols: 36 × log2 62 = 214.3 bits.
const RANDOM_SYMBOLS: usize = 36;

/// Symbols of the checksum: enough for the 32 bits of a CRC.
const CHECKSUM_SYMBOLS: usize = 6;

/// What a bearer text is for. A scanner for leaked secrets knows it by its prefix.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BearerKind {
    /// An API token: `postern_…`.
    ApiToken,
    /// The secret of a service principal, good at the token endpoint only: `postern_client_…`.
    ClientSecret,
    /// An access token that the token endpoint issued to a service principal: `postern_access_…`.
    AccessToken,
}

impl BearerKind {
    /// Every kind, those with a longer prefix first.
    const ALL: [Self; 3] = [Self::ClientSecret, Self::AccessToken, Self::ApiToken];

    /// What stands before the symbols.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ApiToken => "postern_",
            Self::ClientSecret => "postern_client_",
            Self::AccessToken => "postern_access_",
        }
    }
}

/// The text of a token or client secret: its prefix, 36 random symbols, and a checksum of 6 that tells a text that was
/// cut or mistyped from a wrong one without a look into the database. Wiped on drop, never shown by `Debug`.
pub struct BearerText {
    kind: BearerKind,
    text: Zeroizing<String>,
}

impl BearerText {
    /// A fresh one, each random symbol chosen without bias.
    #[must_use]
    pub fn generate(kind: BearerKind, random: &dyn Random) -> Self {
        let drawn = symbols::draw(ALPHABET, RANDOM_SYMBOLS, random);
        // Room from the start: a string that grows leaves its old buffer behind unwiped.
        let mut text = Zeroizing::new(String::with_capacity(64));
        text.push_str(kind.prefix());
        text.push_str(&drawn);
        let checksum = checksum(&text);
        text.extend(checksum.map(char::from));
        Self { kind, text }
    }

    /// The text that somebody sent, when it has the form and its checksum is right.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let kind = BearerKind::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))?;
        let symbols = &text[kind.prefix().len()..];
        let has_form = symbols.len() == RANDOM_SYMBOLS + CHECKSUM_SYMBOLS
            && symbols.bytes().all(|symbol| symbol.is_ascii_alphanumeric());
        let (checked, sum) = text.split_at_checked(text.len().checked_sub(CHECKSUM_SYMBOLS)?)?;
        (has_form && checksum(checked) == sum.as_bytes())
            .then(|| Self { kind, text: Zeroizing::new(text.to_owned()) })
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> BearerKind {
        self.kind
    }

    /// The whole text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }
}

/// `BearerText`, never the text.
impl std::fmt::Debug for BearerText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BearerText")
    }
}

/// CRC-32 (ISO-HDLC, as in gzip) in base 62, the highest digit first. It finds every error in one or two neighbouring
/// symbols, which cover less than 32 bits.
fn checksum(text: &str) -> [u8; CHECKSUM_SYMBOLS] {
    let mut rest = !text.bytes().fold(u32::MAX, |sum, octet| {
        (0..8).fold(
            sum ^ u32::from(octet),
            |sum, _| {
                if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 }
            },
        )
    });
    let mut digits = [ALPHABET[0]; CHECKSUM_SYMBOLS];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::test::Stream;

    #[test]
    fn has_a_prefix_enough_randomness_and_a_checksum() {
        for (kind, length) in
            [(BearerKind::ApiToken, 50), (BearerKind::ClientSecret, 57), (BearerKind::AccessToken, 57)]
        {
            let made = BearerText::generate(kind, &Stream::from(7));
            assert!(made.expose().starts_with(kind.prefix()));
            assert_eq!(made.expose().len(), length);
            let read = BearerText::typed(made.expose()).unwrap();
            assert_eq!((read.kind(), read.expose()), (kind, made.expose()));
        }
        let bits = RANDOM_SYMBOLS as f64 * 62_f64.log2();
        assert!(bits >= 160.0, "{bits}");
    }

    /// The check value of this CRC, which every description of it gives.
    #[test]
    fn the_checksum_is_the_known_one() {
        let number = checksum("123456789").iter().fold(0_u64, |number, digit| {
            number * 62 + ALPHABET.iter().position(|symbol| symbol == digit).unwrap() as u64
        });
        assert_eq!(number, 0xcbf4_3926);
    }

    #[test]
    fn every_single_typo_and_every_swap_of_neighbours_is_caught() {
        let right = BearerText::generate(BearerKind::ApiToken, &Stream::from(3));
        let symbols = right.expose().as_bytes().to_vec();
        let is_caught = |wrong: &[u8]| BearerText::typed(std::str::from_utf8(wrong).unwrap()).is_none();
        for place in BearerKind::ApiToken.prefix().len()..symbols.len() {
            for symbol in ALPHABET.iter().filter(|symbol| **symbol != symbols[place]) {
                let mut wrong = symbols.clone();
                wrong[place] = *symbol;
                assert!(is_caught(&wrong), "{place} {symbol}");
            }
            let mut swapped = symbols.clone();
            swapped.swap(place - 1, place);
            assert!(swapped == symbols || is_caught(&swapped), "{place}");
        }
    }

    #[test]
    fn what_is_something_else_is_none() {
        let right = BearerText::generate(BearerKind::ApiToken, &Stream::from(3));
        let cut = &right.expose()[..49];
        let longer = format!("{}a", right.expose());
        let other_prefix = right.expose().replace("postern_", "postern_access_");
        let words = ["", "postern_", "abcd-efgh-jkpq-rstu-vwxy-0000", "postern_ä", "Bearer", cut, &longer];
        for text in words.into_iter().chain([other_prefix.as_str()]) {
            assert!(BearerText::typed(text).is_none(), "{text}");
        }
    }
}

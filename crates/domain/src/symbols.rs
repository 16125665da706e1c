//! The symbols that app passwords and recovery codes are made of: drawing them, and folding what people type.

use zeroize::Zeroizing;

use crate::Random;

/// The 31 symbols without look-alikes: no `i`, `l` (read as `1`), `o` (read as `0`), `m` and `n` (mistaken for each
/// other when heard or written by hand). 31 is a prime, on which the check symbol rests.
pub(crate) const ALPHABET: &[u8; 31] = b"abcdefghjkpqrstuvwxyz0123456789";

/// The letters among them, for devices that take letters only: 4.39 bits each.
pub(crate) const LETTERS: &[u8] = ALPHABET.split_at(21).0;

/// Most symbols that anything here has: the 24 of an app password and its two-symbol lead.
pub(crate) const MOST: usize = 26;

/// The place of each octet in the alphabet, or [`NO_SYMBOL`]. A table, because every sign-in asks 48 times:
/// searching the alphabet took about 85 ns for them, a third to a half of the keyed hash.
const PLACES: [u8; 256] = {
    let mut places = [NO_SYMBOL; 256];
    let mut place = 0;
    while place < ALPHABET.len() {
        places[ALPHABET[place] as usize] = place as u8;
        place += 1;
    }
    places
};

/// Stands in [`PLACES`] for what is no symbol.
const NO_SYMBOL: u8 = u8::MAX;

/// The place of `symbol` in the alphabet; none for anything else.
pub(crate) fn value(symbol: u8) -> Option<usize> {
    let place = PLACES[usize::from(symbol)];
    (place != NO_SYMBOL).then_some(usize::from(place))
}

/// `count` symbols of `alphabet`, each with the same chance, with room for two more.
pub(crate) fn draw(alphabet: &[u8], count: usize, random: &dyn Random) -> Zeroizing<String> {
    // Room from the start: a string that grows leaves its old buffer behind unwiped.
    let mut drawn = Zeroizing::new(String::with_capacity(count.max(MOST)));
    let mut pool = Zeroizing::new([0_u8; 32]);
    while drawn.len() < count {
        random.fill(&mut *pool);
        for octet in pool.iter() {
            if let Some(symbol) = sample(alphabet, *octet)
                && drawn.len() < count
            {
                drawn.push(char::from(symbol));
            }
        }
    }
    drawn
}

/// The symbol that a random octet stands for. The octets above the greatest multiple of the alphabet's length are
/// rejected: with them the first symbols would come up more often than the others.
fn sample(alphabet: &[u8], octet: u8) -> Option<u8> {
    let octet = usize::from(octet);
    let whole = 256 - 256 % alphabet.len();
    (octet < whole).then(|| alphabet[octet % alphabet.len()])
}

/// What somebody typed as symbols: case, white space, hyphens, dashes and characters without width are ignored, `o`
/// counts as `0`, `i` and `l` as `1`. None when anything else is left that is no symbol, or more than [`MOST`].
///
/// Text that is not UTF-8 gives none: what Postern shows and copies is ASCII, so no client has a reason to send any.
/// The work is bounded by the length of `typed`, and ends at the first character that does not fit.
pub(crate) fn fold(typed: &[u8]) -> Option<Zeroizing<String>> {
    let typed = std::str::from_utf8(typed).ok()?;
    let mut folded = Zeroizing::new(String::with_capacity(MOST));
    for character in typed.chars().filter(|character| !is_separator(*character)) {
        let symbol = match character.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        let octet = u8::try_from(symbol).ok()?;
        value(octet)?;
        if folded.len() == MOST {
            return None;
        }
        folded.push(symbol);
    }
    Some(folded)
}

/// Whether a character only separates groups: Unicode white space (the no-break spaces and line breaks included), the
/// hyphen and its Unicode relatives, characters without width that word processors and web pages leave behind.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(character,
            '-' | '\u{ad}' // hyphen-minus, soft hyphen
            | '\u{2010}'..='\u{2015}' // hyphens and dashes
            | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' // minus, small and full-width forms
            | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' // without width
        )
}

/// `symbols` in groups of four with hyphens.
pub(crate) fn grouped(symbols: &str) -> Zeroizing<String> {
    let mut grouped = Zeroizing::new(String::with_capacity(symbols.len() * 5 / 4 + 1));
    for (position, symbol) in symbols.chars().enumerate() {
        if position > 0 && position % 4 == 0 {
            grouped.push('-');
        }
        grouped.push(symbol);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The octets 0, 1, 2, … over and over: every octet as often as every other.
    struct Counting(std::sync::atomic::AtomicU8);

    impl Random for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            for octet in buffer {
                *octet = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn the_alphabet_has_31_distinct_symbols_that_survive_folding() {
        let mut distinct = ALPHABET.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 31);
        let all = std::str::from_utf8(ALPHABET).unwrap();
        for half in [&all[..16], &all[16..]] {
            assert_eq!(fold(half.as_bytes()).unwrap().as_str(), half);
            assert_eq!(fold(half.to_uppercase().as_bytes()).unwrap().as_str(), half);
        }
        assert_eq!(LETTERS, b"abcdefghjkpqrstuvwxyz");
        for octet in 0..=255 {
            assert_eq!(value(octet), ALPHABET.iter().position(|symbol| *symbol == octet));
        }
    }

    /// Over all 256 octets, every symbol comes up equally often: the sampler has no bias at all.
    #[test]
    fn sampling_has_no_bias() {
        for (alphabet, each, rejected) in [(&ALPHABET[..], 8, 8), (LETTERS, 12, 4)] {
            let sampled: Vec<u8> = (0..=255).filter_map(|octet| sample(alphabet, octet)).collect();
            for symbol in alphabet {
                assert_eq!(sampled.iter().filter(|sampled| *sampled == symbol).count(), each);
            }
            assert_eq!(sampled.len() + rejected, 256);
        }
    }

    #[test]
    fn drawing_uses_every_octet_in_turn_and_passes_over_the_rejected() {
        let random = Counting(244.into());
        // 244..=247 are the last of the eighth round through the alphabet, 248..=255 are rejected.
        assert_eq!(draw(ALPHABET, 8, &random).as_str(), "6789abcd");
    }

    #[test]
    fn separators_are_ignored_wherever_they_stand() {
        for typed in [
            "abcd-0123",
            "ABCD 0123",
            "\r\nabcd0123\r\n",
            "a\u{a0}b\u{202f}c\u{3000}d\t0123",
            "ab\u{ad}cd\u{2010}01\u{2011}2\u{2013}3\u{2014}",
            "abcd\u{2212}0\u{ff0d}1\u{fe63}2\u{fe58}3",
            "\u{feff}ab\u{200b}cd\u{2060}0123",
            "abcdOi2\u{33}",
            "abcdoL23",
        ] {
            assert_eq!(fold(typed.as_bytes()).unwrap().as_str(), "abcd0123", "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_symbol_is_not_folded() {
        for typed in [
            "m",
            "n",
            "abcd_0123",
            "abcd.0123",
            "ab\0cd",
            "\u{e4}",
            "\u{ff41}",
            "\u{661}",
            "\u{130}",
            "\u{212a}",
        ] {
            assert_eq!(fold(typed.as_bytes()), None, "{typed:?}");
        }
        assert_eq!(fold(b"abcd\xa00123"), None, "Latin-1");
        assert_eq!(fold(&[b'a'; MOST]).map(|folded| folded.len()), Some(MOST));
        assert_eq!(fold(&[b'a'; MOST + 1]), None);
    }

    #[test]
    fn groups_of_four() {
        for (symbols, shown) in [("", ""), ("abcd", "abcd"), ("abcde", "abcd-e"), ("abcdefgh", "abcd-efgh")] {
            assert_eq!(grouped(symbols).as_str(), shown);
        }
    }
}

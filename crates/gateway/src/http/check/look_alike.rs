//! Characters that some servers read as others.
//!
//! Windows turns a path into one of its own code pages with the character that fits best where the right one is missing,
//! and others normalise for compatibility: `．．／` becomes `../` and `／ＥＷＳ` becomes `/EWS`. What a path becomes that way is
//! one more reading of it. Names of files may have all these characters: they do harm only where that reading has a dot
//! segment or leads through another door.

use postern_domain::text::is_unseen;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The path as a server reads it that takes look-alikes for what they look like, and a backslash for a slash. Nothing when
/// that makes no difference.
///
/// Accents and characters that nobody sees are left out. Every full-width form, ligature and the like is what Unicode's
/// compatibility decomposition says.
pub(super) fn folded(path: &[u8]) -> Option<Vec<u8>> {
    if path.is_ascii() && !path.contains(&b'\\') {
        return None;
    }
    let mut folded = Vec::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        let seen = chunk.valid().nfkd().filter(|c| !is_combining_mark(*c) && !is_unseen(*c));
        for character in seen.map(fitting) {
            folded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        folded.extend_from_slice(chunk.invalid());
    }
    (folded != path).then_some(folded)
}

/// What a character is taken for beyond its decomposition: in Windows' tables of what fits best (those of 1252, 932 and
/// 949 among them).
const fn fitting(character: char) -> char {
    match character {
        '\\' | '\u{2044}' | '\u{2215}' | '\u{2216}' | '\u{29F5}' | '\u{29F8}' | '\u{29F9}'
        // Where the code page has its currency in the place of the backslash: Japan, Korea.
        | '\u{A5}' | '\u{20A9}' => '/',
        '\u{3002}' => '.',
        '\u{66A}' => '%',
        '\u{2236}' => ':',
        'ı' => 'i',
        'ł' | 'ƚ' => 'l',
        'Ł' => 'L',
        'đ' | 'δ' | 'ð' => 'd',
        'Đ' | 'Ð' => 'D',
        'ħ' => 'h',
        'Ħ' => 'H',
        'ŧ' | 'τ' | 'ƫ' => 't',
        'Ŧ' | 'Θ' | 'Ʈ' => 'T',
        'ø' => 'o',
        'Ø' | 'Ω' => 'O',
        'ƀ' => 'b',
        'ƶ' => 'z',
        'Γ' => 'G',
        'ɡ' => 'g',
        'Σ' => 'S',
        'σ' => 's',
        'Φ' | 'Ƒ' | 'ƒ' => 'F',
        'φ' => 'f',
        'α' | 'ɑ' => 'a',
        'ε' => 'e',
        'π' => 'p',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_read_alike() {
        for (path, read) in [
            ("/ＥＷＳ／Exchange。asmx", "/EWS/Exchange.asmx"),
            ("/ĒŴŜ/", "/EWS/"),
            ("/EW\u{17F}/", "/EWs/"),
            ("/．．／․․∕‥⁄…﹒", "/../../../...."),
            ("/a＼b﹨c¥d₩e\\f", "/a/b/c/d/e/f"),
            ("/％2e﹪2e٪2e", "/%2e%2e%2e"),
            ("/..；a：b?", "/..;a:b?"),
            ("/.\u{200C}.\u{FEFF}/.\u{307}./", "/../../"),
        ] {
            assert_eq!(folded(path.as_bytes()).as_deref(), Some(read.as_bytes()), "{path}");
        }
        assert_eq!(
            folded(b"/\xFF\xEF\xBC\x8E\xEF").as_deref(),
            Some(&b"/\xFF.\xEF"[..]),
            "no UTF-8 beside it"
        );
        for path in ["/EWS/Exchange.asmx", "/日程.ics", ""] {
            assert_eq!(folded(path.as_bytes()), None, "{path}");
        }
    }
}

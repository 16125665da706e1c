//! Display names and comments, which nothing depends on, looked at for what makes a reader take them for an address.
//!
//! Known readers look for the first `<…>` of a field without knowing quotes and comments, decode encoded words
//! (RFC 2047) first and take the field apart afterwards, or stop at a decoded NUL or line end.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::AddressError;

/// Charsets in which ASCII octets mean ASCII, apart from the shifts of ISO 2022, and in which `<` and `>` are no part
/// of a longer character. Anything else (UTF-7, UTF-16, EBCDIC) could hide an address from us.
const CHARSETS: [&str; 17] = [
    "utf-8",
    "utf8",
    "us-ascii",
    "ascii",
    "iso-8859-",
    "iso8859-",
    "windows-",
    "cp125",
    "koi8-",
    "iso-2022-",
    "shift_jis",
    "shift-jis",
    "euc-",
    "gb",
    "big5",
    "ks_c_5601",
    "tis-620",
];

/// Checks a display name or a group's name as it stands in the field, quotes included.
pub(super) fn check_display_name(raw: &str) -> Result<(), AddressError> {
    check(raw, b"<>", AddressError::DisplayName)
}

/// Checks comments as they stand in the field, parentheses included.
pub(super) fn check_comments(raw: &str) -> Result<(), AddressError> {
    check(raw, b"<>@", AddressError::Comment)
}

fn check(raw: &str, forbidden: &[u8], error: AddressError) -> Result<(), AddressError> {
    if raw.bytes().any(|octet| forbidden.contains(&octet)) {
        return Err(error);
    }
    // Some readers take the backslashes of quoted pairs away before they look for encoded words, some do not look
    // into quotes at all, and some do not care.
    check_encoded_words(raw, forbidden, error)?;
    if raw.contains('\\') { check_encoded_words(&raw.replace('\\', ""), forbidden, error) } else { Ok(()) }
}

fn check_encoded_words(text: &str, forbidden: &[u8], error: AddressError) -> Result<(), AddressError> {
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        let (shown, behind) = encoded_word(&rest[start + 2..]).ok_or(AddressError::EncodedWord)?;
        if shown.iter().any(|octet| forbidden.contains(octet) || octet.is_ascii_control() && *octet != b'\t')
        {
            return Err(error);
        }
        rest = behind;
    }
    Ok(())
}

/// Reads an encoded word behind its `=?`: the octets that mean ASCII or are beyond it, and what follows the word.
/// Wider than RFC 2047 in one point, which senders get wrong and readers forgive: spaces in a Q text.
fn encoded_word(text: &str) -> Option<(Vec<u8>, &str)> {
    let (charset, text) = text.split_once('?')?;
    let (encoding, text) = text.split_once('?')?;
    let (encoded, text) = text.split_once('?')?;
    let behind = text.strip_prefix('=')?;
    // RFC 2231 §5: a language may follow the charset.
    let charset = charset.split('*').next().unwrap_or_default().to_ascii_lowercase();
    if !CHARSETS.iter().any(|known| charset.starts_with(known)) {
        return None;
    }
    let octets = match encoding {
        "q" | "Q" => decode_q(encoded.as_bytes())?,
        "b" | "B" => STANDARD.decode(encoded).ok()?,
        _ => return None,
    };
    Some((if charset.starts_with("iso-2022-") { without_shifted(&octets) } else { octets }, behind))
}

fn decode_q(text: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        if first == b'=' {
            let hex = std::str::from_utf8(rest.get(..2)?).ok()?;
            // `from_str_radix` takes a sign.
            if !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            octets.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &rest[2..];
        } else {
            octets.push(first);
        }
    }
    Some(octets)
}

/// Leaves out what ISO 2022 shifts out of ASCII, and the shifts: `<` is half of many a kana there.
fn without_shifted(octets: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(octets.len());
    let (mut wide, mut shifted_out) = (false, false);
    let mut rest = octets;
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        match (first, rest) {
            // A single-octet set (`ESC ( B` is ASCII) or one of several octets (`ESC $ B`, `ESC $ ( D`, `ESC $ ) C`).
            (0x1b, [b'(', _, behind @ ..]) => (wide, rest) = (false, behind),
            (0x1b, [b'$', b'(' | b')', set, behind @ ..]) => (wide, rest) = (wide || *set == b'D', behind),
            (0x1b, [b'$', _, behind @ ..]) => (wide, rest) = (true, behind),
            (0x0e, _) => shifted_out = true,
            (0x0f, _) => shifted_out = false,
            _ if wide || shifted_out => {}
            _ => plain.push(first),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::super::{AddressError, parse_address_list};

    fn read(list: &str) -> Result<(), AddressError> {
        parse_address_list(list.as_bytes()).map(drop)
    }

    #[test]
    fn names_that_hide_an_address_from_some_readers_are_refused() {
        for (name, error) in [
            (r#""<evil@y.test>""#, AddressError::DisplayName),
            (r#""\<evil@y.test\>""#, AddressError::DisplayName),
            (r#""evil>""#, AddressError::DisplayName),
            ("=?utf-8?q?=3Cevil=40y.test=3E?=", AddressError::DisplayName),
            ("=?UTF-8?Q?<evil?=", AddressError::EncodedWord),
            ("=?utf-8*en?b?PGV2aWxAeS50ZXN0Pg==?=", AddressError::DisplayName),
            (r#""=?utf-8?q?=3Cevil=40y.test=3E?=""#, AddressError::DisplayName),
            (r#""=\?utf-8?q?=3Cevil=40y.test=3E?=""#, AddressError::DisplayName),
            ("=?utf-8?q?evil=40y.test=00?=", AddressError::DisplayName),
            ("=?utf-8?q?evil=40y.test=0A?=", AddressError::DisplayName),
            ("=?iso-2022-jp?b?GyRCPDwbKEI8?=", AddressError::DisplayName),
            ("=?utf-7?q?+ADw-evil+AEA-y.test+AD4-?=", AddressError::EncodedWord),
            ("=?utf-8?b?PG?=", AddressError::EncodedWord),
            ("=?utf-8?q?=3?=", AddressError::EncodedWord),
            ("=?utf-8?q?=+C?=", AddressError::EncodedWord),
            ("=?utf-8?x?a?=", AddressError::EncodedWord),
            ("=?utf-8?q?a", AddressError::EncodedWord),
            ("(\\)<evil@y.test>\\()", AddressError::Comment),
            ("(evil@y.test)", AddressError::Comment),
            ("a (b (c>))", AddressError::Comment),
            ("(=?utf-8?q?evil=40y.test?=)", AddressError::Comment),
        ] {
            assert_eq!(read(&format!("{name} <own@x.test>")), Err(error), "{name}");
        }
        assert_eq!(read("own@x.test (<evil@y.test>)"), Err(AddressError::Comment));
        assert_eq!(read("\"<evil@y.test>\": own@x.test;"), Err(AddressError::DisplayName));
    }

    #[test]
    fn names_that_all_readers_read_alike_pass() {
        for name in [
            r#""Last, First""#,
            r#""own@x.test""#,
            r#""1 + 1 = 2?""#,
            "=?UTF-8?Q?J=C3=B6rg_D?= Ötker =?utf-8?b?SsO2cmc=?=",
            "=?UTF-8?Q?My Shop?=",
            // Kana with 0x3C and 0x3E in them.
            "=?ISO-2022-JP?B?GyRCPDw+PhsoQg==?=",
            "=?shift_jis?b?g0A=?=",
            "(Contact form)",
            "",
        ] {
            assert_eq!(read(&format!("{name} <own@x.test>")), Ok(()), "{name}");
        }
        assert_eq!(read("own@x.test (Own (of X))"), Ok(()));
    }
}

//! Strings (RFC 5804 §4): quoted, or literals, which stand as `{n+}` CRLF and `n` octets.

use zeroize::Zeroizing;

use crate::door::literal;

/// Reads all strings of a text, separated by spaces. `None`: something else is there.
pub(super) fn strings(mut text: &[u8]) -> Option<Vec<Zeroizing<Vec<u8>>>> {
    let mut strings = Vec::new();
    loop {
        text = text.trim_ascii_start();
        if text.is_empty() {
            return Some(strings);
        }
        let (string, rest) = string(text)?;
        if rest.first().is_some_and(|&octet| octet != b' ') {
            return None;
        }
        strings.push(string);
        text = rest;
    }
}

fn string(text: &[u8]) -> Option<(Zeroizing<Vec<u8>>, &[u8])> {
    if text.first() == Some(&b'{') {
        return literal(text).map(|(octets, rest)| (Zeroizing::new(octets.to_vec()), rest));
    }
    let mut value = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut octets = text.strip_prefix(b"\"")?.iter().copied().enumerate();
    while let Some((index, octet)) = octets.next() {
        match octet {
            b'"' => return Some((value, &text[index + 2..])),
            b'\\' => value.push(octets.next()?.1),
            b'\r' | b'\n' | 0 => return None,
            _ => value.push(octet),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms() {
        let read = |text: &[u8]| {
            strings(text).map(|list| list.iter().map(|string| string.to_vec()).collect::<Vec<_>>())
        };
        assert_eq!(read(b" \"PLAIN\" {3+}\r\na\r\n"), Some(vec![b"PLAIN".to_vec(), b"a\r\n".to_vec()]));
        assert_eq!(read(b"\"a\\\"b\" \"\""), Some(vec![b"a\"b".to_vec(), b"".to_vec()]));
        assert_eq!(read(b""), Some(vec![]));
        for text in [&b"PLAIN"[..], b"\"a", b"\"a\\", b"\"a\"\"b\"", b"{3+}\r\na", b"{3+}", b"\"\0\""] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}

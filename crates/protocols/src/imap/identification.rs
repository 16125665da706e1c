//! What a client says it is (RFC 2971).

use super::arguments::Arguments;

/// RFC 2971 §3.3.
const MAX_FIELDS: usize = 30;
/// Characters of a name that are kept for the sign-in event.
const MAX_NAME: usize = 64;

/// Reads the argument of ID: `NIL` or a list of pairs. `None`: it is neither; `Some(None)`: the client has no name.
pub(super) fn client_name(mut arguments: Arguments<'_>) -> Option<Option<String>> {
    let mut name = None;
    let mut version = None;
    if !arguments.octet(b'(') {
        let is_nil = arguments.word().eq_ignore_ascii_case(b"NIL");
        return (is_nil && arguments.is_empty()).then_some(None);
    }
    for _ in 0..=MAX_FIELDS {
        arguments.space();
        if arguments.octet(b')') {
            let words: Vec<String> = [name, version].into_iter().flatten().collect();
            let text: String = words.join(" ").chars().take(MAX_NAME).collect();
            return arguments.is_empty().then_some((!text.is_empty()).then_some(text));
        }
        let field = arguments.string()?.to_ascii_lowercase();
        arguments.space().then_some(())?;
        let value = value(&mut arguments)?;
        match field.as_slice() {
            b"name" => name = printable(&value),
            b"version" => version = printable(&value),
            _ => {}
        }
    }
    None
}

/// A value is a string or NIL, which may stand before the parenthesis that closes the list.
fn value(arguments: &mut Arguments<'_>) -> Option<Vec<u8>> {
    let mut nil = *arguments;
    if [b'N', b'I', b'L'].into_iter().all(|octet| nil.octet(octet) || nil.octet(octet.to_ascii_lowercase())) {
        *arguments = nil;
        return Some(Vec::new());
    }
    arguments.string().map(|value| value.to_vec())
}

fn printable(value: &[u8]) -> Option<String> {
    let text: String =
        String::from_utf8_lossy(value).chars().filter(|character| !character.is_control()).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_nil() {
        let read = |text: &str| client_name(Arguments::new(text.as_bytes()));
        assert_eq!(read("NIL"), Some(None));
        assert_eq!(read("()"), Some(None));
        assert_eq!(
            read("(\"os\" NIL \"NAME\" \"Thunderbird\" \"version\" \"140\")"),
            Some(Some("Thunderbird 140".to_owned()))
        );
        assert_eq!(read("(\"name\" {3}\r\nabc \"os\" nil)"), Some(Some("abc".to_owned())));
        for text in ["", "x", "(\"name\")", "(\"name\" \"x\"", "(\"name\" \"x\") y", "NIL x"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!("({})", "\"a\" NIL ".repeat(31))), None);
    }
}

//! References (XML 1.0 §4.1) and their opposite.

use std::borrow::Cow;

use super::XmlProblem;

/// Resolves the references in text or in the value of an attribute.
pub(crate) fn unescape(text: &str) -> Result<Cow<'_, str>, XmlProblem> {
    if !text.contains('&') {
        return Ok(Cow::Borrowed(text));
    }
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once('&') {
        unescaped.push_str(before);
        let (name, behind) = reference.split_once(';').ok_or(XmlProblem::Reference)?;
        unescaped.push(resolve(name)?);
        rest = behind;
    }
    unescaped.push_str(rest);
    Ok(Cow::Owned(unescaped))
}

fn resolve(name: &str) -> Result<char, XmlProblem> {
    let number = match name {
        "amp" => return Ok('&'),
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => name.strip_prefix('#').ok_or(XmlProblem::Reference)?,
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // `from_str_radix` takes a sign, XML does not.
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(XmlProblem::Reference);
    }
    let number = u32::from_str_radix(digits, radix).map_err(|_| XmlProblem::Reference)?;
    char::from_u32(number).filter(|&character| is_allowed(character)).ok_or(XmlProblem::Reference)
}

/// §2.2
fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Writes text so that it means itself, in text and in the value of an attribute. What XML cannot carry at all becomes
/// U+FFFD.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            _ if is_allowed(character) => escaped.push(character),
            _ => escaped.push(char::REPLACEMENT_CHARACTER),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        assert_eq!(unescape("a").as_deref(), Ok("a"));
        assert_eq!(unescape("&lt;&gt;&amp;&quot;&apos;").as_deref(), Ok("<>&\"'"));
        assert_eq!(unescape("&#97;&#x61;&#x1F600;&#0097;").as_deref(), Ok("aa😀a"));
        for text in [
            "&",
            "&;",
            "&amp",
            "&nbsp;",
            "&#;",
            "&#x;",
            "&#0;",
            "&#xD800;",
            "&#x110000;",
            "&#+97;",
            "&#X61;",
            "&#11;",
        ] {
            assert_eq!(unescape(text), Err(XmlProblem::Reference), "{text}");
        }
    }

    #[test]
    fn escapes_read_back_as_themselves() {
        assert_eq!(escape("a<'\"&>ä\0"), "a&lt;&apos;&quot;&amp;&gt;ä\u{fffd}");
        assert_eq!(unescape(&escape("a<'\"&>ä")).as_deref(), Ok("a<'\"&>ä"));
    }
}

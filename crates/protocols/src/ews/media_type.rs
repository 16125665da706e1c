//! Which requests are SOAP in UTF-8.

/// Whether a `Content-Type` announces XML SOAP in UTF-8: `text/xml` or `application/soap+xml`, `charset` absent or UTF-8.
///
/// Servers decode by this field, so another character set would let them read another document than the gateway did. The
/// binary encodings and MTOM are not read here and must not pass either.
pub fn is_soap(content_type: &str) -> bool {
    let mut parts = content_type.split(';');
    let media_type = parts.next().unwrap_or_default().trim();
    if !["text/xml", "application/soap+xml"].iter().any(|known| media_type.eq_ignore_ascii_case(known)) {
        return false;
    }
    // A `;` in a quoted value (`action="a;b"`) leaves pieces without `=`: no piece of such a value may look like a
    // character set, so every piece is held to the rule.
    parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            let value = value.trim();
            let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
            value.eq_ignore_ascii_case("utf-8")
        }
        _ => !parameter.to_ascii_lowercase().contains("charset"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types() {
        for (content_type, expected) in [
            ("text/xml", true),
            ("text/xml; charset=utf-8", true),
            ("Text/XML;charset=\"UTF-8\"", true),
            ("application/soap+xml; charset=utf-8; action=\"urn:x;y\"", true),
            ("text/xml; charset=utf-16", false),
            ("text/xml; charset=utf-8; charset=utf-7", false),
            ("text/xml; x=\"charset=utf-8\"", false),
            ("text/xml; charset*=utf-7", false),
            ("application/soap+msbin1", false),
            ("multipart/related; type=\"application/xop+xml\"", false),
            ("application/json", false),
            ("", false),
        ] {
            assert_eq!(is_soap(content_type), expected, "{content_type}");
        }
    }
}

//! Where to go on after signing in: a path of the portal, never another site.

use std::fmt;

/// A checked path of the portal with its query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Next(String);

/// Where everybody starts.
pub(crate) const HOME: &str = "/security-info";
/// Longest path that is carried along.
const LONGEST: usize = 200;

impl Next {
    /// The path, when it can only name a page of the portal; home for anything else. `//host`, `/\host` and control
    /// characters are how browsers are led to another site.
    pub(crate) fn or_home(text: &str) -> Self {
        let visible = |c: char| c.is_ascii_graphic() && !matches!(c, '\\' | '"' | '<' | '>');
        let is_path = text.starts_with('/') && !text.starts_with("//") && text.len() <= LONGEST;
        if is_path && text.chars().all(visible) && !text.starts_with("/sign-") {
            Self(text.to_owned())
        } else {
            Self(HOME.to_owned())
        }
    }

    pub(crate) fn path(&self) -> &str {
        &self.0
    }

    /// `path` with this one in its query, left out where it is home.
    pub(crate) fn after(&self, path: &str) -> String {
        if self.0 == HOME {
            return path.to_owned();
        }
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}next={}", encoded(&self.0))
    }
}

/// A value for the query of an address (RFC 3986 2.1).
pub(crate) fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |mut encoded, octet| {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(octet));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
        encoded
    })
}

impl fmt::Display for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_leads_to_another_site() {
        for (text, path) in [
            ("/refusals?reference=7Q3K-M2XA", "/refusals?reference=7Q3K-M2XA"),
            ("/", "/"),
            ("", HOME),
            ("//evil.example", HOME),
            ("/\\evil.example", HOME),
            ("https://evil.example", HOME),
            ("/a\r\nSet-Cookie: a=b", HOME),
            ("/\t/evil.example", HOME),
            ("/sign-out", HOME),
        ] {
            assert_eq!(Next::or_home(text).path(), path, "{text:?}");
        }
        let next = Next::or_home("/refusals?reference=7Q3K-M2XA&x=1");
        assert_eq!(next.after("/sign-in"), "/sign-in?next=/refusals%3Freference%3D7Q3K-M2XA%26x%3D1");
        assert_eq!(Next::or_home("").after("/sign-in"), "/sign-in");
    }
}

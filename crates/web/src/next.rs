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
        let value: String = self.0.chars().fold(String::new(), |mut value, c| {
            match c {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '/' | '-' | '_' | '.' | '~' => value.push(c),
                other => value.push_str(&format!("%{:02X}", u32::from(other))),
            }
            value
        });
        format!("{path}{joint}next={value}")
    }
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

//! The name of an attribute.

use std::fmt;

/// The name of an attribute, perhaps with its schema and the part of it that is meant: `userName`, `name.familyName`,
/// `urn:ietf:params:scim:schemas:core:2.0:User:userName`. Case does not count in any of them (RFC 7643 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributePath {
    /// The schema's URN, where it is written.
    pub schema: Option<String>,
    /// The attribute.
    pub name: String,
    /// The part of it.
    pub sub: Option<String>,
}

impl AttributePath {
    /// The path that a word of the grammar is.
    pub(super) fn read(word: &str) -> Option<Self> {
        // A version in the URN has a dot: the attribute begins after the last colon.
        let (schema, attribute) = match word.rsplit_once(':') {
            Some((schema, attribute)) => (Some(schema), attribute),
            None => (None, word),
        };
        let (name, sub) = match attribute.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (attribute, None),
        };
        let is_urn = |schema: &str| schema.len() > 4 && schema[..4].eq_ignore_ascii_case("urn:");
        let good = is_name(name) && sub.is_none_or(is_name) && schema.is_none_or(is_urn);
        good.then(|| Self {
            schema: schema.map(str::to_owned),
            name: name.to_owned(),
            sub: sub.map(str::to_owned),
        })
    }

    /// Whether the attribute is called so, in whichever schema.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether the part is called so.
    #[must_use]
    pub fn sub_is(&self, sub: &str) -> bool {
        self.sub.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(sub))
    }
}

/// `$ref` is the one name that begins with a sign.
fn is_name(text: &str) -> bool {
    let rest = text.strip_prefix('$').unwrap_or(text);
    rest.starts_with(|first: char| first.is_ascii_alphabetic())
        && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.name)?;
        if let Some(sub) = &self.sub { write!(f, ".{sub}") } else { Ok(()) }
    }
}

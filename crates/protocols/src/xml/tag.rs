//! What stands in a tag.

use std::borrow::Cow;

use super::{XmlProblem, is_space, unescape};

/// The most attributes in one tag, namespace declarations included. Real ones have six.
pub(crate) const MAX_ATTRIBUTES: usize = 64;

/// A name with its prefix, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name<'a> {
    /// Empty when there is none.
    pub(crate) prefix: &'a str,
    pub(crate) local: &'a str,
}

/// An attribute with its references resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    pub(crate) name: Name<'a>,
    pub(crate) value: Cow<'a, str>,
}

/// A start tag, an empty tag or an end tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// As it is written, prefix included.
    pub(crate) qualified: &'a str,
    pub(crate) name: Name<'a>,
    pub(crate) attributes: Vec<Attribute<'a>>,
}

impl<'a> Tag<'a> {
    /// Reads a whole token: `<name a="b">`, `<name/>` or `</name>`.
    pub(crate) fn read(token: &'a [u8]) -> Result<Self, XmlProblem> {
        let text = std::str::from_utf8(token).map_err(|_| XmlProblem::Utf8)?;
        let inner =
            text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).ok_or(XmlProblem::Syntax)?;
        let (inner, is_end) = match inner.strip_prefix('/') {
            Some(inner) => (inner, true),
            None => (inner.strip_suffix('/').unwrap_or(inner), false),
        };
        let end = inner.find(is_space).unwrap_or(inner.len());
        let (qualified, rest) = inner.split_at(end);
        let name = Name::read(qualified)?;
        let attributes = attributes(rest)?;
        if is_end && !attributes.is_empty() {
            return Err(XmlProblem::Syntax);
        }
        Ok(Self { qualified, name, attributes })
    }
}

impl<'a> Name<'a> {
    fn read(qualified: &'a str) -> Result<Self, XmlProblem> {
        let (prefix, local) = match qualified.split_once(':') {
            Some((prefix, local)) if is_ncname(prefix) => (prefix, local),
            Some(_) => return Err(XmlProblem::Name),
            None => ("", qualified),
        };
        if is_ncname(local) { Ok(Self { prefix, local }) } else { Err(XmlProblem::Name) }
    }
}

/// The ASCII part of Namespaces in XML's `NCName`. No name that matters here has more.
fn is_ncname(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn attributes(mut rest: &str) -> Result<Vec<Attribute<'_>>, XmlProblem> {
    let mut attributes: Vec<Attribute<'_>> = Vec::new();
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        if trimmed.is_empty() {
            return Ok(attributes);
        }
        // White space stands before every attribute.
        if trimmed.len() == rest.len() {
            return Err(XmlProblem::Attribute);
        }
        if attributes.len() == MAX_ATTRIBUTES {
            return Err(XmlProblem::TooManyAttributes);
        }
        let (name, behind) = trimmed.split_once('=').ok_or(XmlProblem::Attribute)?;
        let name = Name::read(name.trim_end_matches(is_space))?;
        let behind = behind.trim_start_matches(is_space);
        let quote =
            behind.chars().next().filter(|quote| matches!(quote, '"' | '\'')).ok_or(XmlProblem::Attribute)?;
        let (value, behind) = behind[1..].split_once(quote).ok_or(XmlProblem::Attribute)?;
        if attributes.iter().any(|attribute| attribute.name == name) {
            return Err(XmlProblem::Attribute);
        }
        attributes.push(Attribute { name, value: unescape(value)? });
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_attributes() {
        let tag = Tag::read(b"<t:a  b = 'x&gt;y' xmlns:c=\"'\"\n/>").expect("a tag");
        assert_eq!(tag.qualified, "t:a");
        assert_eq!(tag.name, Name { prefix: "t", local: "a" });
        let attributes: Vec<_> =
            tag.attributes.iter().map(|a| (a.name.prefix, a.name.local, &*a.value)).collect();
        assert_eq!(attributes, [("", "b", "x>y"), ("xmlns", "c", "'")]);
        assert_eq!(Tag::read(b"</a >").expect("a tag").name, Name { prefix: "", local: "a" });
    }

    #[test]
    fn refuses_what_is_no_tag() {
        let many = format!("<a{}>", (0..65).map(|n| format!(" a{n}=''")).collect::<String>());
        for (token, problem) in [
            ("<a:b:c>", XmlProblem::Name),
            ("<:a>", XmlProblem::Name),
            ("<a:>", XmlProblem::Name),
            ("<1>", XmlProblem::Name),
            ("< a>", XmlProblem::Name),
            ("</ a>", XmlProblem::Name),
            ("<ä>", XmlProblem::Name),
            ("<a/b>", XmlProblem::Name),
            ("<a b>", XmlProblem::Attribute),
            ("<a b=c>", XmlProblem::Attribute),
            ("<a b='c'd='e'>", XmlProblem::Attribute),
            ("<a b='c' b='d'>", XmlProblem::Attribute),
            ("<a b='c>", XmlProblem::Attribute),
            ("<a b='&x;'>", XmlProblem::Reference),
            ("</a b='c'>", XmlProblem::Syntax),
            (&many, XmlProblem::TooManyAttributes),
        ] {
            assert_eq!(Tag::read(token.as_bytes()), Err(problem), "{token}");
        }
    }
}

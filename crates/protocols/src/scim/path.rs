//! What a patch is for.

use std::fmt;
use std::str::FromStr;

use super::lexer::Tokens;
use super::parser::Parser;
use super::{AttributePath, Filter, Invalid};

/// What an operation of a patch is for (RFC 7644 3.5.2): `displayName`, `name.familyName`, `members[value eq "…"]`,
/// `emails[type eq "work"].value`.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPath {
    /// The attribute.
    pub attribute: AttributePath,
    /// Which of its values.
    pub filter: Option<Filter>,
    /// Which part of these, after a filter. Without a filter it is among [`AttributePath::sub`].
    pub sub: Option<String>,
}

impl FromStr for PatchPath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut parser = Parser::new(Tokens::of(text)?);
        let attribute = parser.attribute()?;
        let filter = if parser.comes_bracket() { Some(parser.in_brackets()?) } else { None };
        let sub = if filter.is_some() { parser.sub_attribute()? } else { None };
        parser.end()?;
        Ok(Self { attribute, filter, sub })
    }
}

impl fmt::Display for PatchPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.attribute)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        if let Some(sub) = &self.sub { write!(f, ".{sub}") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_of_rfc_7644_are_read() {
        for text in [
            "members",
            "name.familyName",
            r#"addresses[type eq "work"]"#,
            r#"members[value eq "2819c223-7f76-453a-919d-413861904646"]"#,
            r#"members[value eq "2819c223-7f76-453a-919d-413861904646"].displayName"#,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        ] {
            let path: PatchPath = text.parse().unwrap();
            assert_eq!(path.to_string(), text);
        }
        let path: PatchPath = r#"emails[type eq "work" and primary eq true].value"#.parse().unwrap();
        assert_eq!(path.to_string(), r#"emails[(type eq "work" and primary eq true)].value"#);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for (text, expected) in [
            ("", "expected an attribute at character 1"),
            ("members[", "expected an attribute at character 9"),
            ("members]", "expected the end at character 8"),
            ("emails[type eq \"work\"]value", "expected the end at character 23"),
            ("emails[type eq \"work\"].", "expected an attribute at character 24"),
            ("emails[type eq \"work\"].a.b", "expected a part of the attribute at character 24"),
            ("a b", "expected the end at character 3"),
        ] {
            assert_eq!(text.parse::<PatchPath>().unwrap_err().to_string(), expected, "{text}");
        }
    }
}

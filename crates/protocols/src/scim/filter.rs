//! What a filter is.

use std::fmt;
use std::str::FromStr;

use super::lexer::Tokens;
use super::parser::Parser;
use super::{AttributePath, Invalid};

/// A filter (RFC 7644 3.4.2.2).
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of them.
    And(Vec<Self>),
    /// One of them at least.
    Or(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// The attribute has a value.
    Present(AttributePath),
    /// One of the attribute's values compares so.
    Compare {
        /// The attribute.
        path: AttributePath,
        /// How.
        operator: Operator,
        /// With what.
        value: Literal,
    },
    /// One of the attribute's values has parts that fit, all of them at once (`emails[type eq "work"]`).
    Within {
        /// The attribute.
        path: AttributePath,
        /// What its parts must fit.
        filter: Box<Self>,
    },
}

/// A value to compare with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A text.
    Text(String),
    /// A number.
    Number(serde_json::Number),
    /// True or false.
    Boolean(bool),
    /// Nothing.
    Null,
}

macro_rules! operators {
    ($($(#[$doc:meta])* $operator:ident = $text:literal),+ $(,)?) => {
        /// How two values are compared.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Operator { $($(#[$doc])* $operator),+ }

        impl Operator {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$operator),+];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$operator => $text),+ }
            }
        }
    };
}

operators! {
    /// Equal.
    Eq = "eq",
    /// Not equal.
    Ne = "ne",
    /// Contains.
    Co = "co",
    /// Starts with.
    Sw = "sw",
    /// Ends with.
    Ew = "ew",
    /// Greater.
    Gt = "gt",
    /// Greater or equal.
    Ge = "ge",
    /// Less.
    Lt = "lt",
    /// Less or equal.
    Le = "le",
}

impl Operator {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.name().eq_ignore_ascii_case(word))
    }
}

impl FromStr for Filter {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut parser = Parser::new(Tokens::of(text)?);
        let filter = parser.filter()?;
        parser.end()?;
        Ok(filter)
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
            Self::Number(number) => write!(f, "{number}"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Null => f.write_str("null"),
        }
    }
}

/// The filter again, with parentheses around every group.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = |f: &mut fmt::Formatter<'_>, filters: &[Self], word: &str| {
            f.write_str("(")?;
            for (number, filter) in filters.iter().enumerate() {
                if number > 0 {
                    write!(f, " {word} ")?;
                }
                write!(f, "{filter}")?;
            }
            f.write_str(")")
        };
        match self {
            Self::And(filters) => group(f, filters, "and"),
            Self::Or(filters) => group(f, filters, "or"),
            Self::Not(filter) => write!(f, "not ({filter})"),
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Compare { path, operator, value } => write!(f, "{path} {} {value}", operator.name()),
            Self::Within { path, filter } => write!(f, "{path}[{filter}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match text.parse::<Filter>() {
            Ok(filter) => {
                let shown = filter.to_string();
                assert_eq!(shown.parse::<Filter>().as_ref(), Ok(&filter), "{shown}");
                shown
            }
            Err(invalid) => format!("! {invalid}"),
        }
    }

    #[test]
    fn the_filters_of_rfc_7644_are_read() {
        for text in [
            r#"userName eq "bjensen""#,
            r#"name.familyName co "O'Malley""#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
            "title pr",
            r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
            r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
        ] {
            assert_eq!(shown(text), text);
        }
        for (text, expected) in [
            (r#"title pr and userType eq "Employee""#, r#"(title pr and userType eq "Employee")"#),
            (
                r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
                r#"(userType eq "Employee" and (emails co "example.com" or emails.value co "example.org"))"#,
            ),
            (
                r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
                r#"(userType ne "Employee" and not ((emails co "example.com" or emails.value co "example.org")))"#,
            ),
            (
                r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
                r#"(emails[(type eq "work" and value co "@example.com")] or ims[(type eq "xmpp" and value co "@foo.com")])"#,
            ),
            // "and" binds closer than "or", and neither minds its case.
            ("a pr OR b pr And c pr", "(a pr or (b pr and c pr))"),
            (
                r#"active eq TRUE and n gt -1.5e3 and x EQ null"#,
                "(active eq true and n gt -1500.0 and x eq null)",
            ),
            // As Entra ID looks for somebody by their address.
            (
                r#"emails[type eq "work"].value eq "a@example.test""#,
                r#"emails[(type eq "work" and value eq "a@example.test")]"#,
            ),
            (r#"userName eq "a \"b\" \u00e4""#, r#"userName eq "a \"b\" ä""#),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    /// serde_json reads `6E78` one bit beside the nearest double, unless it is built to be exact.
    #[test]
    fn a_number_is_the_nearest_that_there_is_and_reads_the_same_again() {
        for (text, expected) in [
            ("n eq 6E78", "n eq 6e+78"),
            ("n eq 0", "n eq 0"),
            ("n eq -0", "n eq -0.0"),
            ("n eq 007", "! expected a number at character 6"),
            ("n eq 18446744073709551615", "n eq 18446744073709551615"),
            ("n eq 18446744073709551616", "n eq 1.8446744073709552e+19"),
            ("n eq -9223372036854775808", "n eq -9223372036854775808"),
            ("n eq 0.1", "n eq 0.1"),
            ("n eq 1e-400", "n eq 0.0"),
            ("n eq 1e400", "! expected a number at character 6"),
            ("n eq 1.", "! expected a number at character 6"),
            ("n eq -", "! expected a number at character 6"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused_with_its_place() {
        for (text, expected) in [
            ("", "! expected an attribute at character 1"),
            ("userName", "! expected an operator at character 9"),
            ("userName is 5", "! expected an operator at character 10"),
            ("userName eq", "! expected a value at character 12"),
            ("userName eq anna", "! expected a value at character 13"),
            (r#"userName eq "anna"#, "! expected a closing quote at character 13"),
            (r#"userName eq "\x""#, "! expected a JSON string at character 13"),
            ("userName eq 1 2", "! expected the end at character 15"),
            ("(a pr", "! expected a closing parenthesis at character 6"),
            ("a pr)", "! expected the end at character 5"),
            ("not a pr", "! expected a parenthesis at character 5"),
            ("e[a pr", "! expected a closing bracket at character 7"),
            ("e[f[a pr]]", "! expected an operator at character 4"),
            ("a pr and", "! expected an attribute at character 9"),
            ("ä pr", "! expected an attribute, an operator or a value at character 1"),
            ("a..b pr", "! expected an attribute at character 1"),
            ("x:a pr", "! expected an attribute at character 1"),
            ("n eq 1-2", "! expected a number at character 6"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_filter_has_its_bounds() {
        let deep = |depth: usize| format!("{}a pr{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(shown(&deep(super::super::MOST_DEPTH)), "a pr");
        assert_eq!(shown(&deep(super::super::MOST_DEPTH + 1)), "! parentheses more than 16 deep");
        let wide = |terms: usize| vec!["a pr"; terms].join(" or ");
        assert!(shown(&wide(super::super::MOST_TERMS)).starts_with("(a pr or "));
        assert_eq!(shown(&wide(super::super::MOST_TERMS + 1)), "! more than 64 terms");
        assert_eq!(shown(&format!("a eq \"{}\"", "x".repeat(4096))), "! longer than 4096 octets");
    }
}

//! What a request of Exchange ActiveSync says of itself in its URL (MS-ASHTTP §2.2.1.1.1), in both forms.
//!
//! The `User` there is not a credential, but servers take it for the name of the mailbox, so it must name the one who
//! signed in. What two programs could read differently is refused rather than understood.

mod compact;
mod plain;

/// The longest query read, in octets. Real ones have some 200.
pub const MAX_QUERY: usize = 8_192;

/// What a query says. Empty when it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The user that it names, in whatever form: `user`, `user@domain`, `DOMAIN\user`. No control characters.
    pub user: Option<String>,
    /// The device, as the program calls it; a binary one in hexadecimal. No control characters.
    pub device_id: Option<String>,
    /// `iPhone`, `SmartPhone` and the like. No control characters.
    pub device_type: Option<String>,
}

/// Why a query cannot be read in exactly one way. All of these are the client's mistakes: HTTP 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryProblem {
    /// More than [`MAX_QUERY`] octets.
    #[error("the query is longer than 8 KiB")]
    TooLong,
    /// A `%` without two hexadecimal digits (also the `%u0041` that some servers read), or octets that are not UTF-8.
    #[error("the query has an escape that servers read differently")]
    Escape,
    /// A parameter without `=` among others: a server might take it for the compact form.
    #[error("the query has a parameter without a name")]
    Nameless,
    /// Several `User`, `DeviceId` or `DeviceType` with different values.
    #[error("the query names the same thing twice, differently")]
    Contradiction,
    /// A control character in a value.
    #[error("the query has a control character")]
    ControlCharacter,
    /// Neither `name=value` nor the base64 of the fields of MS-ASHTTP §2.2.1.1.1.1.
    #[error("the query has neither of the two forms")]
    Malformed,
}

impl Query {
    /// Reads the part of the URL behind `?`, which may be empty.
    ///
    /// # Errors
    ///
    /// See [`QueryProblem`].
    pub fn read(query: &str) -> Result<Self, QueryProblem> {
        if query.len() > MAX_QUERY {
            return Err(QueryProblem::TooLong);
        }
        if query.is_empty() {
            return Ok(Self::default());
        }
        // The padding of base64 is the only `=` at the end of a query that has no other `=` and no `&`.
        if query.contains('&') || query.trim_end_matches('=').contains('=') {
            plain::read(query)
        } else {
            compact::read(query)
        }
    }
}

/// The user that a query names, when it names one: [`Query::read`] for those who want nothing else.
///
/// # Errors
///
/// See [`QueryProblem`].
pub fn query_user(query: &str) -> Result<Option<String>, QueryProblem> {
    Query::read(query).map(|query| query.user)
}

/// The device that a query names, when it names one.
///
/// # Errors
///
/// See [`QueryProblem`].
pub fn device_id(query: &str) -> Result<Option<String>, QueryProblem> {
    Query::read(query).map(|query| query.device_id)
}

/// Notes a value; a second one must be the same.
fn note(place: &mut Option<String>, value: String) -> Result<(), QueryProblem> {
    if value.chars().any(char::is_control) {
        return Err(QueryProblem::ControlCharacter);
    }
    match place {
        Some(earlier) if *earlier != value => Err(QueryProblem::Contradiction),
        _ => {
            *place = Some(value);
            Ok(())
        }
    }
}

/// Resolves `%41`; nothing but two hexadecimal digits may follow a `%`.
fn unescape(text: &str) -> Result<Vec<u8>, QueryProblem> {
    let mut octets = text.bytes();
    let mut unescaped = Vec::with_capacity(text.len());
    while let Some(octet) = octets.next() {
        if octet != b'%' {
            unescaped.push(octet);
            continue;
        }
        let mut digit = || octets.next().and_then(|digit| char::from(digit).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(QueryProblem::Escape) };
        unescaped.push((high * 16 + low) as u8);
    }
    Ok(unescaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_query_says_nothing() {
        assert_eq!(Query::read(""), Ok(Query::default()));
    }

    #[test]
    fn too_long() {
        assert_eq!(query_user(&"A".repeat(MAX_QUERY + 1)), Err(QueryProblem::TooLong));
    }

    #[test]
    fn a_query_that_could_be_either_is_neither() {
        for query in ["User=", "Use=", "User==", "User", "a", "=", "%26"] {
            assert_eq!(query_user(query), Err(QueryProblem::Malformed), "{query}");
        }
    }
}

//! The plain form: `Cmd=Sync&User=anna&DeviceId=A1&DeviceType=iPhone` (MS-ASHTTP §2.2.1.1.1.2).

use super::{Query, QueryProblem, note, unescape};

/// Reads `name=value` pairs. Names are compared without regard to case and unescaped first, as ASP.NET does, and without
/// spaces around them, as PHP does; a `;` parts them too, as in old readers of forms.
pub(super) fn read(query: &str) -> Result<Query, QueryProblem> {
    let mut read = Query::default();
    for parameter in query.split(['&', ';']).filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').ok_or(QueryProblem::Nameless)?;
        let (name, value) = (text(name)?, text(value)?);
        match name.trim().to_ascii_lowercase().as_str() {
            "user" => note(&mut read.user, value)?,
            "deviceid" => note(&mut read.device_id, value)?,
            "devicetype" => note(&mut read.device_type, value)?,
            _ => {}
        }
    }
    Ok(read)
}

fn text(escaped: &str) -> Result<String, QueryProblem> {
    let octets = unescape(&escaped.replace('+', " "))?;
    // A NUL ends a name in some servers and not in others.
    if octets.contains(&0) {
        return Err(QueryProblem::ControlCharacter);
    }
    String::from_utf8(octets).map_err(|_| QueryProblem::Escape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activesync::{device_id, query_user};

    fn user(query: &str) -> Result<Option<String>, QueryProblem> {
        query_user(query)
    }

    #[test]
    fn what_an_iphone_sends() {
        assert_eq!(
            Query::read("User=anna%40ex.com&DeviceId=U3V1KPVSI56EF6AUJCCK0O2B40&DeviceType=iPhone&Cmd=Ping"),
            Ok(Query {
                user: Some("anna@ex.com".to_owned()),
                device_id: Some("U3V1KPVSI56EF6AUJCCK0O2B40".to_owned()),
                device_type: Some("iPhone".to_owned()),
            })
        );
    }

    #[test]
    fn names_in_any_spelling() {
        for query in ["&user=EX%5canna", "Cmd=Sync&USER=EX%5Canna&", "%55ser=EX\\anna&User=EX%5canna"] {
            assert_eq!(user(query), Ok(Some("EX\\anna".to_owned())), "{query}");
        }
        for query in ["+User=bea", "Cmd=Sync&User%20=bea", "Cmd=Sync;User=bea"] {
            assert_eq!(user(query), Ok(Some("bea".to_owned())), "{query}");
        }
        assert_eq!(user("User=a+b%2Bc"), Ok(Some("a b+c".to_owned())));
        assert_eq!(user("User=a=b&x=y"), Ok(Some("a=b".to_owned())));
        assert_eq!(user("Cmd=Sync"), Ok(None));
        assert_eq!(device_id("Cmd=Sync&User=u"), Ok(None));
    }

    #[test]
    fn what_is_read_differently_by_different_servers_is_refused() {
        assert_eq!(user("User=anna&user=bea"), Err(QueryProblem::Contradiction));
        assert_eq!(user("User=anna;User=bea"), Err(QueryProblem::Contradiction));
        assert_eq!(user("User=anna&user=ANNA"), Err(QueryProblem::Contradiction));
        assert_eq!(user("User=anna&DeviceId=1&DeviceId=2"), Err(QueryProblem::Contradiction));
        assert_eq!(user("User=anna&jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l"), Err(QueryProblem::Nameless));
        assert_eq!(user("%u0055ser=bea&User=anna"), Err(QueryProblem::Escape));
        assert_eq!(user("User=anna%"), Err(QueryProblem::Escape));
        assert_eq!(user("User=anna%4"), Err(QueryProblem::Escape));
        assert_eq!(user("User=ann%e4"), Err(QueryProblem::Escape));
        assert_eq!(user("User=anna%00bea"), Err(QueryProblem::ControlCharacter));
        assert_eq!(user("User%00=bea&User=anna"), Err(QueryProblem::ControlCharacter));
        assert_eq!(user("User=anna%0d%0a"), Err(QueryProblem::ControlCharacter));
        assert_eq!(user("User=anna%C2%85"), Err(QueryProblem::ControlCharacter));
    }
}

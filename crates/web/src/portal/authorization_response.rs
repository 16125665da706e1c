//! The parameters with which an authorization server sends the browser back.

use postern_service::AuthorizationResponse;

/// Reads the query; a parameter that is there twice makes it no answer (RFC 6749 3.1).
pub(super) fn read(query: &str) -> AuthorizationResponse {
    let mut read = AuthorizationResponse::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let known = match &*name {
            "state" => {
                if !read.state.is_empty() {
                    return AuthorizationResponse::default();
                }
                read.state = value.into_owned();
                continue;
            }
            "code" => &mut read.code,
            "error" => &mut read.error,
            "error_description" => &mut read.error_description,
            "iss" => &mut read.issuer,
            _ => continue,
        };
        if known.replace(value.into_owned()).is_some() {
            return AuthorizationResponse::default();
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_is_there_twice_makes_it_no_answer() {
        let good = read("code=c&state=s&iss=https%3A%2F%2Flogin.example.test&session_state=x");
        assert_eq!((good.state.as_str(), good.code.as_deref()), ("s", Some("c")));
        assert_eq!(good.issuer.as_deref(), Some("https://login.example.test"));
        for twice in ["code=c&state=s&code=d", "code=c&state=s&state=t", "state=s&code=c&iss=a&iss=b"] {
            assert_eq!(read(twice).state, "", "{twice}");
        }
    }
}

//! Where a provider sends the owner's browser back to (RFC 6749 4.1.2). A GET that changes something, as the protocol
//! wants it: `state` stands in the place of a form's token, good once, in the session that began.

use axum::extract::{RawQuery, State};
use http::StatusCode;
use postern_service::upstream::{ConsentCallback, ConsentError};

use super::{Portal, page};
use crate::answer::Answer;
use crate::page::go;
use crate::portal::paths;
use crate::portal::sign_in::sentence;
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, RawQuery(query): RawQuery) -> Answer {
    let callback = read(query.as_deref().unwrap_or_default());
    let (status, error) = match portal.service.finish_consent(&inside.session, callback).await {
        // The address with the code in it does not stay in the browser's history as a page.
        Ok(_) => return Ok(go(&format!("{}?done=mailbox-connected", paths::CONSENTS))),
        Err(ConsentError::Failure(failure)) => return Err(failure.into()),
        Err(error @ ConsentError::Unavailable { .. }) => (StatusCode::BAD_GATEWAY, error),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, error),
    };
    page(&portal, &inside, status, None, Some(sentence(&error))).await
}

/// The parameters; one that is there twice makes the answer none (RFC 6749 3.1).
fn read(query: &str) -> ConsentCallback {
    let mut read = ConsentCallback::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let known = match &*name {
            "state" => {
                if !read.state.is_empty() {
                    return ConsentCallback::default();
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
            return ConsentCallback::default();
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

//! Where an outside identity provider sends the browser back to. A GET that changes something, as the protocol wants it:
//! `state` stands in the place of a form's token, good once, in the browser that began.

use axum::extract::{RawQuery, State};
use http::HeaderMap;
use postern_service::outside::{OutsideCallback, OutsideFinish};

use super::{Portal, browser, refused};
use crate::answer::Answer;
use crate::cookies;
use crate::middleware::Visit;
use crate::next::Next;
use crate::page::go;
use crate::portal::sign_in;

pub(crate) async fn show(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let callback = read(query.as_deref().unwrap_or_default());
    // A browser without the cookie began nothing.
    let visitor = cookies::visitor(&headers).unwrap_or_default();
    let session = cookies::session(&headers);
    let browser = browser(&visit, visitor);
    // The address with the code in it never stays in the browser's history as a page.
    match portal.service.finish_outside(&browser, session.as_ref(), callback).await {
        Ok(OutsideFinish::SignedIn { started, next }) => {
            visit.set_cookie(cookies::set_session(&started.token));
            Ok(sign_in::onward(&started.standing, &Next::or_home(&next)))
        }
        Ok(OutsideFinish::Linked { next }) => Ok(go(Next::or_home(&next).path())),
        Ok(OutsideFinish::Confirmed { token, next, .. }) => {
            visit.set_cookie(cookies::set_session(&token));
            Ok(go(Next::or_home(&next).path()))
        }
        Err(error) => refused::page(&portal, &visit, error),
    }
}

/// The parameters; one that is there twice makes the answer none (RFC 6749 3.1).
fn read(query: &str) -> OutsideCallback {
    let mut read = OutsideCallback::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let known = match &*name {
            "state" => {
                if !read.state.is_empty() {
                    return OutsideCallback::default();
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
            return OutsideCallback::default();
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

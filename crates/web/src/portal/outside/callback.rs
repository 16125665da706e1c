//! Where an outside identity provider sends the browser back to. A GET that changes something, as the protocol wants it:
//! `state` stands in the place of a form's token, good once, in the browser that began.

use axum::extract::{RawQuery, State};
use http::HeaderMap;
use postern_service::outside::OutsideFinish;

use super::{Portal, browser, refused};
use crate::answer::Answer;
use crate::cookies;
use crate::middleware::Visit;
use crate::next::Next;
use crate::page::go;
use crate::portal::{authorization_response, sign_in};

pub(crate) async fn show(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let callback = authorization_response::read(query.as_deref().unwrap_or_default());
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

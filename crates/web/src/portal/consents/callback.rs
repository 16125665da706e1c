//! Where a provider sends the owner's browser back to (RFC 6749 4.1.2). A GET that changes something, as the protocol
//! wants it: `state` stands in the place of a form's token, good once, in the session that began.

use axum::extract::{RawQuery, State};
use http::StatusCode;
use postern_service::upstream::ConsentError;

use super::{Portal, page};
use crate::answer::Answer;
use crate::page::go;
use crate::portal::sign_in::sentence;
use crate::portal::{authorization_response, paths};
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, RawQuery(query): RawQuery) -> Answer {
    let callback = authorization_response::read(query.as_deref().unwrap_or_default());
    let (status, error) = match portal.service.finish_consent(&inside.session, callback).await {
        // The address with the code in it does not stay in the browser's history as a page.
        Ok(_) => return Ok(go(&format!("{}?done=mailbox-connected", paths::CONSENTS))),
        Err(ConsentError::Failure(failure)) => return Err(failure.into()),
        Err(error @ ConsentError::Unavailable { .. }) => (StatusCode::BAD_GATEWAY, error),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, error),
    };
    page(&portal, &inside, status, None, Some(sentence(&error))).await
}

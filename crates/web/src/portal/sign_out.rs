//! Sign out.

use axum::extract::State;
use http::HeaderMap;
use postern_service::portal::Standing;

use super::{Portal, outside, paths};
use crate::answer::Answer;
use crate::cookies;
use crate::form::Checked;
use crate::middleware::Visit;
use crate::page::go;

pub(crate) async fn submit(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    Checked(_): Checked,
) -> Answer {
    if let Some(token) = cookies::session(&headers) {
        let standing = portal.service.resume_portal_session(&token).await?;
        let session = standing.as_ref().map(|standing| match standing {
            Standing::AwaitingSecondFactor(half) | Standing::MustRegister(half) => half.session(),
            Standing::Full(full) => full.session(),
        });
        if let Some(session) = session {
            portal.service.end_portal_session(session).await?;
            if let Some(onward) = outside::signed_out::onward(&portal, &visit, &headers, session).await? {
                visit.set_cookie(cookies::forget_session());
                return Ok(onward);
            }
        }
    }
    // Only once the session has ended: a cookie that is forgotten too early would leave it open.
    visit.set_cookie(cookies::forget_session());
    Ok(go(&format!("{}?done=signed-out", paths::SIGN_IN)))
}

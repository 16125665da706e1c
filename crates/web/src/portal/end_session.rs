//! End one live session. No question is asked: its program may sign in again.

use axum::extract::{Path, State};
use postern_domain::id::DoorSessionId;
use postern_service::live_session::LiveSessionError;

use super::{Portal, paths};
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    _checked: Checked,
) -> Answer {
    let id: DoorSessionId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    let done = match portal.service.end_live_session(inside.by(), id).await {
        Ok(()) => "session-ended",
        Err(LiveSessionError::Failure(failure)) => return Err(failure.into()),
        // It ended while its button was on the screen, which is what was wanted. Another's answers the same.
        Err(_) => "session-gone",
    };
    Ok(go(&format!("{}?done={done}", paths::SESSIONS)))
}

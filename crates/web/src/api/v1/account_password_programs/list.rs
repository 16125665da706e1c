//! `GET /account-password-programs`

use axum::extract::State;
use http::Uri;
use postern_service::account::ProgramPlace;

use super::{ListPrograms, ProgramBody};
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// List the programs that use account passwords
///
/// Those heard of in the last 30 days, by account: what stops when MFA is enforced, or, with `stopped`, what did. Of one account
/// those heard of last come first.
#[utoipa::path(get, path = "/api/v1/account-password-programs", tag = "Per-user MFA", params(ListPrograms),
    responses((status = 200, body = Page<ProgramBody>)))]
pub(crate) async fn list_programs(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<ListPrograms>,
) -> Result<Page<ProgramBody>, Problem> {
    let limit = page::limit(asked.limit)?;
    // One more than is asked for tells whether there are more.
    let mut filter = asked.filter(portal.now(), limit + 1)?;
    filter.after = page::after(asked.cursor.as_deref())?;
    let (mut programs, _) = portal.service.list_programs(caller.by(), &filter).await?;
    let more = programs.len() > limit as usize;
    programs.truncate(limit as usize);
    let end = ProgramPlace::end_of(&programs, filter.after.as_ref()).filter(|_| more);
    let end = end.map(|end| end.to_string());
    Ok(Page::up_to(programs.iter().map(ProgramBody::new), &uri, end))
}

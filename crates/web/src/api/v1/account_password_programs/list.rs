//! `GET /account-password-programs`

use axum::extract::State;
use http::Uri;

use super::{ListPrograms, ProgramBody};
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// List the programs that use account passwords
///
/// Those heard of in the last 30 days, by account: what stops when MFA is enforced, or, with `stopped`, what did. The cursor
/// counts rows: a program that appears meanwhile may move one to the page before.
#[utoipa::path(get, path = "/api/v1/account-password-programs", tag = "Per-user MFA", params(ListPrograms),
    responses((status = 200, body = Page<ProgramBody>)))]
pub(crate) async fn list_programs(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<ListPrograms>,
) -> Result<Page<ProgramBody>, Problem> {
    let limit = page::limit(asked.limit)?;
    let mut filter = asked.filter(portal.now(), limit)?;
    filter.skip = page::after(asked.cursor.as_deref())?.unwrap_or(0);
    let (programs, totals) = portal.service.list_programs(caller.by(), &filter).await?;
    let shown = filter.skip + programs.len() as u64;
    let end = (shown < totals.programs && !programs.is_empty()).then(|| shown.to_string());
    Ok(Page::up_to(programs.iter().map(ProgramBody::new), &uri, end))
}

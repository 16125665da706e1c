//! `GET /account-password-programs`

use axum::extract::State;
use http::Uri;
use postern_service::account::ProgramPlace;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{ProgramBody, Programs};
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::v1::words::{AccountKindWord, MfaStateWord};
use crate::portal::Portal;

/// Which programs are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListPrograms {
    /// Of accounts under MFA: those that stopped. Otherwise those that will.
    stopped: Option<bool>,
    /// Only of accounts with an address that contains this text.
    text: Option<String>,
    /// Only of accounts of this kind.
    #[param(value_type = Option<AccountKindWord>)]
    kind: Option<String>,
    /// Only of accounts in this MFA state.
    #[param(value_type = Option<MfaStateWord>)]
    mfa_state: Option<String>,
    /// Only of accounts in this group.
    group: Option<String>,
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
}

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
    let after = page::after(asked.cursor.as_deref(), &uri)?;
    // One more than is asked for tells whether there are more.
    let ListPrograms { stopped, text, kind, mfa_state, group, .. } = asked;
    let mut filter = Programs { stopped, text, kind, mfa_state, group }.filter(portal.now(), limit + 1)?;
    filter.after = after;
    let mut programs = portal.service.read_programs(caller.by(), &filter).await?;
    let more = programs.len() > limit as usize;
    programs.truncate(limit as usize);
    let end = ProgramPlace::end_of(&programs, filter.after.as_ref()).filter(|_| more);
    let end = end.map(|end| end.to_string());
    Ok(Page::up_to(programs.iter().map(ProgramBody::new), &uri, end))
}

//! `POST /account-changes/preview`

use axum::Json;
use axum::extract::State;
use postern_domain::account::BulkChange;
use postern_domain::mfa::MfaState;
use postern_service::account::{AccountFilter, BulkChoice, ProgramFilter};
use serde::Serialize;
use utoipa::ToSchema;

use super::NewChange;
use crate::admin::mfa::programs::known_since;
use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// What a change would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangePreview {
    /// How many accounts it is for.
    accounts: u64,
    /// What stops; null: nothing does by an MFA state.
    stops: Option<Stops>,
}

/// Programs that use the account password, and stop.
#[derive(Serialize, ToSchema)]
struct Stops {
    /// How many programs signed in so in the last 30 days. Counting stops at 10,001.
    programs: u64,
    /// Of how many accounts those that were counted are.
    accounts: u64,
    /// Whether they stop when their owners have registered a method, and not at once.
    later: bool,
}

/// Preview a change to many accounts
///
/// Nothing is changed. Which programs stop is told by `GET /api/v1/account-password-programs`. With an MFA state it takes
/// `events.read` too.
#[utoipa::path(post, path = "/api/v1/account-changes/preview", tag = "Changes to many accounts",
    request_body = NewChange, responses((status = 200, body = ChangePreview)))]
pub(crate) async fn preview_account_change(
    State(portal): State<Portal>,
    caller: Caller,
    Body(body): Body<NewChange>,
) -> Result<Json<ChangePreview>, Problem> {
    let wanted = body.read(&portal, &caller).await?;
    let (count, filter, listed) = match wanted.choice {
        BulkChoice::Listed(ids) => (ids.len() as u64, AccountFilter::default(), Some(ids)),
        BulkChoice::Matching(filter) => {
            (portal.service.count_accounts(caller.by(), &filter).await?, *filter, None)
        }
    };
    let stops = match wanted.change {
        BulkChange::SetMfaState(state @ (MfaState::Enabled | MfaState::Enforced)) => {
            let since = known_since(portal.now());
            let programs = ProgramFilter {
                accounts: filter,
                listed,
                enforced: Some(false),
                since,
                limit: 0,
                after: None,
            };
            let totals = portal.service.count_programs(caller.by(), &programs).await?;
            let (programs, accounts) = (totals.programs, totals.accounts);
            Some(Stops { programs, accounts, later: state == MfaState::Enabled })
        }
        _ => None,
    };
    Ok(Json(ChangePreview { accounts: count, stops }))
}

//! `POST /settings/{name}/preview`

use axum::Json;
use axum::extract::{Path, State};
use postern_service::inventory::{CredentialSort, MOST_COUNTED};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{group_of, key_of};
use crate::api::body::Body;
use crate::api::choice::{Word, choice};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::words::DoorWord;
use crate::portal::Portal;

/// A change that is thought of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThoughtOf {
    /// The value; null: it is taken back.
    value: Option<String>,
    /// For this group; null: for the organization.
    group: Option<String>,
}

/// What a change of a setting would do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SettingPreview)]
pub(crate) struct PreviewBody {
    /// The value by now; null: none of its own.
    before: Option<String>,
    after: Option<String>,
    /// Sign-ins like those of the last 30 days that would be refused.
    stops: Vec<SignInsStopped>,
    /// Owners could create no more app passwords and have so many, at most 10,000 counted; null: nothing changes for them.
    revocable: Option<u64>,
    locked_out: AccountsLockedOut,
}

/// Accounts that could give no second factor any more: their last method would be of a kind that is switched off. Whoever has
/// a method is asked for one in the portal, whatever the MFA state. Recovery codes still let in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccountsLockedOut {
    count: u64,
    /// Whether there are more than `count`: beyond 10,000 nothing is counted.
    or_more: bool,
    /// The first 20 by name.
    accounts: Vec<String>,
}

choice! {
    /// What is signed in with at doors.
    enum Stopped as StoppedCredentialWord { AccountPassword = "account-password", AppPassword = "app-password" }
}

/// Sign-ins that would be refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SignInsStopped {
    door: DoorWord,
    credential: StoppedCredentialWord,
    /// How many there were in the last 30 days, of everybody.
    sign_ins: u64,
    /// The programs that made them, the latest first, at most 20.
    programs: Vec<ProgramStopped>,
    /// Whether there may be more than are named: the inventory has them all.
    more: bool,
}

/// A program that would be refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProgramStopped {
    account: String,
    /// The app password's name; of an account password what the program calls itself.
    name: Option<String>,
    address: String,
    #[schema(format = DateTime)]
    at: String,
}

/// Preview a change of a setting
///
/// Nothing is changed.
#[utoipa::path(post, path = "/api/v1/settings/{name}/preview", tag = "Settings", request_body = ThoughtOf,
    responses((status = 200, body = PreviewBody)))]
pub(crate) async fn preview_setting(
    State(portal): State<Portal>,
    caller: Caller,
    Path(name): Path<String>,
    Body(body): Body<ThoughtOf>,
) -> Result<Json<PreviewBody>, Problem> {
    let group = body.group.as_deref().map(group_of).transpose()?;
    let key = key_of(&name)?;
    let preview = portal.service.preview_setting(caller.by(), group.as_ref(), key, body.value.as_deref());
    let preview = preview.await?;
    let stops = preview.stops.iter().map(|stop| SignInsStopped {
        door: Word(stop.door),
        credential: Word(match stop.credential {
            CredentialSort::AccountPassword => Stopped::AccountPassword,
            _ => Stopped::AppPassword,
        }),
        sign_ins: stop.sign_ins,
        programs: (stop.named.iter())
            .map(|stopped| ProgramStopped {
                account: stopped.account.to_string(),
                name: stopped.name.clone(),
                address: stopped.address.to_string(),
                at: stopped.at.to_string(),
            })
            .collect(),
        more: stop.more,
    });
    Ok(Json(PreviewBody {
        stops: stops.collect(),
        before: preview.before,
        after: preview.after,
        revocable: preview.revocable.map(|count| count.min(MOST_COUNTED)),
        locked_out: AccountsLockedOut {
            count: preview.locked_out.count.min(MOST_COUNTED),
            or_more: preview.locked_out.count > MOST_COUNTED,
            accounts: preview.locked_out.named.iter().map(|(_, name)| name.to_string()).collect(),
        },
    }))
}

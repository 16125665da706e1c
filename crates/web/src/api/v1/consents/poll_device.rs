//! `POST /accounts/{account}/consents/{provider}/device-authorization/poll`

use axum::Json;
use axum::extract::{Path, State};
use postern_service::upstream::DeviceProgress;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::Body;
use crate::api::choice::{Word, choice};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

choice! {
    /// Whether the owner has consented.
    enum Progress as DeviceProgressWord { Pending = "pending", Connected = "connected" }
}

/// Which consent.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WaitingDevice {
    /// The code that the beginning was answered with.
    device_code: String,
}

/// How a consent on another device stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceState {
    state: DeviceProgressWord,
    /// Seconds to wait before it is asked again; the provider may lengthen it.
    interval: u64,
}

/// Ask whether a consent on another device was given
///
/// And connect the mailbox when so. Asked sooner than after `interval` it is `too-many-requests`; when the owner or the provider
/// said no, or the code is over, `conflict`: begin again. Send it without `Idempotency-Key`, by which the first answer would be
/// given for ever.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/consents/{provider}/device-authorization/poll",
    tag = "Consents", request_body = WaitingDevice, responses((status = 200, body = DeviceState)))]
pub(crate) async fn poll_device_consent(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, provider)): Path<(String, String)>,
    Body(body): Body<WaitingDevice>,
) -> Result<Json<DeviceState>, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    let asked = portal.service.poll_device_ticket(caller.by(), &name, &provider, &body.device_code);
    let stand = asked.await?;
    let state = Word(match stand.progress {
        DeviceProgress::Pending => Progress::Pending,
        DeviceProgress::Connected => Progress::Connected,
    });
    Ok(Json(DeviceState { state, interval: stand.interval.as_secs() }))
}

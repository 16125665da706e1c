//! `POST /accounts/{account}/consents/{provider}/device-authorization`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// A consent that waits for its owner (RFC 8628 3.2).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeviceAuthorization {
    /// What is shown when it is asked how it stands. Good for this account at this provider only.
    device_code: String,
    /// What the owner types.
    #[schema(example = "WDJB-MJHT")]
    user_code: String,
    /// Where the owner types it, signed in with the mailbox of the account.
    #[schema(example = "https://microsoft.com/devicelogin")]
    verification_uri: String,
    /// The same with the code in it, where the provider has such an address.
    verification_uri_complete: Option<String>,
    #[schema(format = DateTime)]
    expires_at: String,
    /// Seconds until it is over.
    expires_in: u64,
    /// Seconds to wait before each time that it is asked how it stands.
    interval: u64,
}

/// Begin a consent on another device
///
/// Asks the provider for a code (RFC 8628) that the account's owner enters in any browser: for programs without one. It
/// connects the account's own mailbox; what anybody else enters there connects nothing. Another's, a service account's for
/// example, takes the scope for others. The provider must have a `device_endpoint`.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/consents/{provider}/device-authorization", tag = "Consents",
    responses((status = 200, body = DeviceAuthorization)))]
pub(crate) async fn begin_device_consent(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, provider)): Path<(String, String)>,
) -> Result<Json<DeviceAuthorization>, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    let waiting = portal.service.begin_device_consent(caller.by(), &name, &provider).await?;
    Ok(Json(DeviceAuthorization {
        device_code: portal.service.device_ticket(&waiting),
        expires_at: waiting.expires_at.to_string(),
        expires_in: waiting.expires_at.since(portal.now()).as_secs(),
        interval: waiting.interval.as_secs(),
        user_code: waiting.user_code,
        verification_uri: waiting.verification_uri,
        verification_uri_complete: waiting.verification_uri_complete,
    }))
}

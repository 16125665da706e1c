//! `GET /app-passwords/{id}/device-settings`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::id_of;
use crate::TransportSecurity;
use crate::api::choice::{Word, words};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::words::DoorWord;
use crate::portal::Portal;
use crate::view::HintView;

words! { TransportSecurity as TransportSecurityWord { Tls = "tls", StartTls = "starttls" } }

/// What is to be typed at a device.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeviceSettings {
    /// The user name, with the secret as its password.
    #[schema(example = "anna@example.org")]
    user_name: String,
    /// Where its doors are, the preferred port of each first. A door that the configuration names no address for is not here.
    servers: Vec<DeviceServer>,
}

/// Where a door is.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceServer {
    door: DoorWord,
    #[schema(example = "mail.example.org")]
    host: String,
    #[schema(example = 587)]
    port: u16,
    /// `tls`: from the first octet, which programs call SSL/TLS; `starttls`: after that command.
    security: TransportSecurityWord,
}

/// Get what to type at the device
///
/// Server names, ports, encryption and user name, for each door of the app password.
#[utoipa::path(get, path = "/api/v1/app-passwords/{id}/device-settings", tag = "App passwords",
    responses((status = 200, body = DeviceSettings)))]
pub(crate) async fn get_device_settings(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<DeviceSettings>, Problem> {
    let (app_password, owner) = portal.service.show_app_password(caller.by(), id_of(&id)?).await?;
    let hints = HintView::among(app_password.scope, &portal.config);
    let servers = hints
        .into_iter()
        .map(|hint| DeviceServer {
            door: Word(hint.door),
            host: hint.host,
            port: hint.port,
            security: Word(hint.security),
        })
        .collect();
    Ok(Json(DeviceSettings { user_name: owner.name.to_string(), servers }))
}

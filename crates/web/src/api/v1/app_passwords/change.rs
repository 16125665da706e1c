//! `PATCH /app-passwords/{id}`

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::app_password::AppPasswordNote;
use postern_service::api::{Version, Versioned};
use postern_service::app_password::ChangeAppPassword;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::SenderWord;
use super::input::{self, LimitsInput, given};
use super::{AppPasswordBody, id_of};
use crate::api::body::{Body, Fields};
use crate::api::endpoint::Caller;
use crate::api::etag::{IfMatch, tagged};
use crate::api::problem::Problem;
use crate::api::v1::words::DoorWord;
use crate::portal::Portal;

/// What is to change. What is missing stays as it is; null takes away.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AppPasswordChange {
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    note: Option<Option<String>>,
    /// The doors for which it is good.
    #[schema(value_type = Option<Vec<DoorWord>>)]
    doors: Option<Vec<String>>,
    /// The networks from which it is good; an empty list: any.
    networks: Option<Vec<String>>,
    /// When it ends; null: never.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<String>>,
    /// Unused for so many days, it ends; null: never.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    idle_expiry_days: Option<Option<u32>>,
    /// Which sender addresses it may use.
    #[schema(value_type = Option<SenderWord>)]
    sender: Option<String>,
    /// With the sender `listed`: addresses, or domains as in `@example.org`.
    #[serde(default)]
    senders: Vec<String>,
    /// How much may be done with it, all of it anew.
    limits: Option<LimitsInput>,
}

/// Change an app password
///
/// All at once or not at all. Live sessions that it would no longer let in end.
#[utoipa::path(patch, path = "/api/v1/app-passwords/{id}", tag = "App passwords", request_body = AppPasswordChange,
    responses((status = 200, body = AppPasswordBody, headers(("ETag" = String)))))]
pub(crate) async fn change_app_password(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<AppPasswordChange>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let mut fields = Fields::default();
    let note = body.note.map(|note| note.and_then(|text| fields.parse::<AppPasswordNote>("/note", &text)));
    let sender = (body.sender.is_some() || !body.senders.is_empty())
        .then(|| input::sender(body.sender.as_deref(), &body.senders, &mut fields));
    let change = ChangeAppPassword {
        name: fields.parse_if("/name", body.name.as_deref()),
        note,
        scope: body.doors.map(|doors| input::doors(&doors, &mut fields)),
        networks: body.networks.map(|networks| input::networks(&networks, &mut fields)),
        expires_at: body.expires_at.map(|at| input::expiry(at.as_deref(), &mut fields)),
        idle_expiry: body.idle_expiry_days.map(input::days),
        sender,
        limits: body.limits.map(|limits| limits.read(&mut fields)),
    };
    fields.done()?;
    let caller = caller.if_match(tags, Versioned::AppPassword(id));
    let changed = portal.service.change_app_password(caller.by(), id, change).await?.app_password;
    let version = Version::of_app_password(&changed);
    Ok(tagged(version, &AppPasswordBody::new(&changed, portal.now())))
}

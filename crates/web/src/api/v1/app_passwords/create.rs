//! `POST /accounts/{account}/app-passwords`

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::app_password::Profile;
use postern_service::app_password::CreateAppPassword;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::SenderWord;
use super::input::{self, LimitsInput};
use super::{CreatedBody, with_secret};
use crate::api::body::{Body, Fields, read};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::api::v1::grant::GrantInput;
use crate::api::v1::words::{DoorWord, ProfileWord};
use crate::portal::Portal;

/// An app password to be created.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewAppPassword {
    /// What uses it: 8 to 64 characters.
    #[schema(example = "Contact form")]
    name: String,
    /// What else there is to know about it.
    note: Option<String>,
    /// The doors for which it is good; at least one.
    #[schema(value_type = Vec<DoorWord>, example = json!(["smtp"]))]
    doors: Vec<String>,
    /// The networks from which it is good; none: any.
    #[serde(default)]
    #[schema(example = json!(["192.0.2.0/24"]))]
    networks: Vec<String>,
    /// When it ends; null: never.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Unused for so many days, it ends; null: never.
    idle_expiry_days: Option<u32>,
    /// Which sender addresses it may use; `own` when nothing is said.
    #[schema(value_type = Option<SenderWord>)]
    sender: Option<String>,
    /// With the sender `listed`: addresses, or domains as in `@example.org`.
    #[serde(default)]
    senders: Vec<String>,
    /// The only mailboxes that it may act for, of those that its service account may; null: all of them.
    may_act_for_only: Option<GrantInput>,
    /// How much may be done with it.
    #[serde(default)]
    limits: LimitsInput,
    /// The form of its secret; `standard` when nothing is said. Others are refused unless the setting `compatible_profiles`
    /// offers them to the account.
    #[schema(value_type = Option<ProfileWord>)]
    profile: Option<String>,
    /// For another person: that you will know the secret. The record says so, and the owner is told.
    #[serde(default)]
    on_behalf: bool,
}

/// Create an app password
///
/// For the token's owner, for a service account, or with `onBehalf` for another person. The answer holds the secret, this once; send an `Idempotency-Key` so
/// that a lost answer leaves no second one behind.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/app-passwords", tag = "App passwords",
    request_body = NewAppPassword, responses((status = 201, body = CreatedBody, headers(("Location" = String)))))]
pub(crate) async fn create_app_password(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    Body(body): Body<NewAppPassword>,
) -> Result<Response, Problem> {
    let mut fields = Fields::default();
    let name = fields.parse("/name", &body.name);
    let note = fields.parse_if("/note", body.note.as_deref());
    let scope = input::doors(&body.doors, &mut fields);
    let networks = input::networks(&body.networks, &mut fields);
    let expires_at = input::expiry(body.expires_at.as_deref(), &mut fields);
    let sender = input::sender(body.sender.as_deref(), &body.senders, &mut fields);
    let grant = body.may_act_for_only.as_ref().and_then(|grant| grant.read("/mayActForOnly", &mut fields));
    let limits = body.limits.read(&mut fields);
    let profile = fields.choose_or("/profile", body.profile.as_deref(), Profile::Standard);
    fields.done()?;
    let new = CreateAppPassword {
        account: accounts::name_of(&portal, &caller, &account).await?,
        name: read(name)?,
        note,
        profile: read(profile)?,
        scope,
        networks,
        expires_at,
        idle_expiry: input::days(body.idle_expiry_days),
        sender,
        grant,
        limits,
        from: Some(caller.get().address()),
    };
    let created = if body.on_behalf {
        portal.service.create_app_password_on_behalf(caller.by(), new).await?
    } else {
        portal.service.create_app_password(caller.by(), new).await?
    };
    Ok(with_secret(&portal, StatusCode::CREATED, &created))
}

//! `POST /accounts`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_service::account::AddAccount;
use serde::Deserialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::AccountBody;
use crate::api::body::{Body, Fields, read};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::words::{AccountKindWord, MfaStateWord, RoleWord};
use crate::portal::Portal;

/// An account to be added.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewAccount {
    /// The user name: an e-mail address.
    #[schema(example = "anna@example.org")]
    name: String,
    /// Further addresses; at most 64.
    #[serde(default)]
    aliases: Vec<String>,
    /// `person` when nothing is said.
    #[schema(value_type = Option<AccountKindWord>)]
    kind: Option<String>,
    /// What it may do for others; `member` when nothing is said. Any other takes `roles.write` too.
    #[schema(value_type = Option<RoleWord>)]
    role: Option<String>,
    /// As the settings say when nothing is said.
    #[schema(value_type = Option<MfaStateWord>)]
    mfa_state: Option<String>,
    /// The account password; without one nobody can sign in to the portal with it.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<Zeroizing<String>>,
}

/// Add an account
#[utoipa::path(post, path = "/api/v1/accounts", tag = "Accounts", request_body = NewAccount,
    responses((status = 201, body = AccountBody, headers(("Location" = String), ("ETag" = String)))))]
pub(crate) async fn create_account(
    State(portal): State<Portal>,
    caller: Caller,
    Body(body): Body<NewAccount>,
) -> Result<Response, Problem> {
    let mut fields = Fields::default();
    let name = fields.parse("/name", &body.name);
    let aliases = fields.parse_all("/aliases", &body.aliases);
    let kind = fields.choose_or("/kind", body.kind.as_deref(), AccountKind::Person);
    let role = fields.choose_or("/role", body.role.as_deref(), Role::Member);
    let mfa = fields.parse_if("/mfaState", body.mfa_state.as_deref());
    fields.done()?;
    let password = body.password.as_ref().map(|password| AccountPassword::typed(password));
    let new = AddAccount { name: read(name)?, aliases, kind: read(kind)?, role: read(role)?, mfa, password };
    let account = portal.service.add_account(caller.by(), new).await?;
    let location = format!("/api/v1/accounts/{}", account.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], super::tagged_account(&account)).into_response())
}

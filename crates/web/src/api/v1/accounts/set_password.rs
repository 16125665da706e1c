//! `PUT /accounts/{account}/password`

use axum::Json;
use axum::extract::{Path, State};
use postern_domain::account::password::AccountPassword;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::etag::IfMatch;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// A new account password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// The password.
    #[schema(value_type = String, format = Password)]
    password: Zeroizing<String>,
    /// Whether the account's app passwords and API tokens are revoked too; yes when nothing is said.
    #[serde(default = "yes")]
    revoke_app_passwords: bool,
}

const fn yes() -> bool {
    true
}

/// What was done beside it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasswordSet {
    /// How many app passwords were revoked.
    app_passwords_revoked: u64,
}

/// Set an account password
///
/// The account's portal sessions end.
#[utoipa::path(put, path = "/api/v1/accounts/{account}/password", tag = "Accounts", request_body = NewPassword,
    responses((status = 200, body = PasswordSet)))]
pub(crate) async fn set_account_password(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    tags: Option<IfMatch>,
    Body(body): Body<NewPassword>,
) -> Result<Json<PasswordSet>, Problem> {
    let caller = super::conditioned(&portal, caller, &account, tags).await?;
    let name = super::name_of(&portal, &caller, &account).await?;
    let password = AccountPassword::typed(&body.password);
    let revoke = body.revoke_app_passwords;
    let app_passwords_revoked =
        portal.service.set_account_password(caller.by(), &name, password, revoke).await?;
    Ok(Json(PasswordSet { app_passwords_revoked }))
}

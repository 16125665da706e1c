//! `PUT /accounts/{account}/mailbox-passwords/{upstream}`

use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// The password of a mailbox.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMailboxPassword {
    /// As the mail server behind the upstream takes it.
    #[schema(value_type = String, format = Password)]
    password: Zeroizing<String>,
}

/// Give the password of one's own mailbox at an upstream
///
/// In the place of one before. The account is the token's owner, who gives it for nobody else.
#[utoipa::path(put, path = "/api/v1/accounts/{account}/mailbox-passwords/{upstream}", tag = "Consents",
    request_body = NewMailboxPassword, responses((status = 204)))]
pub(crate) async fn set_mailbox_password(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, upstream)): Path<(String, String)>,
    Body(body): Body<NewMailboxPassword>,
) -> Result<StatusCode, Problem> {
    accounts::own(&portal, &caller, &account).await?;
    portal.service.set_mailbox_password(caller.by(), &upstream, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

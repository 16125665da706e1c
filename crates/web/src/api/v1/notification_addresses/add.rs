//! `POST /accounts/{account}/notification-addresses`

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::AddressBody;
use crate::api::body::{Body, Fields, read};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// An address to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAddress {
    /// A mailbox that is not the account's own.
    #[schema(example = "anna@home.example")]
    address: String,
}

/// Add a notification address to an account
///
/// To one's own: a code is sent there, and nothing is told there before it is confirmed. Asked again for one that is not
/// confirmed, sends another code: at most one in half a minute, and five in an hour. To another's, with the scope for others:
/// who asks vouches for it, it is confirmed by that, and the owner is told. Where the server sends no mail, nobody adds one:
/// `conflict`.
#[utoipa::path(post, path = "/api/v1/accounts/{account}/notification-addresses", tag = "Notices",
    request_body = NewAddress, responses((status = 201, body = AddressBody)))]
pub(crate) async fn add_notification_address(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    Body(body): Body<NewAddress>,
) -> Result<(StatusCode, Json<AddressBody>), Problem> {
    let mut fields = Fields::default();
    let address = fields.parse("/address", &body.address);
    fields.done()?;
    let name = accounts::name_of(&portal, &caller, &account).await?;
    let added = portal.service.add_notification_address(caller.by(), &name, read(address)?).await?;
    Ok((StatusCode::CREATED, Json(AddressBody::new(&added))))
}

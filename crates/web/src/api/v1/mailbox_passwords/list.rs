//! `GET /accounts/{account}/mailbox-passwords`

use axum::extract::{Path, State};
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, First, Page, PageOf};
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// An upstream that wants the mailbox's own password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailboxPassword {
    upstream: String,
    /// When the owner gave it; null: not yet.
    #[schema(format = DateTime)]
    set_at: Option<String>,
}

/// List the mailbox passwords of an account
///
/// Whether there is one, never what it is.
#[utoipa::path(get, path = "/api/v1/accounts/{account}/mailbox-passwords", tag = "Consents", params(PageOf),
    responses((status = 200, body = Page<MailboxPassword>)))]
pub(crate) async fn list_mailbox_passwords(
    State(portal): State<Portal>,
    caller: Caller,
    Path(account): Path<String>,
    uri: Uri,
    Asked(asked): Asked<PageOf>,
) -> Result<Page<MailboxPassword>, Problem> {
    let name = accounts::name_of(&portal, &caller, &account).await?;
    let offers = portal.service.mailbox_passwords_of(caller.by(), &name).await?;
    let offers = offers.into_iter().enumerate().collect();
    Page::cut(
        offers,
        First::Least,
        &asked,
        &uri,
        |(place, _)| page::by_place(*place),
        |(_, offer)| MailboxPassword {
            upstream: offer.upstream,
            set_at: offer.set_at.map(|at| at.to_string()),
        },
    )
}

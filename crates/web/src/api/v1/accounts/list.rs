//! `GET /accounts`

use axum::extract::State;
use http::Uri;
use postern_domain::account::AccountName;
use postern_service::account::AccountFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::AccountBody;
use super::filter::Matching;
use crate::api::body::{Asked, Fields};
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::v1::words::{AccountKindWord, MfaStateWord, RoleWord};
use crate::portal::Portal;

/// Which accounts are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAccounts {
    /// Only accounts with an address that contains this text.
    text: Option<String>,
    /// Only accounts of this kind.
    #[param(value_type = Option<AccountKindWord>)]
    kind: Option<String>,
    /// Only accounts in this MFA state.
    #[param(value_type = Option<MfaStateWord>)]
    mfa_state: Option<String>,
    /// Only accounts in this group.
    group: Option<String>,
    /// Only accounts with this role.
    #[param(value_type = Option<RoleWord>)]
    role: Option<String>,
    /// Only blocked ones, or only those that are not.
    blocked: Option<bool>,
    /// Only accounts that have, or have not, an app password that is not revoked.
    has_app_passwords: Option<bool>,
    /// Only accounts that have, or have not, an authentication method.
    has_methods: Option<bool>,
    /// Only accounts whose owners have, or have not, to register a method again.
    must_register_again: Option<bool>,
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
}

/// An account in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountRow)]
pub(crate) struct AccountRow {
    #[serde(flatten)]
    account: AccountBody,
    /// How many authentication methods it has.
    methods: u32,
    /// How many app passwords it has that are not revoked.
    app_passwords: u32,
    /// When one of its programs last signed in, or its owner with a second factor.
    #[schema(format = DateTime)]
    last_sign_in_at: Option<String>,
}

/// List accounts
///
/// Sorted by name. Deleted ones are not among them.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "Accounts", params(ListAccounts),
    responses((status = 200, body = Page<AccountRow>)))]
pub(crate) async fn list_accounts(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<ListAccounts>,
) -> Result<Page<AccountRow>, Problem> {
    let limit = page::limit(asked.limit)?;
    let mut fields = Fields::default();
    let matching = Matching {
        text: asked.text,
        kind: asked.kind,
        mfa_state: asked.mfa_state,
        group: asked.group,
        role: asked.role,
        blocked: asked.blocked,
        has_app_passwords: asked.has_app_passwords,
        has_methods: asked.has_methods,
        must_register_again: asked.must_register_again,
    };
    let filter = AccountFilter {
        after: page::after::<AccountName>(asked.cursor.as_deref(), &uri)?,
        limit: limit + 1,
        ..matching.read("?", &mut fields)
    };
    fields.done()?;
    let rows = portal.service.list_accounts(caller.by(), &filter).await?;
    Ok(Page::of(
        rows,
        limit,
        &uri,
        |row| row.account.name.to_string(),
        |row| AccountRow {
            account: AccountBody::new(&row.account),
            methods: row.methods,
            app_passwords: row.app_passwords,
            last_sign_in_at: row.last_sign_in.map(|at| at.to_string()),
        },
    ))
}

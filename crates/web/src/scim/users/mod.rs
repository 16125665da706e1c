//! Users: one file for each endpoint.

pub(super) mod delete;
pub(super) mod get;
pub(super) mod list;
pub(super) mod patch;
pub(super) mod post;
pub(super) mod put;

use postern_domain::id::AccountId;

use super::error::ScimError;
use crate::portal::Portal;

/// The identifier in a path. What is none names no user.
fn id_of(text: &str) -> Result<AccountId, ScimError> {
    text.parse().map_err(|_| ScimError::no_such("user"))
}

/// What the addresses of resources begin with.
pub(super) fn base(portal: &Portal) -> String {
    format!("{}{}", portal.config.origin, super::PREFIX)
}

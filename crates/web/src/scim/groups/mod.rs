//! Groups: one file for each endpoint.

pub(super) mod delete;
pub(super) mod get;
pub(super) mod list;
pub(super) mod patch;
pub(super) mod post;
pub(super) mod put;

use postern_domain::id::DirectoryGroupId;

use super::error::ScimError;
use super::users::base;

/// The identifier in a path. What is none names no group.
fn id_of(text: &str) -> Result<DirectoryGroupId, ScimError> {
    text.parse().map_err(|_| ScimError::no_such("group"))
}

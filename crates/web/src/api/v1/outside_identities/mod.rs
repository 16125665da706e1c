//! The people at outside identity providers to whom accounts are linked.

pub(super) mod link;
pub(super) mod list;
pub(super) mod unlink;

use postern_service::outside::LinkedIdentity;
use serde::Serialize;
use utoipa::ToSchema;

/// A link: who is known there as this signs in as the account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OutsideIdentity)]
pub(crate) struct IdentityBody {
    id: String,
    /// The provider's name in the configuration; null: it is not configured any more, so that the link opens nothing.
    provider: Option<String>,
    /// `iss` of the provider's tokens.
    issuer: String,
    /// `sub` of its tokens.
    subject: String,
    /// What the provider called them when the link was made.
    label: String,
    #[schema(format = DateTime)]
    linked_at: String,
    linked_by: String,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl IdentityBody {
    fn new(linked: LinkedIdentity) -> Self {
        let identity = linked.identity;
        Self {
            id: identity.id.to_string(),
            provider: linked.provider.map(|(name, _)| name),
            issuer: identity.issuer,
            subject: identity.subject.to_string(),
            label: identity.label,
            linked_at: identity.linked_at.to_string(),
            linked_by: identity.linked_by,
            last_used_at: identity.last_used_at.map(|at| at.to_string()),
        }
    }
}

//! The addresses at which an account's owner is told, beside the account's own.

pub(super) mod add;
pub(super) mod confirm;
pub(super) mod list;
pub(super) mod remove;

use postern_domain::notice::NotificationAddress;
use serde::Serialize;
use utoipa::ToSchema;

/// An address at which an account's owner is told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NotificationAddress)]
pub(crate) struct AddressBody {
    id: String,
    #[schema(example = "anna@home.example")]
    address: String,
    #[schema(format = DateTime)]
    added_at: String,
    /// Since when notices go there; null: the code that was sent there did not come back yet.
    #[schema(format = DateTime)]
    confirmed_at: Option<String>,
}

impl AddressBody {
    fn new(address: &NotificationAddress) -> Self {
        Self {
            id: address.id.to_string(),
            address: address.address.to_string(),
            added_at: address.added_at.to_string(),
            confirmed_at: address.confirmed_at.map(|at| at.to_string()),
        }
    }
}

//! The inventory: every app password of every account, with what is wrong with it.

pub(super) mod count;
pub(super) mod export_csv;
pub(super) mod export_json_lines;
pub(super) mod list;

use postern_domain::Timestamp;
use postern_domain::account::AccountKind;
use postern_domain::door::Door;
use postern_service::inventory::{InventoryFlag, InventoryItem, InventoryQuery, TriedAfterEnd, Wide};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::body::Fields;
use crate::api::problem::Problem;
use crate::api::v1::app_passwords::AppPasswordBody;

/// Which app passwords are meant.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Only those with this flag: `never-used`, `stale`, `no-expiry`, `too-wide`, `expiring-soon` or `tried-after-end`.
    flag: Option<String>,
    /// Only those that are good for this door.
    door: Option<String>,
    /// Only those of this account: one of its addresses.
    owner: Option<String>,
    /// Only those whose name begins so, in whatever case.
    name: Option<String>,
}

impl Asked {
    /// The question to the service, from the beginning.
    fn query(self, limit: u32) -> Result<InventoryQuery, Problem> {
        let mut fields = Fields::default();
        let flag = self.flag.as_deref().map(|name| InventoryFlag::from_name(name).ok_or(FLAGS));
        let query = InventoryQuery {
            flag: flag.and_then(|flag| fields.check("?flag", flag)),
            door: fields.parse_if::<Door>("?door", self.door.as_deref()),
            owner: fields.parse_if("?owner", self.owner.as_deref()),
            name: self.name,
            after: None,
            limit,
        };
        fields.done()?;
        Ok(query)
    }
}

const FLAGS: &str = "it takes never-used, stale, no-expiry, too-wide, expiring-soon or tried-after-end";

/// An app password with its owner and its flags.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InventoryItem)]
pub(crate) struct ItemBody {
    #[serde(flatten)]
    app_password: AppPasswordBody,
    /// The user name of its account.
    owner: String,
    /// `person` or `service-account`.
    owner_kind: &'static str,
    /// What is to be looked at: `never-used`, `stale`, `no-expiry`, `too-wide`, `expiring-soon`, `tried-after-end`.
    flags: Vec<&'static str>,
    /// Its doors that the policy does not allow, when it is too wide by that.
    doors_beyond_policy: Vec<&'static str>,
    /// The attempts after its end; null: none.
    tried_after_end: Option<TriedBody>,
}

/// Attempts with an app password after its end.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TriedAfterEnd)]
struct TriedBody {
    count: u64,
    /// Why the last one was refused.
    reason: &'static str,
    #[schema(format = DateTime)]
    first_at: String,
    #[schema(format = DateTime)]
    last_at: String,
    door: &'static str,
    address: String,
    client: Option<String>,
}

impl ItemBody {
    pub(crate) fn new(item: &InventoryItem, now: Timestamp) -> Self {
        let beyond = match item.wide {
            Some(Wide::BeyondPolicy(doors)) => doors.iter().map(Door::name).collect(),
            Some(Wide::EverythingFromAnywhere) | None => Vec::new(),
        };
        Self {
            app_password: AppPasswordBody::new(&item.row.app_password, now),
            owner: item.row.owner.to_string(),
            owner_kind: match item.row.kind {
                AccountKind::Person => "person",
                AccountKind::ServiceAccount => "service-account",
            },
            flags: item.flags.iter().map(|flag| flag.name()).collect(),
            doors_beyond_policy: beyond,
            tried_after_end: item.tried().map(TriedBody::new),
        }
    }
}

impl TriedBody {
    fn new(tried: &TriedAfterEnd) -> Self {
        Self {
            count: tried.count,
            reason: tried.reason.name(),
            first_at: tried.first_at.to_string(),
            last_at: tried.last.at.to_string(),
            door: tried.last.door.name(),
            address: tried.last.address.to_string(),
            client: tried.last.client.clone(),
        }
    }
}

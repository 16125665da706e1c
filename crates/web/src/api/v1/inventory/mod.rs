//! The inventory: every credential with which nobody answers a second factor, with what is wrong with it.

pub(super) mod count;
pub(super) mod export_csv;
pub(super) mod export_json_lines;
pub(super) mod list;

use postern_domain::Timestamp;
use postern_service::inventory::{FactUse, InventoryItem, InventoryQuery, Wide};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::body::Fields;
use crate::api::choice::Word;
use crate::api::problem::Problem;
use crate::api::v1::words::{
    AccountKindWord, CredentialKindWord, CredentialStateWord, DoorWord, InventoryFlagWord, ScopeWord, all_of,
};

/// Which credentials are meant.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Only those of this kind.
    #[param(value_type = Option<CredentialKindWord>)]
    kind: Option<String>,
    /// Only those with this flag.
    #[param(value_type = Option<InventoryFlagWord>)]
    flag: Option<String>,
    /// Only app passwords that are good for this door, and account passwords that were used there.
    #[param(value_type = Option<DoorWord>)]
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
        let query = InventoryQuery {
            kind: fields.choose_if("?kind", self.kind.as_deref()),
            flag: fields.choose_if("?flag", self.flag.as_deref()),
            door: fields.choose_if("?door", self.door.as_deref()),
            owner: fields.parse_if("?owner", self.owner.as_deref()),
            name: self.name,
            after: None,
            limit,
        };
        fields.done()?;
        Ok(query)
    }
}

/// A credential with its owner and its flags. What a kind has not, or nobody writes down, is null.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InventoryItem)]
pub(crate) struct ItemBody {
    /// Its id; of a consent or a mailbox password the account's with the provider or upstream, of an account password the
    /// account's.
    id: String,
    kind: CredentialKindWord,
    /// The user name of its account; null: a service principal's.
    owner: Option<String>,
    owner_kind: Option<AccountKindWord>,
    /// What it is called; of a consent the provider, of a mailbox password the upstream.
    name: Option<String>,
    note: Option<String>,
    /// `lapsed`: a consent; `refused`: an account password.
    state: CredentialStateWord,
    /// The doors that it is good for; of an account password those of its last use.
    doors: Vec<DoorWord>,
    /// What it may be used for at the API.
    scopes: Option<Vec<ScopeWord>>,
    /// The mailbox that a consent opens, as the provider said.
    mailbox: Option<String>,
    /// From where it is good; none: from everywhere.
    networks: Vec<String>,
    #[schema(format = DateTime)]
    created_at: String,
    created_by: Option<String>,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// After how many days without use it ends.
    idle_expiry_days: Option<u64>,
    /// Its last use; null: none is known.
    last_use: Option<UseBody>,
    use_count: Option<u64>,
    /// What is to be looked at.
    flags: Vec<InventoryFlagWord>,
    /// Its doors that the policy does not allow, when it is too wide by that.
    doors_beyond_policy: Vec<DoorWord>,
    /// The attempts after its end; null: none.
    tried_after_end: Option<TriedBody>,
}

/// A use of a credential.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CredentialUse)]
struct UseBody {
    #[schema(format = DateTime)]
    at: String,
    door: Option<DoorWord>,
    address: Option<String>,
    client: Option<String>,
}

/// Attempts with a credential after its end.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TriedAfterEnd)]
struct TriedBody {
    /// How many; of tokens and client secrets at most one a minute is counted.
    count: u64,
    /// The last one.
    last: UseBody,
}

impl ItemBody {
    pub(crate) fn new(item: &InventoryItem, now: Timestamp) -> Self {
        let facts = item.facts(now);
        let beyond = match item.wide {
            Some(Wide::BeyondPolicy(doors)) => all_of(doors.iter()),
            Some(Wide::EverythingFromAnywhere | Wide::ChangesFromAnywhere) | None => Vec::new(),
        };
        Self {
            id: facts.id,
            kind: Word(facts.kind),
            owner: facts.account.map(|account| account.to_string()),
            owner_kind: facts.account_kind.map(Word),
            name: facts.name,
            note: facts.note,
            state: Word(facts.state),
            doors: all_of(facts.doors.iter()),
            scopes: facts.scopes.map(|scopes| all_of(scopes.iter())),
            mailbox: facts.mailbox,
            networks: facts.networks.as_slice().iter().map(ToString::to_string).collect(),
            created_at: facts.created_at.to_string(),
            created_by: facts.created_by,
            expires_at: facts.expires_at.map(|at| at.to_string()),
            idle_expiry_days: facts.idle_expiry.map(|span| span.as_secs() / 86_400),
            last_use: facts.last_use.map(UseBody::new),
            use_count: facts.use_count,
            flags: all_of(item.flags.iter().copied()),
            doors_beyond_policy: beyond,
            tried_after_end: facts
                .tried
                .map(|tried| TriedBody { count: tried.count, last: UseBody::new(tried.last) }),
        }
    }
}

impl UseBody {
    fn new(of: FactUse) -> Self {
        Self {
            at: of.at.to_string(),
            door: of.door.map(Word),
            address: of.address.map(|address| address.to_string()),
            client: of.client,
        }
    }
}

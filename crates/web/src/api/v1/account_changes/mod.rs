//! Changes to many accounts: begun by one request, made one account after the other, followed until they end.

pub(super) mod begin;
pub(super) mod get;
pub(super) mod list;
pub(super) mod not_done;
pub(super) mod preview;

use postern_domain::account::BulkChange;
use postern_domain::id::{AccountId, BulkJobId};
use postern_service::account::{BulkChoice, BulkJob};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::{Fields, read};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::api::v1::accounts::filter::Matching;
use crate::portal::Portal;

/// Most accounts that are named one by one.
const MOST_LISTED: usize = 1_000;

/// A change to many accounts.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewChange {
    /// `mfa disabled`, `mfa enabled`, `mfa enforced`, `end-sessions`, `require-registration`, `delete-methods` (and require
    /// registering again), `block`, `unblock`, `revoke-app-passwords`, `add-to-group NAME` or `remove-from-group NAME`.
    #[schema(example = "mfa enforced")]
    change: String,
    /// The accounts, at most 1,000: each by its id or one of its addresses. Either these or `matching`.
    accounts: Option<Vec<String>>,
    /// All that match when it is begun.
    matching: Option<Matching>,
}

/// What is to be done, to which accounts, and that in words.
struct Wanted {
    change: BulkChange,
    choice: BulkChoice,
    chosen: String,
}

impl NewChange {
    async fn read(self, portal: &Portal, caller: &Caller) -> Result<Wanted, Problem> {
        let mut fields = Fields::default();
        let change = fields.parse::<BulkChange>("/change", &self.change);
        let choice = match (self.accounts, self.matching) {
            (None, Some(matching)) => {
                let filter = matching.read("/matching/", &mut fields);
                Some((BulkChoice::Matching(Box::new(filter)), matching.words()))
            }
            (Some(listed), None) if listed.len() <= MOST_LISTED => {
                let ids = ids(&listed, portal, caller, &mut fields).await?;
                let words = match ids.len() {
                    1 => "1 named account".to_owned(),
                    count => format!("{count} named accounts"),
                };
                Some((BulkChoice::Listed(ids), words))
            }
            (Some(_), None) => {
                fields.wrong("/accounts", "at most 1,000 accounts are named: use `matching`");
                None
            }
            (Some(_), Some(_)) | (None, None) => {
                fields.wrong("", "it takes either `accounts` or `matching`");
                None
            }
        };
        fields.done()?;
        let (choice, chosen) = read(choice)?;
        Ok(Wanted { change: read(change)?, choice, chosen })
    }
}

async fn ids(
    keys: &[String],
    portal: &Portal,
    caller: &Caller,
    fields: &mut Fields,
) -> Result<Vec<AccountId>, Problem> {
    let mut ids = Vec::with_capacity(keys.len());
    for (place, key) in keys.iter().enumerate() {
        match accounts::find(portal, caller, key).await {
            Ok(found) => ids.push(found.account.id),
            Err(problem) if problem.status() == http::StatusCode::NOT_FOUND => {
                fields.wrong(&format!("/accounts/{place}"), "there is no such account");
            }
            Err(problem) => return Err(problem),
        }
    }
    Ok(ids)
}

/// A change to many accounts, and how far it got.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountChange)]
pub(crate) struct ChangeBody {
    id: String,
    #[schema(example = "mfa enforced")]
    change: String,
    /// How the accounts were chosen, in words.
    chosen: String,
    asked_by: String,
    /// How many accounts.
    total: u64,
    /// How many were changed.
    done: u64,
    /// How many were not; see `not-done`.
    not_done: u64,
    #[schema(format = DateTime)]
    started_at: String,
    /// When the last account was done with; null: it goes on.
    #[schema(format = DateTime)]
    finished_at: Option<String>,
}

impl ChangeBody {
    fn new(job: &BulkJob) -> Self {
        Self {
            id: job.id.to_string(),
            change: job.change.to_string(),
            chosen: job.chosen.clone(),
            asked_by: job.asked_by.clone(),
            total: job.total,
            done: job.done,
            not_done: job.not_done,
            started_at: job.started_at.to_string(),
            finished_at: job.finished_at.map(|at| at.to_string()),
        }
    }
}

fn id_of(text: &str) -> Result<BulkJobId, Problem> {
    text.parse().map_err(|_| Problem::not_found("change"))
}

//! Import accounts from a file of comma-separated values.

pub(super) mod import;
pub(super) mod preview;

use postern_service::directory::{Import, ImportPlan};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Rows to be imported.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rows {
    /// The file: its first line names the columns (`name`, `aliases`, `kind`, `role`, `mfa`, `groups`, `external id`,
    /// `status`), of which only `name` must be there.
    #[schema(example = "name,groups\nanna@example.org,sales\n")]
    rows: String,
    /// Blocks the active persons without a role whom the rows do not name, if they are at most so many; null: nobody.
    block_missing: Option<u64>,
}

impl Rows {
    async fn plan(&self, portal: &Portal, caller: &Caller) -> Result<ImportPlan, Problem> {
        let import = Import { file: self.rows.as_bytes(), block_missing: self.block_missing };
        Ok(portal.service.plan_import(caller.by(), import).await?)
    }
}

//! `postern setting get`

use clap::Args;
use postern_domain::account::GroupName;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Shows a setting.
#[derive(Debug, Args)]
pub(crate) struct Get {
    /// Its name
    #[arg(value_name = "SETTING")]
    name: String,
    /// What this group has of its own
    #[arg(long, value_name = "GROUP")]
    group: Option<GroupName>,
}

impl Get {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let key = super::key(&self.name)?;
        let service = context.service().await?;
        let policy = service.read_policy(context.by()).await?;
        service.close().await;
        let value = match &self.group {
            Some(group) => policy.groups.get(group).and_then(|values| values.get(key)),
            None => Some(key.get(policy.organization.settings())),
        };
        context.console.answer(&json!({ "name": key.name(), "value": value }), || {
            value.clone().unwrap_or_else(|| "none of its own".to_owned())
        })
    }
}

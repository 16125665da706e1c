//! `postern setting list`

use clap::Args;
use postern_domain::account::GroupName;
use postern_domain::setting::SettingKey;
use serde_json::json;

use crate::cli::console::table;
use crate::cli::{CliError, Context};

/// Lists every setting, or those that a group has of its own.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only what this group has of its own
    #[arg(long, value_name = "GROUP")]
    group: Option<GroupName>,
}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let policy = service.read_policy(context.by()).await?;
        service.close().await;
        let value = |key: SettingKey| match &self.group {
            Some(group) => policy.groups.get(group).and_then(|values| values.get(key)),
            None => Some(key.get(policy.organization.settings())),
        };
        let rows =
            || SettingKey::ALL.iter().filter_map(|key| Some((key.name(), value(*key)?, key.summary())));
        let answer: Vec<_> = rows()
            .map(|(name, value, summary)| json!({ "name": name, "value": value, "summary": summary }))
            .collect();
        context.console.answer(&answer, || {
            table(
                ["setting", "value", "what it decides"],
                rows().map(|(name, value, summary)| [name.to_owned(), value, summary.to_owned()]),
            )
        })
    }
}

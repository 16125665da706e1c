//! `postern setting unset`

use clap::Args;
use postern_domain::account::GroupName;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Takes a value back: the organization's, so that the default holds, or a group's own.
#[derive(Debug, Args)]
pub(crate) struct Unset {
    /// Its name
    #[arg(value_name = "SETTING")]
    name: String,
    /// Take this group's own value back
    #[arg(long, value_name = "GROUP")]
    group: Option<GroupName>,
}

impl Unset {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let key = super::key(&self.name)?;
        let service = context.service().await?;
        let before = match &self.group {
            Some(group) => service.unset_override(context.by(), group, key).await?,
            None => Some(service.unset_setting(context.by(), key).await?),
        };
        service.close().await;
        let group = self.group.as_ref().map(GroupName::as_str);
        let answer = json!({ "name": key.name(), "before": before, "group": group });
        context.console.answer(&answer, || match (&self.group, &before) {
            (Some(group), Some(before)) => {
                format!(
                    "The group {group} has no value of its own for {} any more (before: {before}).",
                    key.name()
                )
            }
            (Some(group), None) => format!("The group {group} had no value of its own for {}.", key.name()),
            (None, _) => {
                format!("{} has its default (before: {}).", key.name(), before.as_deref().unwrap_or_default())
            }
        })
    }
}

//! `postern setting set`

use clap::Args;
use postern_domain::account::GroupName;
use postern_domain::text::counted;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Changes a setting.
#[derive(Debug, Args)]
pub(crate) struct Set {
    /// Its name
    #[arg(value_name = "SETTING")]
    name: String,
    /// Its new value
    #[arg(value_name = "VALUE")]
    value: String,
    /// Give it to this group, in place of the organization's value
    #[arg(long, value_name = "GROUP")]
    group: Option<GroupName>,
    /// With `users_may_create_app_passwords false`: also revoke the app passwords that there are
    #[arg(long)]
    revoke_existing: bool,
}

impl Set {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let key = super::key(&self.name)?;
        let service = context.service().await?;
        let by = context.by();
        if self.revoke_existing {
            if (key, self.value.trim()) != (super::CREATE, "false") {
                return Err(CliError::NothingToRevoke);
            }
            let revoked = service.forbid_app_passwords(by, self.group.as_ref()).await?;
            service.close().await;
            let answer = json!({ "name": key.name(), "value": "false", "group": self.group.as_ref().map(GroupName::as_str), "revoked": revoked });
            return context.console.answer(&answer, || {
                format!("{} is false. Revoked: {}.", key.name(), counted(revoked, "app password"))
            });
        }
        let before = match &self.group {
            Some(group) => service.set_override(by, group, key, &self.value).await?,
            None => Some(service.change_setting(by, key, &self.value).await?),
        };
        service.close().await;
        let answer = json!({
            "name": key.name(),
            "value": self.value,
            "before": before,
            "group": self.group.as_ref().map(GroupName::as_str),
        });
        context.console.answer(&answer, || {
            let before = before.as_deref().unwrap_or("none of its own");
            let whose =
                self.group.as_ref().map_or_else(String::new, |group| format!(" for the group {group}"));
            format!("{} is {}{whose} (before: {before}).", key.name(), self.value)
        })
    }
}

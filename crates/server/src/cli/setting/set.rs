//! `postern setting set`

use clap::Args;
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
}

impl Set {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let key = super::key(&self.name)?;
        let service = context.service().await?;
        let before = service.change_setting(context.by(), key, &self.value).await?;
        service.close().await;
        let answer = json!({ "name": key.name(), "value": self.value, "before": before });
        context.console.answer(&answer, || format!("{} is {} (before: {before}).", key.name(), self.value))
    }
}

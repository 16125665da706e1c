//! `postern setting get`

use clap::Args;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Shows a setting.
#[derive(Debug, Args)]
pub(crate) struct Get {
    /// Its name
    #[arg(value_name = "SETTING")]
    name: String,
}

impl Get {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let key = super::key(&self.name)?;
        let service = context.service().await?;
        let value = key.get(&service.settings());
        service.close().await;
        context.console.answer(&json!({ "name": key.name(), "value": value }), || value.clone())
    }
}

//! `postern setting list`

use clap::Args;
use postern_domain::setting::SettingKey;
use serde_json::json;

use crate::cli::console::table;
use crate::cli::{CliError, Context};

/// Lists every setting.
#[derive(Debug, Args)]
pub(crate) struct List {}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let settings = service.settings();
        service.close().await;
        let rows = || SettingKey::ALL.iter().map(|key| (key.name(), key.get(&settings), key.summary()));
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

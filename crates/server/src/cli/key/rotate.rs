//! `postern key rotate`

use clap::Args;
use postern_service::keys::KeyRing;
use postern_service::system::SystemRandom;
use serde_json::json;

use crate::cli::{CliError, Context};
use crate::wiring::OpenError;

/// Adds a key of a new version to the key file. Running servers that read this file use it within a second; the file has
/// to be given to every other machine, whose server then takes it by itself.
#[derive(Debug, Args)]
pub(crate) struct Rotate {}

impl Rotate {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let path = context.config()?.data.key_file;
        // Opened before the file is touched: an old copy of it, or another database's, must not get a new key.
        let service = context.service().await?;
        let version = KeyRing::rotate(&path, &SystemRandom).map_err(OpenError::from)?;
        service.reread_keys().await?;
        service.close().await;
        let answer = json!({ "key_file": path.display().to_string(), "version": version });
        context.console.answer(&answer, || {
            format!(
                "{} has a key of version {version}. Servers that read this file use it within a second; what was made with \
                 older keys goes on working. Back the file up. Give it to every other machine at once: until a server \
                 there has it, it answers secrets that it does not know with a temporary failure.",
                path.display()
            )
        })
    }
}

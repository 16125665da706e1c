//! `postern key rotate`

use clap::Args;
use postern_service::keys::KeyRing;
use postern_service::system::SystemRandom;
use serde_json::json;

use crate::cli::{CliError, Context};
use crate::wiring::OpenError;

/// Adds a key of a new version to the key file. A running server has to be restarted to know it.
#[derive(Debug, Args)]
pub(crate) struct Rotate {}

impl Rotate {
    pub(super) fn run(self, context: &mut Context) -> Result<(), CliError> {
        let path = context.config()?.data.key_file;
        let version = KeyRing::rotate(&path, &SystemRandom).map_err(OpenError::from)?;
        let answer = json!({ "key_file": path.display().to_string(), "version": version });
        context.console.answer(&answer, || {
            format!(
                "{} has a key of version {version}. Back it up, give it to every node, then restart each `postern serve`: \
                 new secrets use the new key, the others go on working.",
                path.display()
            )
        })
    }
}

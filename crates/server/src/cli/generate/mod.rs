//! `postern generate …`: the reference files of the documentation, printed by what they describe.

mod cli_reference;
mod man;

use clap::Subcommand;

use super::{CliError, Context};
use crate::config::reference;

/// What can be generated.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The reference of the configuration file, in Markdown
    ConfigReference,
    /// The reference of the commands, in Markdown
    CliReference,
    /// The manual page, in roff
    Man,
    /// The description of the API, OpenAPI 3.1 in JSON
    Openapi,
}

impl Command {
    pub(super) fn run(self, context: &mut Context) -> Result<(), CliError> {
        let text = match self {
            Self::ConfigReference => reference::page(),
            Self::CliReference => cli_reference::page(),
            Self::Man => man::page()?,
            Self::Openapi => postern_web::openapi_document(),
        };
        context.console.line(text.trim_end())
    }
}

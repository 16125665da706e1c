//! `postern demo`

use clap::Args;

use super::{CliError, Context};

/// Plays the main jobs from end to end over a real server, with nothing else installed; then stays up for you to try.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// End after the story; the exit code says whether it came out as told
    #[arg(long)]
    exit: bool,
}

impl Demo {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        Ok(crate::demo::run(context, self.exit).await?)
    }
}

//! `postern demo`: a web site, a backup tool and a mail client that cannot do MFA, over the real sockets of the real
//! server.
//!
//! Nothing is pretended: the server is the one that `postern serve` runs, with its own data folder, database and
//! certificate; behind its doors are small services (`sandbox`), and the programs (`client`) are plain ones. A step that does not come
//! out as told ends the demo with an error, so that it is a test too.

mod client;
mod error;
mod folder;
mod narrator;
mod sandbox;
mod stage;
mod stay;
mod story;

pub use error::DemoError;

use crate::cli::Context;

/// Plays the story; then, unless `exit`, stays up until it is interrupted.
///
/// # Errors
/// [`DemoError`] when a step does not come out as told.
pub async fn run(context: &mut Context, exit: bool) -> Result<(), DemoError> {
    let temporary = context.environment.temporary.clone();
    let program = context.environment.program.clone();
    let mut narrator = narrator::Narrator::new(&mut context.console);
    let mut stage = stage::Stage::set_up(&temporary).await?;
    let told = story::tell(&mut narrator, &mut stage).await;
    let ended = match told {
        Ok(people) if !exit => stay::stay(&mut narrator, &mut stage, &people, &program).await,
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    };
    stage.tear_down().await;
    ended
}

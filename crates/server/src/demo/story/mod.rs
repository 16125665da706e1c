//! The story: one file for each of its scenes.

mod app_password;
mod before_mfa;
mod cast;
mod enrolment;
mod refusal;
mod revocation;
mod wrong_network;

pub(super) use cast::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Owner, PASSWORD, VISITOR, WEBMASTER, wanted};

use super::DemoError;
use super::narrator::Narrator;
use super::stage::Stage;

/// Tells it, scene by scene.
///
/// # Errors
/// [`DemoError`] at the first scene that does not come out as told.
pub(super) async fn tell(narrator: &mut Narrator<'_>, stage: &mut Stage) -> Result<Owner, DemoError> {
    narrator.say(
        "A web site's contact form sends mail as webmaster@example.test. It cannot answer a second factor.",
    )?;
    narrator.say(&format!(
        "Real server, real sockets; a sandbox smart host at {} takes the mail.",
        stage.sandbox.address
    ))?;
    before_mfa::play(narrator, stage).await?;
    let owner = enrolment::play(narrator, stage).await?;
    refusal::play(narrator, stage).await?;
    let app_password = app_password::play(narrator, stage, &owner).await?;
    wrong_network::play(narrator, stage, &app_password).await?;
    revocation::play(narrator, stage, &owner, &app_password).await?;
    Ok(owner)
}

/// The scene goes on only if the answer begins as told.
fn expect(answer: &str, start: &str, expected: &'static str) -> Result<(), DemoError> {
    if answer.starts_with(start) {
        return Ok(());
    }
    Err(DemoError::NotAsTold { expected, got: answer.to_owned() })
}

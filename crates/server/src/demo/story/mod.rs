//! The story: one file for each of its scenes.

mod app_password;
mod backup_tool;
mod before_mfa;
mod cast;
mod cut_off;
mod enrolment;
mod mail_client;
mod on_record;
mod refusal;
mod revocation;
mod wrong_network;

pub(super) use cast::{
    ADMINISTRATOR, ADMINISTRATOR_PASSWORD, ALICE, ALICE_PASSWORD, BACKUP, DIRECTOR, Owner, PASSWORD, People,
    VISITOR, WEBMASTER, wanted,
};

use super::DemoError;
use super::narrator::Narrator;
use super::stage::Stage;

/// Tells it, scene by scene.
///
/// # Errors
/// [`DemoError`] at the first scene that does not come out as told.
pub(super) async fn tell(narrator: &mut Narrator<'_>, stage: &mut Stage) -> Result<People, DemoError> {
    narrator.say(
        "Programs that cannot answer a second factor, in front of the real server, over real sockets.",
    )?;
    narrator.say(
        "Behind its doors is a sandbox on this machine: a smart host, and mailboxes over IMAP and EWS.",
    )?;
    let webmaster = first_act(narrator, stage).await?;
    second_act(narrator, stage, webmaster).await
}

/// A web site that sends mail.
async fn first_act(narrator: &mut Narrator<'_>, stage: &mut Stage) -> Result<Owner, DemoError> {
    narrator.act("Act one: a web site's contact form sends mail as webmaster@example.test")?;
    before_mfa::play(narrator, stage).await?;
    let owner = enrolment::play(narrator, stage).await?;
    refusal::play(narrator, stage).await?;
    let app_password = app_password::play(narrator, stage, &owner).await?;
    wrong_network::play(narrator, stage, &app_password).await?;
    revocation::play(narrator, stage, &owner, &app_password).await?;
    Ok(owner)
}

/// A backup tool that opens the mailboxes of others, and a mail client that waits for mail.
async fn second_act(
    narrator: &mut Narrator<'_>,
    stage: &mut Stage,
    webmaster: Owner,
) -> Result<People, DemoError> {
    narrator
        .act("Act two: a backup tool opens mailboxes over EWS, a mail client waits for mail over IMAP")?;
    let nightly_backup = backup_tool::play(narrator, stage).await?;
    on_record::play(narrator, stage, &nightly_backup).await?;
    let (alice, client) = mail_client::play(narrator, stage, &webmaster).await?;
    cut_off::play(narrator, stage, &alice, client).await?;
    Ok(People { webmaster, alice, nightly_backup })
}

/// The scene goes on only if the answer begins as told.
fn expect(answer: &str, start: &str, expected: &'static str) -> Result<(), DemoError> {
    if answer.starts_with(start) {
        return Ok(());
    }
    Err(DemoError::NotAsTold { expected, got: answer.to_owned() })
}

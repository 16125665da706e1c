//! The app password is revoked while the mail client waits.

use postern_domain::sign_in::RefusalReason;
use tokio::time::Instant;

use super::mail_client::Waiting;
use super::refusal::look_up;
use super::{ALICE, Owner, expect};
use crate::demo::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::stage::Stage;

pub(super) async fn play(
    narrator: &mut Narrator<'_>,
    stage: &Stage,
    alice: &Owner,
    waiting: Waiting,
) -> Result<(), DemoError> {
    let Waiting { mut client, app_password } = waiting;
    narrator.step("Alice revokes the app password while the client waits")?;
    let begun = Instant::now();
    let id = app_password.app_password.id;
    stage.service().revoke_app_password(alice.by(), id, "the computer was sold").await?;
    let revoked = begun.elapsed();
    let line = client.next_line().await?;
    let ended = begun.elapsed();
    expect(&line, "* BYE", "the session to end")?;
    narrator.transcript(client.said())?;
    narrator.result(&format!(
        "revoked in {:.1} ms, the session ended {:.1} ms after that",
        revoked.as_secs_f64() * 1000.0,
        (ended - revoked).as_secs_f64() * 1000.0
    ))?;

    narrator.step("The client tries to come back")?;
    let mut client = stage.mail_client().await?;
    let secret = app_password.secret.expose_canonical();
    let answer = client.sign_in(ALICE, secret, "the revoked app password").await?;
    expect(&answer, "NO [AUTHENTICATIONFAILED]", "the revoked app password to be refused")?;
    narrator.transcript(client.said())?;
    look_up(narrator, stage, &answer, RefusalReason::Revoked).await
}

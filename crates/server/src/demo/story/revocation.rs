//! The app password is revoked while a session is open.

use postern_domain::sign_in::RefusalReason;
use postern_service::app_password::CreatedAppPassword;
use tokio::time::Instant;

use super::refusal::look_up;
use super::{Owner, WEBMASTER, expect};
use crate::config::ListenerTls;
use crate::demo::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::stage::{SITE, Stage};

pub(super) async fn play(
    narrator: &mut Narrator<'_>,
    stage: &Stage,
    owner: &Owner,
    created: &CreatedAppPassword,
) -> Result<(), DemoError> {
    narrator.step("The owner revokes it while the site has a session open")?;
    let secret = created.secret.expose_canonical();
    let mut client = stage.connect(SITE, ListenerTls::Implicit).await?;
    let answer = client.sign_in(WEBMASTER, secret, "the app password").await?;
    expect(&answer, "235 2.7.0", "the app password to be accepted")?;
    let begun = Instant::now();
    stage.service().revoke_app_password(owner.by(), created.app_password.id, "the site was moved").await?;
    let revoked = begun.elapsed();
    let line = client.next_line().await?;
    let ended = begun.elapsed();
    expect(&line, "421 4.7.0", "the session to end")?;
    narrator.transcript(client.said())?;
    narrator.result(&format!(
        "revoked in {:.1} ms, the session ended {:.1} ms after that",
        revoked.as_secs_f64() * 1000.0,
        (ended - revoked).as_secs_f64() * 1000.0
    ))?;

    narrator.step("From then on it is refused, and remembered by name")?;
    let mut client = stage.connect(SITE, ListenerTls::Implicit).await?;
    let answer = client.sign_in(WEBMASTER, secret, "the revoked app password").await?;
    expect(&answer, "535 5.7.8", "the revoked app password to be refused")?;
    narrator.transcript(client.said())?;
    look_up(narrator, stage, &answer, RefusalReason::Revoked).await
}

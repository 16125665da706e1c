//! Somebody has copied the app password, and tries it from elsewhere.

use postern_domain::sign_in::RefusalReason;
use postern_service::app_password::CreatedAppPassword;

use super::refusal::look_up;
use super::{WEBMASTER, expect};
use crate::config::ListenerTls;
use crate::demo::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::stage::{ELSEWHERE, Stage};

pub(super) async fn play(
    narrator: &mut Narrator<'_>,
    stage: &Stage,
    created: &CreatedAppPassword,
) -> Result<(), DemoError> {
    narrator.step(&format!("Somebody copied the app password and tries it from {ELSEWHERE}"))?;
    let mut client = stage.connect(ELSEWHERE, ListenerTls::Implicit).await?;
    let answer = client.sign_in(WEBMASTER, created.secret.expose_canonical(), "the app password").await?;
    expect(&answer, "535 5.7.8", "the app password to be refused from another network")?;
    narrator.transcript(client.said())?;
    look_up(narrator, stage, &answer, RefusalReason::OutOfNetwork).await
}

//! The site is refused, and the owner reads why.

use postern_domain::sign_in::{RefusalReason, RefusalReference};
use postern_service::By;

use super::{PASSWORD, WEBMASTER, expect};
use crate::config::ListenerTls;
use crate::demo::DemoError;
use crate::demo::narrator::Narrator;
use crate::demo::stage::{SITE, Stage};

pub(super) async fn play(narrator: &mut Narrator<'_>, stage: &Stage) -> Result<(), DemoError> {
    narrator.step("The site tries the account password, as every day")?;
    let mut client = stage.connect(SITE, ListenerTls::StartTls).await?;
    let answer = client.sign_in(WEBMASTER, PASSWORD, "the account password").await?;
    expect(&answer, "535 5.7.8", "the account password to be refused")?;
    narrator.transcript(client.said())?;
    look_up(narrator, stage, &answer, RefusalReason::AccountPasswordUnderMfa).await
}

/// Looks up the reference at the end of a refusal, as the owner does in the portal.
pub(super) async fn look_up(
    narrator: &mut Narrator<'_>,
    stage: &Stage,
    answer: &str,
    expected: RefusalReason,
) -> Result<(), DemoError> {
    let not_as_told = |expected| DemoError::NotAsTold { expected, got: answer.to_owned() };
    let text = answer.rsplit_once("(ref ").and_then(|(_, rest)| rest.split_once(')')).map(|(text, _)| text);
    let reference: RefusalReference =
        text.and_then(|text| text.parse().ok()).ok_or_else(|| not_as_told("a refusal reference"))?;
    let explanation = stage.service().look_up_refusal(By::Operator { user: "demo" }, reference).await?;
    narrator.tell(&format!(
        "Looked up, as `postern doctor --reference {reference}` does: {}",
        explanation.reason.name()
    ))?;
    narrator.result(&explanation.what)?;
    narrator.tell(&format!("What to do: {}", explanation.remedy))?;
    if explanation.reason != expected {
        return Err(DemoError::NotAsTold {
            expected: expected.name(),
            got: explanation.reason.name().to_owned(),
        });
    }
    Ok(())
}

//! After the story: the server stays up for the reader.

mod instructions;
mod secrets;

use std::path::Path;
use std::time::Duration;

use postern_domain::mfa::totp::{TotpSecret, TotpStep};
use tokio::signal::unix::{SignalKind, signal};

use self::secrets::Secrets;
use super::DemoError;
use super::narrator::Narrator;
use super::stage::Stage;
use super::story::{People, WEBMASTER};

/// Tells what can be tried, then shows arriving mail and fresh codes until it is interrupted.
pub(super) async fn stay(
    narrator: &mut Narrator<'_>,
    stage: &mut Stage,
    people: &People,
    program: &Path,
) -> Result<(), DemoError> {
    let now = stage.service().clock().now();
    let secrets = Secrets::create(stage, people).await?;
    for line in instructions::instructions(stage, &secrets, program)? {
        narrator.say(&line)?;
    }
    let broken = |source| DemoError::Connection { doing: "waiting for signals", source };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(broken)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(broken)?;
    // The present code was used up by the registration, and each works once.
    let mut shown = Some(TotpStep::at(now));
    narrator.say(&format!(
        "A code of {WEBMASTER} follows in at most 30 seconds; the present one registered the method."
    ))?;
    loop {
        let now = stage.service().clock().now();
        let step = TotpStep::at(now);
        if shown != Some(step) {
            shown = Some(step);
            narrator.say(&code(&people.webmaster.totp, step))?;
        }
        let rest = 30_000 - now.as_millis().rem_euclid(30_000);
        tokio::select! {
            _ = interrupt.recv() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
            arrived = stage.sandbox.arrivals.recv() => {
                if let Some(mail) = arrived {
                    let (from, to) = (&mail.from, mail.to.join(", "));
                    narrator.result(&format!("arrived: \"{}\" from {from} for {to}, {} octets", mail.subject, mail.text.len()))?;
                }
            }
            () = tokio::time::sleep(Duration::from_millis(rest.unsigned_abs())) => {}
        }
    }
}

/// A code as it is shown. On a terminal it takes the place of nothing: what arrives in between stays readable.
fn code(totp: &TotpSecret, step: TotpStep) -> String {
    format!("Code of {WEBMASTER} for the next 30 seconds (each works once): {}", totp.code_at(step))
}

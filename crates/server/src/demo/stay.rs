//! After the story: the server stays up for the reader.

use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use postern_domain::mfa::totp::{TotpSecret, TotpStep};
use tokio::signal::unix::{SignalKind, signal};

use super::DemoError;
use super::narrator::Narrator;
use super::stage::Stage;
use super::story::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Owner, PASSWORD, VISITOR, WEBMASTER};
use crate::config::ListenerTls;

/// Tells what can be tried, then shows arriving mail and fresh codes until it is interrupted.
pub(super) async fn stay(
    narrator: &mut Narrator<'_>,
    stage: &mut Stage,
    owner: &Owner,
    program: &Path,
) -> Result<(), DemoError> {
    let now = stage.service().clock().now();
    let wanted = super::story::wanted("Try it yourself", None, now);
    let created = stage.service().create_app_password(owner.by(), wanted).await?;
    for line in instructions(stage, created.secret.expose_canonical(), program) {
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
            narrator.say(&code(&owner.totp, step))?;
        }
        let rest = 30_000 - now.as_millis().rem_euclid(30_000);
        tokio::select! {
            _ = interrupt.recv() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
            arrived = stage.sandbox.arrivals.recv() => {
                if let Some(mail) = arrived {
                    let (from, to) = (mail.from, mail.to.join(", "));
                    narrator.result(&format!("arrived: \"{}\" from {from} for {to}, {} octets", mail.subject, mail.octets))?;
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

fn instructions(stage: &Stage, secret: &str, program: &Path) -> Vec<String> {
    let certificate = stage.server.certificate();
    let certificate = certificate.display();
    let (starttls, implicit) = (stage.door(ListenerTls::StartTls), stage.door(ListenerTls::Implicit));
    let config = stage.folder.path().join("postern.toml");
    let (config, program) = (config.display(), program.display());
    // curl sends line ends as they are, and SMTP's are CRLF.
    let letter = format!(
        "printf 'From: <{WEBMASTER}>\\r\\nTo: <{VISITOR}>\\r\\nSubject: Hello\\r\\n\\r\\nHello.\\r\\n'"
    );
    let mut lines = vec![
        String::new(),
        "The server stays up. Press Ctrl-C to end it; its folder goes with it.".to_owned(),
        String::new(),
        format!("Portal (self-signed certificate): {}", stage.server.ready().portal_url.0),
        format!("  {WEBMASTER}    password: {PASSWORD}"),
        format!(
            "  {ADMINISTRATOR}        password: {ADMINISTRATOR_PASSWORD} (registers a method at first sign-in)"
        ),
        String::new(),
        "Send mail with an app password that works:".to_owned(),
        format!(
            "  swaks --server {implicit} --tlsc --auth PLAIN --auth-user {WEBMASTER} --auth-password {secret} --from {WEBMASTER} --to {VISITOR}"
        ),
        format!(
            "  {letter} | curl --cacert {certificate} --ssl-reqd smtp://{starttls} --user {WEBMASTER}:{secret} --mail-from {WEBMASTER} --mail-rcpt {VISITOR} --upload-file -"
        ),
        "Look at it and revoke it from another terminal:".to_owned(),
        format!("  {program} --config {config} app-password list {WEBMASTER}"),
        format!(
            "  {program} --config {config} app-password revoke --account {WEBMASTER} --name 'Try it yourself'"
        ),
    ];
    if !std::io::stdout().is_terminal() {
        lines.push("(A new code is printed whenever the old one ends.)".to_owned());
    }
    lines.push(String::new());
    lines
}

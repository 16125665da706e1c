//! What the reader can copy.

use std::io::IsTerminal;
use std::path::Path;

use super::secrets::Secrets;
use crate::config::{ListenerTls, Protocol};
use crate::demo::DemoError;
use crate::demo::client::find_items_of;
use crate::demo::stage::Stage;
use crate::demo::story::{
    ADMINISTRATOR, ADMINISTRATOR_PASSWORD, ALICE, BACKUP, PASSWORD, VISITOR, WEBMASTER,
};

/// The lines. The request that one of them sends is written into the demo's folder.
pub(super) fn instructions(
    stage: &Stage,
    secrets: &Secrets<'_>,
    program: &Path,
) -> Result<Vec<String>, DemoError> {
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
    ];
    lines.extend(send(stage, secrets.smtp()));
    lines.push("Read the first message of alice over IMAP:".to_owned());
    lines.push(read(stage, secrets.imap()));
    lines.push(
        "Ask for the mailbox of alice over EWS as the backup tool; then for the director's, in vain:"
            .to_owned(),
    );
    lines.extend(back_up(stage, secrets.ews())?);
    lines.push("Look at app passwords and revoke one from another terminal:".to_owned());
    lines.extend(look_and_revoke(stage, program));
    if !std::io::stdout().is_terminal() {
        lines.push("(A new code is printed whenever the old one ends.)".to_owned());
    }
    lines.push(String::new());
    Ok(lines)
}

fn send(stage: &Stage, secret: &str) -> [String; 2] {
    let certificate = stage.server.certificate();
    let certificate = certificate.display();
    let starttls = stage.door(Protocol::Smtp, ListenerTls::StartTls);
    let implicit = stage.door(Protocol::Smtp, ListenerTls::Implicit);
    // curl sends line ends as they are, and SMTP's are CRLF.
    let letter = format!(
        "printf 'From: <{WEBMASTER}>\\r\\nTo: <{VISITOR}>\\r\\nSubject: Hello\\r\\n\\r\\nHello.\\r\\n'"
    );
    [
        format!(
            "  swaks --server {implicit} --tlsc --auth PLAIN --auth-user {WEBMASTER} --auth-password {secret} --from {WEBMASTER} --to {VISITOR}"
        ),
        format!(
            "  {letter} | curl --cacert {certificate} --ssl-reqd smtp://{starttls} --user {WEBMASTER}:{secret} --mail-from {WEBMASTER} --mail-rcpt {VISITOR} --upload-file -"
        ),
    ]
}

fn read(stage: &Stage, secret: &str) -> String {
    let certificate = stage.server.certificate();
    let door = stage.door(Protocol::Imap, ListenerTls::Implicit);
    format!(
        "  curl --cacert {} --user {ALICE}:{secret} 'imaps://{door}/INBOX;MAILINDEX=1'",
        certificate.display()
    )
}

fn back_up(stage: &Stage, secret: &str) -> Result<[String; 2], DemoError> {
    let certificate = stage.server.certificate();
    let file = stage.folder.path().join("find-items.xml");
    std::fs::write(&file, find_items_of(ALICE))
        .map_err(|source| DemoError::Folder { path: file.display().to_string(), source })?;
    let door = stage.door(Protocol::Http, ListenerTls::Implicit);
    let (certificate, file) = (certificate.display(), file.display());
    let curl = format!(
        "curl --cacert {certificate} --user {BACKUP}:{secret} --header 'Content-Type: text/xml' https://{door}/EWS/Exchange.asmx"
    );
    Ok([
        format!("  {curl} --data-binary @{file}"),
        format!("  sed s/alice@/director@/ {file} | {curl} --data-binary @-"),
    ])
}

fn look_and_revoke(stage: &Stage, program: &Path) -> [String; 2] {
    let config = stage.folder.path().join("postern.toml");
    let postern = format!("{} --config {}", program.display(), config.display());
    [
        format!("  {postern} app-password list {WEBMASTER}"),
        format!("  {postern} app-password revoke --account {WEBMASTER} --name 'Try it yourself'"),
    ]
}

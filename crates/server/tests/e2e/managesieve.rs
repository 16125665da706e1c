//! The ManageSieve door, with a real Dovecot behind.

use std::fs;

use tokio::process::Command;

use super::mailboxes::Mailboxes;
use super::refusals::refusal;
use super::server::{ACCOUNT, Answer, answer};

const FILTER: &str = "require [\"fileinto\"];\nfileinto \"Archive\";\n";

async fn sieve_connect(mailboxes: &Mailboxes, secret: &str, more: &[&str]) -> Answer {
    let port = mailboxes.server.listener("managesieve", "STARTTLS").port().to_string();
    let password = mailboxes.place.path("password");
    fs::write(&password, format!("{secret}\n")).unwrap();
    // It reads the password from a file descriptor that the shell opens.
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "exec sieve-connect --passwordfd 3 \"$@\" 3<\"$0\""]).arg(&password);
    command.args(["--server", "localhost", "--port", &port, "--user", ACCOUNT, "--authmech", "PLAIN"]);
    command.arg("--tlscafile").arg(mailboxes.place.ca_file()).args(more);
    answer(command, "").await
}

#[tokio::test]
async fn e2e_sieve_connect_uploads_a_filter() {
    let mailboxes = Mailboxes::start().await;
    let filter = mailboxes.place.path("filter.sieve");
    fs::write(&filter, FILTER).unwrap();
    let local = filter.to_str().unwrap();
    let upload = ["--localsieve", local, "--remotesieve", "filter", "--upload"];
    let told = sieve_connect(&mailboxes, &mailboxes.secret, &upload).await;
    assert_eq!(told.code, 0, "{told:?}\n{}", mailboxes.dovecot.log());
    let listed = sieve_connect(&mailboxes, &mailboxes.secret, &["--list"]).await;
    assert!(listed.code == 0 && listed.out.contains("\"filter\""), "{listed:?}");
    let stored = mailboxes.dovecot.maildir(ACCOUNT).parent().unwrap().join("sieve/filter.sieve");
    assert_eq!(fs::read_to_string(stored).unwrap(), FILTER);

    let refused = sieve_connect(&mailboxes, "9999-9999-9999", &["--list"]).await;
    assert_ne!(refused.code, 0, "{refused:?}");
    let printed = format!("{}{}", refused.out, refused.err);
    assert_eq!(mailboxes.place.reason(&refusal(&printed).1).await, "wrong-secret");
}

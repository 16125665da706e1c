//! The demo is a test: it ends with an error when a step does not come out as told.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::server::{answer, postern};

#[tokio::test]
async fn e2e_the_demo_comes_out_as_told() {
    let mut command = postern();
    command.args(["demo", "--exit"]);
    let told = answer(command, "").await;
    assert_eq!(told.code, 0, "{told:?}");
    for part in [
        "1. Yesterday",
        "account-password-under-mfa",
        "arrived: \"Thank you for your patience\"",
        "out-of-network",
        "S: 421 4.7.0",
        "the session ended",
        "8. From then on",
        "2 messages",
        "S: 500 Internal Server Error; ErrorImpersonateUserDenied",
        "director@example.test  impersonation-not-granted",
        "S: * 3 EXISTS",
        "S: * BYE",
        "17. The client tries to come back",
    ] {
        assert!(told.out.contains(part), "`{part}` is missing in:\n{}", told.out);
    }
    assert_eq!(told.err, "");
    // Not a test of its own: two demos that start at the same moment would find the same ports free.
    the_commands_to_copy_work().await;
}

/// What it prints for the reader to copy is copied: every command, in its order, by a shell that knows no `postern`.
async fn the_commands_to_copy_work() {
    let mut demo = postern().arg("demo").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    let mut commands = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        let command = line.trim();
        let is_first = ["swaks ", "curl ", "sed "].iter().any(|program| command.starts_with(program));
        if is_first || command.contains("| curl ") || command.contains(" app-password ") {
            commands.push(command.to_owned());
        }
        if line.contains(" app-password revoke ") {
            break;
        }
    }
    let told = [
        "250",
        "",
        "Subject: Thank you",
        "<t:Subject>",
        "ImpersonateUserDenied",
        "Try it yourself",
        "Revoked",
    ];
    assert_eq!(commands.len(), told.len(), "{commands:#?}");
    for (command, told) in commands.iter().zip(told) {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", command]);
        let answer = answer(shell, "").await;
        assert_eq!(answer.code, 0, "{command}\n{answer:?}");
        assert!(answer.out.contains(told), "{command}\n{answer:?}");
    }
    // Not killed: it takes its folder with it.
    let id = demo.id().expect("the demo stays up").to_string();
    assert!(Command::new("kill").args(["-s", "TERM", &id]).status().await.unwrap().success());
    assert_eq!(demo.wait().await.unwrap().code(), Some(0));
}

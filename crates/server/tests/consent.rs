//! Providers and consents on the command line, against a provider on a socket.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on is over; clippy takes only `#[test]` functions for tests"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use postern_testkit::FakeProvider;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;

const ANNA: &str = "anna@example.test";

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postern"));
    command.current_dir(folder).args(arguments).arg("--json").args(["--config", "postern.toml"]);
    for name in ["POSTERN_CONFIG", "POSTERN_DATABASE", "POSTERN_DATA"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output = command(folder, arguments).output().await.unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn configure(folder: &Path, provider: SocketAddr) {
    let text = format!(
        r#"
[[provider]]
name = "owners"
grant = "delegated"
client_id = "postern"
authorization_endpoint = "http://{provider}/authorize"
device_endpoint = "http://{provider}/device"
token_endpoint = "http://{provider}/token"
scopes = ["mail"]

[[provider]]
name = "application"
grant = "client-credentials"
client_id = "postern"
client_secret = "needle"
token_endpoint = "http://{provider}/token"
scopes = ["mail"]
"#
    );
    std::fs::write(folder.join("postern.toml"), text).unwrap();
}

#[tokio::test]
async fn a_consent_comes_by_a_code_is_listed_and_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let provider = FakeProvider::new();
    configure(folder, provider.serve().await);
    json(folder, &["account", "add", ANNA, "--no-password"]).await;
    let shown = json(folder, &["consent", "show", ANNA]).await;
    assert_eq!((&shown[0]["provider"], &shown[0]["state"]), (&"owners".into(), &"not-connected".into()));

    provider.answer_next(
        200,
        None,
        r#"{"device_code":"d","user_code":"ABCD-EFGH","verification_uri":"https://login.example.test/code","expires_in":900,"interval":1}"#,
    );
    let begin = command(folder, &["consent", "begin", ANNA, "--provider", "owners"]).spawn();
    let mut begin = begin.unwrap();
    let mut said = BufReader::new(begin.stdout.take().unwrap());
    let mut first = String::new();
    while !first.trim_end().ends_with('}') {
        assert!(said.read_line(&mut first).await.unwrap() > 0, "{first}");
    }
    let first: Value = serde_json::from_str(&first).unwrap();
    assert_eq!((&first["state"], &first["user_code"]), (&"pending".into(), &"ABCD-EFGH".into()));
    provider.consent_for_the_device(ANNA);
    let mut rest = String::new();
    said.read_to_string(&mut rest).await.unwrap();
    assert!(begin.wait().await.unwrap().success());
    let connected: Value = serde_json::from_str(&rest).unwrap();
    assert_eq!(connected["state"], "connected");

    let listed = json(folder, &["consent", "list"]).await;
    assert_eq!((&listed[0]["account"], &listed[0]["state"]), (&ANNA.into(), &"connected".into()));
    assert_eq!(listed[0]["mailbox"], ANNA);
    assert_eq!(json(folder, &["consent", "list", "--troubled"]).await, Value::Array(Vec::new()));
    let withdrawn = json(folder, &["consent", "withdraw", ANNA, "--provider", "owners"]).await;
    assert_eq!(withdrawn["state"], "not-connected");
    let again = command(folder, &["consent", "withdraw", ANNA, "--provider", "owners"]).output().await;
    let again = again.unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("there is no such consent"));
}

#[tokio::test]
async fn the_doctor_asks_every_provider() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let provider = FakeProvider::new();
    configure(folder, provider.serve().await);
    json(folder, &["account", "add", ANNA, "--no-password"]).await;
    let found = async |name: &str| {
        let output = command(folder, &["doctor"]).output().await.unwrap();
        let checks: Value = serde_json::from_slice(&output.stdout).unwrap();
        let check = checks.as_array().unwrap().iter().find(|check| check["check"] == name).cloned();
        check.unwrap_or_else(|| panic!("no {name} in {checks}"))
    };
    assert_eq!(found("provider application").await["verdict"], "good");
    assert_eq!(found("provider owners").await["verdict"], "good");
    assert_eq!(found("consents").await["found"], "0 given, none has lapsed");
    // Asked in the order of the configuration: owners, then the application.
    provider.answer_next(400, None, r#"{"error":"invalid_grant"}"#);
    provider.answer_next(401, None, r#"{"error":"invalid_client","error_description":"expired"}"#);
    let bad = found("provider application").await;
    assert_eq!(bad["verdict"], "bad");
    assert!(bad["found"].as_str().unwrap().ends_with("it refused with invalid_client: expired"), "{bad}");
    assert!(bad["remedy"].as_str().unwrap().starts_with("correct client_id and its secret"), "{bad}");
}

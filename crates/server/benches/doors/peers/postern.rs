//! Postern itself: the binary with an SQLite database, and one app password, which the limits are put out of the way of.

use tokio::process::Command;

use super::{Credentials, Site, run};
use crate::Outcome;

/// The binary that was built with this benchmark.
const POSTERN: &str = env!("CARGO_BIN_EXE_postern");

pub(super) async fn prepare(site: &Site<'_>) -> Outcome<(Command, Credentials)> {
    let Site { folder, plain, tls, surroundings } = site;
    let backend = surroundings.backend;
    let (host, port) = (backend.ip(), backend.port());
    let configuration = format!(
        r#"
[data]
directory = "data"
[portal]
listen = "127.0.0.1:0"
[tls]
certificate = "door.pem"
key = "door.key"
[[smtp.listener]]
listen = "127.0.0.1:0"
tls = "implicit"
[[imap.listener]]
listen = "{plain}"
tls = "none"
[[imap.listener]]
listen = "{tls}"
tls = "implicit"
[limits]
unsigned_connections_per_network = 4096
[[upstream]]
name = "real"
doors = ["imap"]
host = "{host}"
port = {port}
tls = "none"
sign_in = "fixed"
user_name = "upstream"
secret = "upstream"
sign_in_without_tls = true
probe = false
[log]
level = "warn"
"#
    );
    let file = folder.join("postern.toml");
    std::fs::write(&file, configuration)?;
    let postern = || {
        let mut command = Command::new(POSTERN);
        command.arg("--config").arg(&file).current_dir(folder);
        command
    };
    let user = "webmaster@example.test".to_owned();
    run(postern().args(["account", "add", &user, "--mfa", "enforced", "--no-password"])).await?;
    let made = run(postern().args([
        "app-password",
        "create",
        &user,
        "--name",
        "Benchmark",
        "--protocol",
        "imap",
        "--max-sessions",
        "100000",
        "--max-sign-ins",
        "1000000",
        "--json",
    ]))
    .await?;
    let made: serde_json::Value = serde_json::from_str(&made)?;
    let secret = made["secret"].as_str().ok_or("no secret was shown")?.replace('-', "");
    let mut command = postern();
    command.arg("serve");
    Ok((command, Credentials { user, secret }))
}

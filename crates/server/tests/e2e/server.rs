//! `postern` as a process: the server, and commands beside it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use postern_testkit::certificates::TestAuthority;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use super::script::Script;

/// The binary under test.
pub(crate) const POSTERN: &str = env!("CARGO_BIN_EXE_postern");
/// The account of the tests.
pub(crate) const ACCOUNT: &str = "webmaster@example.test";
/// Its password.
pub(crate) const PASSWORD: &str = "violet kettle harbour 27";
/// How long something may take before the test is given up: long enough for a machine under load.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// Where another process has to do something, it is looked at this often.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A server's files: configuration, data, certificate.
pub(crate) struct Place {
    folder: TempDir,
    /// Who signed the server's certificate.
    pub(crate) authority: TestAuthority,
    database: Option<String>,
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    /// The listener with STARTTLS.
    pub(crate) starttls: SocketAddr,
    /// The listener with TLS.
    pub(crate) tls: SocketAddr,
    /// What it said when it was ready.
    pub(crate) ready: Value,
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Answer {
    /// The answer of a command that was given `--json` and succeeded.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Place {
    /// A place whose mail goes to `upstream` (the body of an `[[upstream]]`, or nothing).
    pub(crate) fn new(upstream: &str) -> Self {
        Self::on(upstream, None)
    }

    /// The same on another database.
    pub(crate) fn on(upstream: &str, database: Option<String>) -> Self {
        if upstream.is_empty() {
            Self::with("", database)
        } else {
            Self::with(&format!("[[upstream]]\nname = \"real\"\n{upstream}"), database)
        }
    }

    /// A place with further sections in its configuration.
    pub(crate) fn with(sections: &str, database: Option<String>) -> Self {
        let place =
            Self { folder: tempfile::tempdir().unwrap(), authority: TestAuthority::new("door"), database };
        let identity = place.authority.issue(&["localhost", "127.0.0.1"]);
        fs::write(place.path("door.pem"), &identity.chain).unwrap();
        fs::write(place.path("door.key"), &identity.key).unwrap();
        fs::write(place.path("ca.pem"), place.authority.pem()).unwrap();
        let config = format!(
            r#"
[data]
directory = "data"
[portal]
listen = "127.0.0.1:0"
[tls]
certificate = "door.pem"
key = "door.key"
[smtp]
host_name = "localhost"
[[smtp.listener]]
listen = "127.0.0.1:0"
tls = "starttls"
[[smtp.listener]]
listen = "127.0.0.1:0"
tls = "implicit"
[limits]
shut_down_time = "1s"
{sections}
"#
        );
        fs::write(place.path("postern.toml"), config).unwrap();
        place
    }

    /// A file of the place.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The certificate of who signed the server's.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.path("ca.pem")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = postern();
        command.arg("--config").arg(self.path("postern.toml")).args(arguments);
        if let Some(url) = &self.database {
            command.arg("--database").arg(url);
        }
        command
    }

    /// Starts the server and waits until it is ready.
    pub(crate) async fn serve(&self) -> Server {
        let log = fs::File::options().append(true).create(true).open(self.path("log")).unwrap();
        let mut command = self.command(&["--json", "serve"]);
        Server::start(command.stderr(log), &self.path("log")).await
    }

    /// Begins a command that says something before its end.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Script {
        Script::start(&mut self.command(arguments))
    }

    /// Runs a command beside the server.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Answer {
        self.run_with(arguments, "").await
    }

    /// Runs a command with something on its standard input.
    pub(crate) async fn run_with(&self, arguments: &[&str], input: &str) -> Answer {
        answer(self.command(arguments), input).await
    }

    /// Adds the account of the tests.
    pub(crate) async fn add_account(&self, mfa: &str) {
        let added = ["account", "add", ACCOUNT, "--mfa", mfa, "--password-stdin", "--json"];
        assert_eq!(self.run_with(&added, PASSWORD).await.json()["mfa"], mfa);
    }

    /// Creates an app password; gives its id and secret.
    pub(crate) async fn create(&self, name: &str, options: &[&str]) -> (String, String) {
        let command = [&["app-password", "create", ACCOUNT, "--json", "--name", name], options].concat();
        let made = self.run(&command).await.json();
        let text = |key: &str| made[key].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    /// Runs a command again and again until its answer is as wanted: for what another process does in its own time.
    pub(crate) async fn until(&self, arguments: &[&str], wanted: impl Fn(&Answer) -> bool) -> Answer {
        let tried = tokio::time::timeout(PATIENCE, async {
            loop {
                let answer = self.run(arguments).await;
                if wanted(&answer) {
                    break answer;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        });
        tried.await.unwrap_or_else(|_| panic!("{arguments:?} never answered as wanted"))
    }

    /// Waits until the server has logged a text.
    pub(crate) async fn until_logged(&self, text: &str) {
        let log = self.path("log");
        let logged = tokio::time::timeout(PATIENCE, async {
            while !fs::read_to_string(&log).unwrap().contains(text) {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        });
        logged.await.unwrap_or_else(|_| panic!("{text:?} was never logged"));
    }

    /// Why a reference was given. The server writes it within a second.
    pub(crate) async fn reason(&self, reference: &str) -> String {
        let answer =
            self.until(&["doctor", "--reference", reference, "--json"], |answer| answer.code == 0).await;
        answer.json()["reason"].as_str().unwrap().to_owned()
    }
}

impl Server {
    /// Starts `command`, which is a `serve --json`, and waits until it says that it is ready.
    pub(crate) async fn start(command: &mut Command, log: &Path) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line =
            tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("the server gets ready").unwrap();
        let line = line
            .unwrap_or_else(|| panic!("the server ended:\n{}", fs::read_to_string(log).unwrap_or_default()));
        let ready: Value = serde_json::from_str(&line).unwrap();
        let smtp = |tls| listener(&ready, "smtp", tls);
        Self { starttls: smtp("STARTTLS"), tls: smtp("TLS"), child, ready }
    }

    /// The listener of another protocol: `imap` and so on, with `STARTTLS` or `TLS`.
    pub(crate) fn listener(&self, protocol: &str, tls: &str) -> SocketAddr {
        listener(&self.ready, protocol, tls)
    }

    /// What the kernel says about the server's memory (proc(5)), in KiB: `VmRSS` now, `VmHWM` at its height.
    pub(crate) fn memory(&self, what: &str) -> u64 {
        let status = fs::read_to_string(self.process("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':')).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Has `VmHWM` begin anew.
    pub(crate) fn forget_the_peak(&self) {
        fs::write(self.process("clear_refs"), "5").unwrap();
    }

    fn process(&self, file: &str) -> PathBuf {
        let id = self.child.id().expect("the server runs");
        PathBuf::from(format!("/proc/{id}/{file}"))
    }

    /// kill -9.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGTERM, and waits for the end; gives the exit code.
    pub(crate) async fn stop(mut self) -> Option<i32> {
        self.signal("TERM").await;
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("the server stops").unwrap().code()
    }

    /// Sends a signal by name.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().expect("the server runs").to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().await.unwrap().success());
    }
}

fn listener(ready: &Value, protocol: &str, tls: &str) -> SocketAddr {
    let list = ready[protocol].as_array().unwrap();
    let found = list.iter().find(|listener| listener["tls"] == tls).unwrap();
    found["address"].as_str().unwrap().parse().unwrap()
}

/// The binary, with nothing of the environment that would change what it does.
pub(crate) fn postern() -> Command {
    let mut command = Command::new(POSTERN);
    for name in ["POSTERN_CONFIG", "POSTERN_DATA", "POSTERN_DATABASE"] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1").kill_on_drop(true);
    command
}

/// Runs a command to its end.
pub(crate) async fn answer(mut command: Command, input: &str) -> Answer {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that does not read its input may have ended before it was written.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("it ends").unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Answer { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

//! exchangelib, the EWS client of many backup and calendar tools, from Debian's package.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

const SCRIPT: &str = include_str!("exchangelib.py");
/// How long an outcome may take before the test is given up: long enough for a machine under load.
const PATIENCE: Duration = Duration::from_secs(60);

/// What exchangelib is told.
#[derive(Debug, Clone)]
pub struct Exchangelib {
    /// The endpoint: `https://localhost:1234/EWS/Exchange.asmx`.
    pub url: String,
    /// Whose certificates it trusts.
    pub ca_file: PathBuf,
    /// The user name.
    pub user: String,
    /// The secret.
    pub secret: String,
    /// The mailbox that it opens.
    pub mailbox: String,
    /// Whether it opens it by impersonation.
    pub impersonates: bool,
}

/// exchangelib at work. It is killed when this is dropped.
pub struct Running {
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Exchangelib {
    /// Lists the inbox: `{"subjects": ["Hello"]}`, or `{"error": …, "text": …}`.
    pub async fn list(&self) -> Value {
        self.start("list").outcome().await
    }

    /// Sends a message: `{"sent": true}`, or an error.
    pub async fn send(&self) -> Value {
        self.start("send").outcome().await
    }

    /// Waits for notifications: an outcome `{"event": "NewMailEvent"}` for each, and one at the end.
    #[must_use]
    pub fn listen(&self) -> Running {
        self.start("listen")
    }

    fn start(&self, deed: &str) -> Running {
        let access = if self.impersonates { "impersonation" } else { "delegate" };
        let mut child = Command::new("/usr/bin/python3")
            .args(["-c", SCRIPT, &self.url, &self.user, &self.secret, &self.mailbox, access, deed])
            .env("REQUESTS_CA_BUNDLE", &self.ca_file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("python3 is installed: `cargo xtask test`");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        Running { _child: child, lines }
    }
}

impl Running {
    /// The next outcome.
    ///
    /// # Panics
    /// When there is none any more, or when it takes a minute.
    pub async fn outcome(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await.expect("exchangelib goes on");
        let line = line.expect("a pipe can be read").expect("exchangelib had more to say");
        serde_json::from_str(&line).expect("the script writes JSON")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::certificates::TestAuthority;
    use crate::ews_responder::{EwsDemand, EwsResponder};

    #[tokio::test]
    async fn e2e_lists_sends_and_listens() {
        let authority = TestAuthority::new("ews");
        let folder = tempfile::tempdir().expect("a folder");
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, authority.pem()).expect("our own folder");
        // Nothing is demanded: with Exchange's own challenges, exchangelib chooses NTLM.
        let responder = EwsResponder::start(EwsDemand::Nothing, Some(&authority.issue(&["localhost"]))).await;
        let client = Exchangelib {
            url: format!("https://localhost:{}/EWS/Exchange.asmx", responder.address.port()),
            ca_file,
            user: "anna@example.test".into(),
            secret: "secret".into(),
            mailbox: "target@example.test".into(),
            impersonates: true,
        };
        assert_eq!(client.list().await, json!({"subjects": ["Hello"]}));
        let found = responder.wait_for("FindItem").await;
        assert_eq!(found.impersonated.as_deref(), Some("target@example.test"));

        let mut listening = client.listen();
        responder.wait_for_streams(1).await;
        responder.notify();
        assert_eq!(listening.outcome().await, json!({"event": "NewMailEvent"}));
        responder.end_streams();
        assert_eq!(listening.outcome().await, json!({"ended": true}));

        let myself = Exchangelib { mailbox: client.user.clone(), impersonates: false, ..client.clone() };
        assert_eq!(myself.send().await, json!({"sent": true}));
        assert_eq!(responder.wait_for("CreateItem").await.impersonated, None);
    }
}

//! A server whose doors lead to a real Dovecot, and what the tests of these doors share.

use std::fs;

use postern_testkit::Dovecot;
use postern_testkit::certificates::TestAuthority;
use postern_testkit::dovecot::{MASTER_SECRET, MASTER_SEPARATOR, MASTER_USER};
use tokio::process::Command;

use super::script::Script;
use super::server::{ACCOUNT, Answer, Place, Server, answer};

/// The account's own password at Dovecot, for connections that do not go through Postern.
pub(crate) const DIRECT_PASSWORD: &str = "meadow ribbon 83";

/// The listeners of every door to a mailbox.
pub(crate) const LISTENERS: &str = r#"
[[imap.listener]]
listen = "127.0.0.1:0"
tls = "implicit"
[[imap.listener]]
listen = "127.0.0.1:0"
tls = "starttls"
[[pop3.listener]]
listen = "127.0.0.1:0"
tls = "implicit"
[[pop3.listener]]
listen = "127.0.0.1:0"
tls = "starttls"
[[managesieve.listener]]
listen = "127.0.0.1:0"
tls = "starttls"
"#;

/// A running server before a running Dovecot, with one account and one app password.
pub(crate) struct Mailboxes {
    pub(crate) server: Server,
    pub(crate) place: Place,
    pub(crate) dovecot: Dovecot,
    /// The id of the app password.
    pub(crate) id: String,
    /// The app password.
    pub(crate) secret: String,
}

impl Mailboxes {
    /// Postern signs in at Dovecot as the master user.
    pub(crate) async fn start() -> Self {
        let authority = TestAuthority::new("dovecot");
        let dovecot = Dovecot::start(&authority, &[(ACCOUNT, DIRECT_PASSWORD)]);
        let upstreams = master(&dovecot, MASTER_SECRET);
        Self::start_with(&authority, dovecot, &upstreams, &[]).await
    }

    /// Postern signs in at Dovecot as these sections say; `files` are named in them.
    pub(crate) async fn start_with(
        authority: &TestAuthority,
        dovecot: Dovecot,
        sections: &str,
        files: &[(&str, &str)],
    ) -> Self {
        let place = Place::with(&format!("{LISTENERS}{sections}"), None);
        for (name, content) in files {
            fs::write(place.path(name), content).unwrap();
        }
        fs::write(place.path("upstream-ca.pem"), authority.pem()).unwrap();
        place.add_account("enforced").await;
        let (id, secret) = place.create("Reads mail", &["--protocol", "imap,pop3,managesieve"]).await;
        let server = place.serve().await;
        Self { server, place, dovecot, id, secret }
    }

    /// Begins a script for the distribution's Python. Its arguments: the port, the file with the server's authority, the
    /// account, the secret, then `more`.
    pub(crate) fn script(&self, script: &str, port: u16, secret: &str, more: &[&str]) -> Script {
        let mut command = Command::new("/usr/bin/python3");
        command.args(["-u", "-c", script, &port.to_string()]).arg(self.place.ca_file());
        command.args([ACCOUNT, secret]).args(more);
        Script::start(&mut command)
    }

    /// Runs such a script to its end.
    pub(crate) async fn python(&self, script: &str, port: u16, secret: &str, more: &[&str]) -> Answer {
        self.script(script, port, secret, more).rest().await
    }

    /// Runs curl on an address of a listener, with the app password, from 127.0.0.2.
    pub(crate) async fn curl(&self, url: &str, secret: &str, more: &[&str]) -> Answer {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--verbose", "--ssl-reqd", "--interface", "127.0.0.2"]);
        curl.arg("--cacert").arg(self.place.ca_file());
        curl.args(["--user", &format!("{ACCOUNT}:{secret}"), "--url", url]).args(more);
        answer(curl, "").await
    }
}

/// The upstreams at which Postern signs in as the master user: IMAP with TLS from the first octet, the others by
/// STARTTLS.
pub(crate) fn master(dovecot: &Dovecot, secret: &str) -> String {
    let sign_in = format!(
        "sign_in = \"master\"\nuser_name = \"{MASTER_USER}\"\nsecret = \"{secret}\"\nseparator = \"{MASTER_SEPARATOR}\"\n"
    );
    upstreams(dovecot, &sign_in)
}

/// The upstreams of a Dovecot for every door.
pub(crate) fn upstreams(dovecot: &Dovecot, sign_in: &str) -> String {
    let upstream = |door: &str, port: u16, more: &str| {
        format!(
            "[[upstream]]\nname = \"{door}\"\ndoors = [\"{door}\"]\nhost = \"localhost\"\nport = {port}\n\
             ca_file = \"upstream-ca.pem\"\n{more}\n{sign_in}"
        )
    };
    [
        upstream("imap", dovecot.imaps_port, "tls = \"implicit\"\nforward_client = true"),
        upstream("pop3", dovecot.pop3_port, "forward_client = true"),
        upstream("managesieve", dovecot.sieve_port, ""),
    ]
    .concat()
}

/// Messages with what a relay could spoil, no two alike, some of them long.
pub(crate) fn messages(count: usize) -> Vec<String> {
    let message = |number: usize| {
        let filler = "0123456789abcdef".repeat(1 + (number * 37) % 300);
        format!(
            "From: Visitor <visitor@example.net>\nTo: {ACCOUNT}\nSubject: Message {number}\n\
             Date: Sun, 22 Nov 2026 12:00:00 +0000\nMessage-ID: <{number}@example.net>\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\
             Grüße aus Malmö – 漢字.\n.\n..hidden\n* BYE\na OK done\n{{3}}\n\ttab and space \n{filler}\n{number}\n"
        )
    };
    (1..=count).map(message).collect()
}

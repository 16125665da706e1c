//! A real Dovecot: a private instance on loopback, with its own configuration, users and mailboxes.
//!
//! IMAP, POP3 and ManageSieve, each with and without TLS from the first octet (ManageSieve: STARTTLS only). It knows
//! every user name, some of them by a password, and a master user who may open every mailbox; it believes `ID` and
//! XCLIENT from loopback, at one listener a PROXY header; on demand it asks an OAuth server about bearer tokens. IDLE and COMPRESS work.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::certificates::TestAuthority;
use crate::ports::free_port;

/// Debian's path of the program.
const PROGRAM: &str = "/usr/sbin/dovecot";
/// The user of Debian's `nobody`: the owner of every mailbox.
const NOBODY: u32 = 65_534;
/// How long a log line may take before the test is given up: long enough for a machine under load.
const PATIENCE: Duration = Duration::from_secs(60);
/// A log is a file that another program writes to; there is no event to wait for, so it is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The user who may open every mailbox.
pub const MASTER_USER: &str = "postern-master";
/// The secret of that user.
pub const MASTER_SECRET: &str = "amber lantern orchard 61";
/// Between the mailbox and the master user in a user name.
pub const MASTER_SEPARATOR: char = '*';

/// Where Dovecot asks about bearer tokens (RFC 7662).
#[derive(Debug, Clone)]
pub struct Introspection {
    /// The address, with the credentials of whoever may ask in it: `https://id:secret@localhost:1/introspect`.
    pub url: String,
    /// The authority of that server's certificate, in PEM.
    pub ca: String,
    /// The attribute in the answer that has to be there.
    pub attribute: String,
    /// What of it and of the user whose mailbox is asked for must be the same, as Dovecot's `username_format`: `%u` for
    /// all of it; a text without variables for nothing, so that every good token opens every mailbox.
    pub same: String,
}

/// A running instance. It is stopped, and its folder removed, on drop.
pub struct Dovecot {
    folder: TempDir,
    /// IMAP with STARTTLS.
    pub imap_port: u16,
    /// IMAP with TLS from the first octet.
    pub imaps_port: u16,
    /// POP3 with STLS.
    pub pop3_port: u16,
    /// POP3 with TLS from the first octet.
    pub pop3s_port: u16,
    /// ManageSieve with STARTTLS.
    pub sieve_port: u16,
    /// IMAP with STARTTLS behind a PROXY header.
    pub proxied_port: u16,
    /// SMTP submission with STARTTLS; only with a relay.
    pub submission_port: u16,
}

impl Dovecot {
    /// Starts an instance that shows a certificate of `authority` for `localhost` and 127.0.0.1, and knows these users by
    /// their passwords.
    ///
    /// # Panics
    /// When Dovecot is not installed, does not start, or the test does not run as root, which a Dovecot with mailboxes
    /// of several users needs.
    #[must_use]
    pub fn start(authority: &TestAuthority, users: &[(&str, &str)]) -> Self {
        Self::start_with(authority, users, None, None)
    }

    /// The same, with bearer tokens, and with submission that hands messages over to an SMTP server at a port of
    /// 127.0.0.1.
    ///
    /// # Panics
    /// As [`Self::start`].
    #[must_use]
    pub fn start_with(
        authority: &TestAuthority,
        users: &[(&str, &str)],
        introspection: Option<&Introspection>,
        relay: Option<u16>,
    ) -> Self {
        assert!(Path::new(PROGRAM).exists(), "Dovecot is not installed: run `cargo xtask test`");
        let folder = tempfile::Builder::new().prefix("postern-dovecot-").tempdir().expect("a folder");
        let owner = fs::metadata(folder.path()).expect("the folder is there").uid();
        assert_eq!(owner, 0, "Dovecot starts only as root: run the tests as root, in a container");
        let dovecot = Self {
            folder,
            imap_port: free_port(),
            imaps_port: free_port(),
            pop3_port: free_port(),
            pop3s_port: free_port(),
            sieve_port: free_port(),
            proxied_port: free_port(),
            submission_port: free_port(),
        };
        dovecot.write(authority, users, introspection, relay);
        let started = dovecot.run();
        let errors = fs::read_to_string(dovecot.path("errors")).unwrap_or_default();
        assert!(started.success(), "dovecot: {started}\n{errors}\n{}", dovecot.log());
        dovecot
    }

    /// Puts messages (line ends as they are to lie there: LF) into a user's INBOX, the first one first, as a delivery
    /// would: a client that waits is told.
    ///
    /// # Panics
    /// When the mailbox cannot be written.
    pub fn deliver(&self, user: &str, messages: &[impl AsRef<[u8]>]) {
        let maildir = self.maildir(user);
        for folder in ["cur", "new", "tmp"] {
            own_by_nobody(&maildir.join(folder));
        }
        let already = fs::read_dir(maildir.join("new")).expect("our own folder").count()
            + fs::read_dir(maildir.join("cur")).expect("our own folder").count();
        for (position, message) in messages.iter().enumerate() {
            // The order of a maildir is the order of its names.
            let number = already + position;
            let name = format!("{}.M{number:06}P1.localhost", 1_700_000_000 + number);
            let written = maildir.join("tmp").join(&name);
            fs::write(&written, message).expect("our own folder");
            chown(&written, Some(NOBODY), Some(NOBODY)).expect("the tests run as root");
            fs::rename(&written, maildir.join("new").join(&name)).expect("the same folder");
        }
    }

    /// The folder of a user's mailbox.
    #[must_use]
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.path("mail").join(user).join("Maildir")
    }

    /// What Dovecot has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Waits until one line of the log has all these parts, and gives it.
    ///
    /// # Panics
    /// When there is none in time, with the log.
    pub async fn wait_for_log(&self, parts: &[&str]) -> String {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let log = self.log();
                if let Some(line) = log.lines().find(|line| parts.iter().all(|part| line.contains(part))) {
                    break line.to_owned();
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        });
        found.await.unwrap_or_else(|_| panic!("no line with {parts:?}; Dovecot says:\n{}", self.log()))
    }

    fn path(&self, inner: &str) -> PathBuf {
        self.folder.path().join(inner)
    }

    fn write(
        &self,
        authority: &TestAuthority,
        users: &[(&str, &str)],
        introspection: Option<&Introspection>,
        relay: Option<u16>,
    ) {
        fs::set_permissions(self.folder.path(), fs::Permissions::from_mode(0o755)).expect("our own folder");
        own_by_nobody(&self.path("mail"));
        let put = |name: &str, content: &str| fs::write(self.path(name), content).expect("our own folder");
        let identity = authority.issue(&["localhost", "127.0.0.1"]);
        put("tls.pem", &identity.chain);
        put("tls.key", &identity.key);
        let line = |(user, secret): &(&str, &str)| format!("{user}:{{PLAIN}}{secret}\n");
        put("users", &users.iter().map(line).collect::<String>());
        put("masters", &line(&(MASTER_USER, MASTER_SECRET)));
        if let Some(introspection) = introspection {
            put("oauth2-ca.pem", &introspection.ca);
            put("oauth2.conf", &self.oauth2_conf(introspection));
        }
        let relay = relay.map(|port| self.submission_conf(port)).unwrap_or_default();
        put("dovecot.conf", &format!("{}{relay}", self.dovecot_conf(introspection.is_some())));
    }

    fn dovecot_conf(&self, takes_tokens: bool) -> String {
        let folder = self.folder.path().display();
        let tokens = if takes_tokens {
            format!(
                "passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {folder}/oauth2.conf\n}}\n"
            )
        } else {
            String::new()
        };
        let mechanisms = if takes_tokens { "plain login xoauth2 oauthbearer" } else { "plain login" };
        format!(
            "protocols = imap pop3 sieve\n\
             listen = 127.0.0.1\n\
             base_dir = {folder}/run\n\
             state_dir = {folder}/state\n\
             log_path = {folder}/log\n\
             auth_verbose = yes\n\
             login_trusted_networks = 127.0.0.0/8\n\
             mail_location = maildir:~/Maildir\n\
             mail_uid = {NOBODY}\nmail_gid = {NOBODY}\n\
             # Every test client comes from one address.\n\
             mail_max_userip_connections = 1000\n\
             auth_mechanisms = {mechanisms}\n\
             auth_master_user_separator = {MASTER_SEPARATOR}\n\
             # A refusal is slow by default, and slower with each one.\n\
             auth_failure_delay = 0\n\
             service anvil {{\n  unix_listener anvil-auth-penalty {{\n    mode = 0\n  }}\n}}\n\
             passdb {{\n  driver = passwd-file\n  master = yes\n  args = {folder}/masters\n}}\n\
             {tokens}\
             passdb {{\n  driver = passwd-file\n  mechanisms = plain login\n  args = {folder}/users\n}}\n\
             userdb {{\n  driver = static\n  args = uid={NOBODY} gid={NOBODY} home={folder}/mail/%u allow_all_users=yes\n}}\n\
             ssl = yes\n\
             ssl_cert = <{folder}/tls.pem\n\
             ssl_key = <{folder}/tls.key\n\
             mail_plugins = zlib\n\
             protocol imap {{\n  mail_plugins = zlib imap_zlib\n}}\n\
             plugin {{\n  sieve = file:~/sieve;active=~/.dovecot.sieve\n}}\n\
             namespace inbox {{\n  inbox = yes\n}}\n\
             haproxy_trusted_networks = 127.0.0.0/8\n\
             service imap-login {{\n  {imap}\n  {imaps}\n  {proxied}\n}}\n\
             service pop3-login {{\n  {pop3}\n  {pop3s}\n}}\n\
             service managesieve-login {{\n  {sieve}\n}}\n",
            imap = inet_listener("imap", self.imap_port, ""),
            imaps = inet_listener("imaps", self.imaps_port, "ssl = yes"),
            proxied = inet_listener("proxied", self.proxied_port, "haproxy = yes"),
            pop3 = inet_listener("pop3", self.pop3_port, ""),
            pop3s = inet_listener("pop3s", self.pop3s_port, "ssl = yes"),
            sieve = inet_listener("sieve", self.sieve_port, ""),
        )
    }

    fn submission_conf(&self, relay_port: u16) -> String {
        format!(
            "protocols = $protocols submission\n\
             submission_relay_host = 127.0.0.1\n\
             submission_relay_port = {relay_port}\n\
             service submission-login {{\n  {}\n}}\n",
            inet_listener("submission", self.submission_port, ""),
        )
    }

    fn oauth2_conf(&self, introspection: &Introspection) -> String {
        format!(
            "introspection_mode = post\n\
             introspection_url = {}\n\
             active_attribute = active\n\
             active_value = true\n\
             username_attribute = {}\n\
             username_format = {}\n\
             tls_ca_cert_file = {}/oauth2-ca.pem\n",
            introspection.url,
            introspection.attribute,
            introspection.same,
            self.folder.path().display(),
        )
    }

    /// Runs the program, which returns when its server listens. What it says goes to a file: the server holds on to where
    /// it was started from, so that a pipe would never end.
    fn run(&self) -> std::process::ExitStatus {
        let errors = fs::File::create(self.path("errors")).expect("our own folder");
        let mut command = Command::new(PROGRAM);
        command.arg("-c").arg(self.path("dovecot.conf"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
        command.status().expect("the package has it")
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Its own way to stop takes three seconds. Without the master its other processes end at once; the mailboxes
        // are thrown away, so that nothing has to be finished. A failure here must not hide the test's own.
        let Ok(master) = fs::read_to_string(self.path("run/master.pid")) else { return };
        let _ = Command::new("kill").args(["-s", "KILL", master.trim()]).stderr(Stdio::null()).status();
        // They have ended when nobody listens any more: milliseconds. Bounded, as nothing is told to anybody here.
        for _ in 0..10_000 {
            if std::net::TcpStream::connect(("127.0.0.1", self.imap_port)).is_err() {
                break;
            }
            std::thread::yield_now();
        }
    }
}

fn inet_listener(name: &str, port: u16, more: &str) -> String {
    format!("inet_listener {name} {{\n    port = {port}\n    {more}\n  }}")
}

/// Makes a folder, with those above it in the mailboxes, for the owner of the mailboxes.
fn own_by_nobody(folder: &Path) {
    fs::create_dir_all(folder).expect("our own folder");
    let mailboxes = folder.ancestors().take_while(|path| {
        !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("postern-dovecot-"))
    });
    for path in mailboxes {
        chown(path, Some(NOBODY), Some(NOBODY)).expect("the tests run as root");
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpStream;

    use super::*;

    const USER: &str = "webmaster@example.test";

    /// The lines of the answer to one IMAP command, the tagged one last.
    async fn command(stream: &mut BufReader<TcpStream>, line: &str) -> Vec<String> {
        stream.write_all(format!("a {line}\r\n").as_bytes()).await.unwrap();
        let mut lines = Vec::new();
        while !lines.last().is_some_and(|line: &String| line.starts_with("a ")) {
            let mut line = String::new();
            assert_ne!(stream.read_line(&mut line).await.unwrap(), 0, "{lines:?}");
            lines.push(line.trim_end().to_owned());
        }
        lines
    }

    async fn connect(port: u16) -> BufReader<TcpStream> {
        let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
        let mut greeting = String::new();
        stream.read_line(&mut greeting).await.unwrap();
        assert!(greeting.starts_with("* OK"), "{greeting}");
        stream
    }

    #[tokio::test]
    async fn e2e_the_master_user_opens_a_mailbox_and_the_instance_stops_with_its_owner() {
        let dovecot = Dovecot::start(&TestAuthority::new("dovecot"), &[(USER, "own secret")]);
        dovecot.deliver(USER, &["Subject: one\n\nHello.\n", "Subject: two\n\nHello again.\n"]);
        let mut stream = connect(dovecot.imap_port).await;
        let id = command(&mut stream, "ID (\"x-originating-ip\" \"192.0.2.7\")").await;
        assert!(id.last().unwrap().starts_with("a OK"), "{id:?}");
        let login = format!("LOGIN {USER}{MASTER_SEPARATOR}{MASTER_USER} \"{MASTER_SECRET}\"");
        let answer = command(&mut stream, &login).await.pop().unwrap();
        assert!(answer.starts_with("a OK") && answer.contains("COMPRESS=DEFLATE"), "{answer}");
        assert!(answer.contains("IDLE"), "{answer}");
        let status = command(&mut stream, "STATUS INBOX (MESSAGES)").await;
        assert_eq!(status[0], "* STATUS INBOX (MESSAGES 2)");
        dovecot.wait_for_log(&["Login:", USER, "rip=192.0.2.7"]).await;

        let mut stream = connect(dovecot.imap_port).await;
        let refused = command(&mut stream, &format!("LOGIN {USER} wrong")).await.pop().unwrap();
        assert!(refused.starts_with("a NO [AUTHENTICATIONFAILED]"), "{refused}");
        let own = command(&mut stream, &format!("LOGIN {USER} \"own secret\"")).await.pop().unwrap();
        assert!(own.starts_with("a OK"), "{own}");

        let port = dovecot.imap_port;
        drop(dovecot);
        TcpStream::connect(("127.0.0.1", port)).await.unwrap_err();
    }
}

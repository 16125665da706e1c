//! A real Postfix: a private instance on loopback, with its own configuration, queue and mailboxes.
//!
//! It takes mail for every address, delivers it into one mailbox folder, and talks to nobody else. Two listeners: one
//! with STARTTLS, one with TLS from the first octet. XCLIENT is permitted from 127.0.0.1.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::certificates::TestAuthority;
use crate::ports::free_port;

/// Where Debian keeps Postfix's programs.
const PROGRAMS: &str = "/usr/lib/postfix/sbin";
/// How long a message may take to arrive before the test is given up: long enough for a machine under load.
const PATIENCE: Duration = Duration::from_secs(60);
/// A mailbox is a folder that another program writes to; there is no event to wait for, so it is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// The user of Debian's `nobody`: Postfix does not deliver as root.
const NOBODY: u32 = 65_534;

/// A running instance. It is stopped, and its folder removed, on drop.
pub struct Postfix {
    folder: TempDir,
    /// The port with STARTTLS.
    pub starttls_port: u16,
    /// The port with TLS from the first octet.
    pub tls_port: u16,
}

impl Postfix {
    /// Starts an instance that shows a certificate of `authority` for `localhost` and 127.0.0.1.
    ///
    /// # Panics
    /// When Postfix is not installed, does not start, or the test does not run as root, which Postfix needs.
    #[must_use]
    pub fn start(authority: &TestAuthority) -> Self {
        assert!(Path::new(PROGRAMS).exists(), "Postfix is not installed: run `cargo xtask test`");
        let folder = tempfile::Builder::new().prefix("postern-postfix-").tempdir().expect("a folder");
        let owner = fs::metadata(folder.path()).expect("the folder is there").uid();
        assert_eq!(owner, 0, "Postfix starts only as root: run the tests as root, in a container");
        let postfix = Self { starttls_port: free_port(), tls_port: free_port(), folder };
        postfix.write(authority);
        postfix.control("start");
        postfix
    }

    /// The messages that have arrived, the oldest first, as they lie in the mailbox: line ends are LF.
    ///
    /// # Panics
    /// When the mailbox cannot be read.
    #[must_use]
    pub fn messages(&self) -> Vec<Vec<u8>> {
        let mut files: Vec<PathBuf> = match fs::read_dir(self.path("mail/inbox/new")) {
            Ok(entries) => entries.map(|entry| entry.expect("the mailbox can be listed").path()).collect(),
            // Postfix makes the mailbox with the first message.
            Err(_) => Vec::new(),
        };
        files.sort_by_key(|file| {
            let metadata = fs::metadata(file).expect("nothing removes messages");
            (metadata.mtime(), metadata.mtime_nsec())
        });
        files.iter().map(|file| fs::read(file).expect("nothing removes messages")).collect()
    }

    /// Waits until `count` messages have arrived, and gives them.
    ///
    /// # Panics
    /// When they do not, with Postfix's log.
    pub async fn wait_for_messages(&self, count: usize) -> Vec<Vec<u8>> {
        let arrived = tokio::time::timeout(PATIENCE, async {
            loop {
                let messages = self.messages();
                if messages.len() >= count {
                    break messages;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        });
        match arrived.await {
            Ok(messages) => messages,
            Err(_) => panic!("{count} messages did not arrive; Postfix says:\n{}", self.log()),
        }
    }

    /// What Postfix has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log/postfix.log")).unwrap_or_default()
    }

    fn path(&self, inner: &str) -> PathBuf {
        self.folder.path().join(inner)
    }

    fn write(&self, authority: &TestAuthority) {
        let own = |path: &Path, mode| {
            fs::create_dir_all(path).expect("a folder of our own");
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("our own folder");
        };
        own(self.folder.path(), 0o755);
        for folder in ["etc", "spool", "log", "mail", "data"] {
            own(&self.path(folder), 0o755);
        }
        std::os::unix::fs::chown(self.path("mail"), Some(NOBODY), Some(NOBODY))
            .expect("the tests run as root");
        let identity = authority.issue(&["localhost", "127.0.0.1"]);
        let put = |name: &str, content: &str| fs::write(self.path(name), content).expect("our own folder");
        put("etc/tls.pem", &format!("{}{}", identity.key, identity.chain));
        fs::set_permissions(self.path("etc/tls.pem"), fs::Permissions::from_mode(0o600))
            .expect("our own file");
        put("etc/main.cf", &self.main_cf());
        put("etc/master.cf", &self.master_cf());
        let data = self.path("data");
        let owner = Command::new("chown").arg("postfix").arg(&data).status().expect("chown is everywhere");
        assert!(owner.success(), "the user postfix is there with the package");
    }

    fn main_cf(&self) -> String {
        let folder = self.folder.path().display();
        format!(
            "compatibility_level = 3.6\n\
             queue_directory = {folder}/spool\n\
             data_directory = {folder}/data\n\
             maillog_file = {folder}/log/postfix.log\n\
             maillog_file_prefixes = {folder}\n\
             command_directory = /usr/sbin\n\
             daemon_directory = {PROGRAMS}\n\
             mail_owner = postfix\n\
             setgid_group = postdrop\n\
             myhostname = postfix.example.test\n\
             inet_interfaces = 127.0.0.1\n\
             inet_protocols = ipv4\n\
             mynetworks = 127.0.0.0/8\n\
             mydestination =\n\
             local_recipient_maps =\n\
             local_header_rewrite_clients =\n\
             virtual_mailbox_domains = static:all\n\
             virtual_mailbox_base = {folder}/mail\n\
             virtual_mailbox_maps = static:inbox/\n\
             virtual_uid_maps = static:{NOBODY}\n\
             virtual_gid_maps = static:{NOBODY}\n\
             virtual_mailbox_limit = 0\n\
             mailbox_size_limit = 0\n\
             message_size_limit = 104857600\n\
             smtpd_authorized_xclient_hosts = 127.0.0.1\n\
             smtpd_recipient_restrictions = permit_sasl_authenticated, permit_mynetworks, reject\n\
             smtpd_relay_restrictions =\n\
             smtpd_tls_chain_files = {folder}/etc/tls.pem\n\
             smtpd_tls_security_level = may\n\
             disable_dns_lookups = yes\n\
             smtpd_peername_lookup = no\n"
        )
    }

    /// No service runs in a changed root: the private folder has none of the files that it would need.
    fn master_cf(&self) -> String {
        let (starttls, tls) = (self.starttls_port, self.tls_port);
        format!(
            "127.0.0.1:{starttls} inet n - n - - smtpd\n\
             127.0.0.1:{tls} inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n\
             pickup unix n - n 60 1 pickup\n\
             cleanup unix n - n - 0 cleanup\n\
             qmgr unix n - n 300 1 qmgr\n\
             tlsmgr unix - - n 1000? 1 tlsmgr\n\
             rewrite unix - - n - - trivial-rewrite\n\
             bounce unix - - n - 0 bounce\n\
             defer unix - - n - 0 bounce\n\
             trace unix - - n - 0 bounce\n\
             verify unix - - n - 1 verify\n\
             flush unix n - n 1000? 0 flush\n\
             proxymap unix - - n - - proxymap\n\
             error unix - - n - - error\n\
             retry unix - - n - - error\n\
             discard unix - - n - - discard\n\
             virtual unix - n n - - virtual\n\
             anvil unix - - n - 1 anvil\n\
             postlog unix-dgram n - n - 1 postlogd\n"
        )
    }

    /// Runs Postfix's own control program.
    fn control(&self, command: &str) {
        let output = Command::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(self.path("etc"))
            .arg(command)
            .stdin(Stdio::null())
            .output()
            .expect("the package has it");
        assert!(
            output.status.success(),
            "postfix {command}: {}\n{}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr),
            self.log()
        );
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // At once: `stop` waits for its processes. A failure here must not hide the test's own.
        let _ = Command::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(self.path("etc"))
            .arg("abort")
            .stdin(Stdio::null())
            .output();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn e2e_takes_a_message_and_stops_with_its_owner() {
        let postfix = Postfix::start(&TestAuthority::new("postfix"));
        let address = ([127, 0, 0, 1], postfix.starttls_port).into();
        let mut client = crate::smtp_client::SmtpClient::connect(address).await;
        client.reply().await;
        let ehlo = client.command("EHLO client.example.test").await;
        assert!(ehlo.contains("XCLIENT") && ehlo.contains("STARTTLS"), "{ehlo}");
        let reply =
            client.send_message("a@example.test", "b@example.net", b"Subject: x\r\n\r\nHello.\r\n").await;
        assert!(reply.starts_with("250"), "{reply}");
        let messages = postfix.wait_for_messages(1).await;
        assert!(
            messages[0].ends_with(b"Subject: x\n\nHello.\n"),
            "{}",
            String::from_utf8_lossy(&messages[0])
        );
        drop(postfix);
        // `abort` does not wait for the processes that it ends, each of which has the listening socket too.
        let gone = tokio::time::timeout(PATIENCE, async {
            while tokio::net::TcpStream::connect(address).await.is_ok() {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        });
        gone.await.expect("nobody listens when all have ended");
    }
}

//! A real Radicale: a private CalDAV server on loopback that believes a trusted header, and vdirsyncer before it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::ports::free_port;

/// The field in which Radicale finds who the user is.
pub const USER_FIELD: &str = "X-Remote-User";
/// How long a program may take before the test is given up: long enough for a machine under load.
const PATIENCE: Duration = Duration::from_secs(60);
/// Radicale does not say when it is ready, so it is asked.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A running instance. It is stopped, and its folder removed, on drop.
pub struct Radicale {
    folder: TempDir,
    /// Where it speaks HTTP.
    pub port: u16,
    _child: Child,
}

impl Radicale {
    /// Starts an instance in which every user has what lies under their own name and nothing else.
    ///
    /// # Panics
    /// When Radicale is not installed or does not start.
    pub async fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("postern-radicale-").tempdir().expect("a folder");
        let port = free_port();
        let collections = folder.path().join("collections");
        let config = format!(
            "[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = http_x_remote_user\n[rights]\ntype = owner_only\n\
             [storage]\nfilesystem_folder = {}\n[web]\ntype = none\n",
            collections.display()
        );
        let config_file = folder.path().join("config");
        fs::write(&config_file, config).expect("our own folder");
        let log = fs::File::create(folder.path().join("log")).expect("our own folder");
        let child = Command::new("/usr/bin/radicale")
            .arg("--config")
            .arg(&config_file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("Radicale is installed: `cargo xtask test`");
        let radicale = Self { folder, port, _child: child };
        let ready = tokio::time::timeout(PATIENCE, async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        });
        assert!(ready.await.is_ok(), "Radicale did not start:\n{}", radicale.log());
        radicale
    }

    /// What Radicale has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The calendar entries of a user, as they lie in the storage; sorted.
    #[must_use]
    pub fn entries(&self, user: &str) -> Vec<String> {
        let home = self.folder.path().join("collections/collection-root").join(user);
        let mut entries = Vec::new();
        for collection in fs::read_dir(home).into_iter().flatten().flatten() {
            entries.extend(items(&collection.path()));
        }
        entries.sort();
        entries
    }
}

/// The `.ics` files of a folder.
fn items(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    files
        .filter(|file| file.extension().is_some_and(|extension| extension == "ics"))
        .map(|file| fs::read_to_string(file).expect("nothing removes entries"))
        .collect()
}

/// vdirsyncer with a calendar on this machine and one behind a URL.
pub struct Vdirsyncer {
    folder: TempDir,
}

/// How a run of vdirsyncer ended.
#[derive(Debug)]
pub struct Synced {
    /// The exit code.
    pub code: i32,
    /// What it said on both outputs.
    pub said: String,
}

impl Vdirsyncer {
    /// Settings for this server. The collection `calendar` is made on both sides when it is not there.
    ///
    /// # Panics
    /// When the folder cannot be written.
    #[must_use]
    pub fn new(url: &str, ca_file: Option<&Path>, user: &str, secret: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("postern-vdirsyncer-").tempdir().expect("a folder");
        let path = folder.path().display();
        let verify = ca_file.map(|file| format!("verify = \"{}\"\n", file.display())).unwrap_or_default();
        let config = format!(
            "[general]\nstatus_path = \"{path}/status\"\n[pair calendar]\na = \"here\"\nb = \"there\"\n\
             collections = [\"calendar\"]\n[storage here]\ntype = \"filesystem\"\npath = \"{path}/here\"\n\
             fileext = \".ics\"\n[storage there]\ntype = \"caldav\"\nurl = \"{url}\"\nusername = \"{user}\"\n\
             password = \"{secret}\"\n{verify}"
        );
        fs::write(folder.path().join("config"), config).expect("our own folder");
        fs::create_dir_all(folder.path().join("here/calendar")).expect("our own folder");
        Self { folder }
    }

    /// Puts an entry into the calendar on this machine.
    ///
    /// # Panics
    /// When the folder cannot be written.
    pub fn add(&self, uid: &str, summary: &str) {
        let entry = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Postern//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
             DTSTAMP:20260101T000000Z\r\nDTSTART:20260102T100000Z\r\nDTEND:20260102T110000Z\r\nSUMMARY:{summary}\r\n\
             END:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        fs::write(self.here().join(format!("{uid}.ics")), entry).expect("our own folder");
    }

    /// The entries on this machine; sorted.
    #[must_use]
    pub fn entries(&self) -> Vec<String> {
        let mut entries = items(&self.here());
        entries.sort();
        entries
    }

    /// Finds the collections, then synchronizes them.
    pub async fn sync(&self) -> Synced {
        let discovered = self.run("discover").await;
        if discovered.code != 0 {
            return discovered;
        }
        self.run("sync").await
    }

    fn here(&self) -> PathBuf {
        self.folder.path().join("here/calendar")
    }

    async fn run(&self, command: &str) -> Synced {
        let mut child = Command::new("/usr/bin/vdirsyncer")
            .arg("--config")
            .arg(self.folder.path().join("config"))
            .arg(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("vdirsyncer is installed: `cargo xtask test`");
        // It asks whether it shall make the collection.
        let mut stdin = child.stdin.take().expect("it is piped");
        let _ = stdin.write_all(b"y\ny\n").await;
        drop(stdin);
        let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("vdirsyncer ends");
        let output = output.expect("a pipe can be read");
        let said = [output.stdout, output.stderr].concat();
        Synced { code: output.status.code().unwrap_or(-1), said: String::from_utf8_lossy(&said).into_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn e2e_believes_the_trusted_header_and_nothing_else() {
        let radicale = Radicale::start().await;
        let ask = async |field: &str| {
            let output = Command::new("curl")
                .args([
                    "--silent",
                    "--output",
                    "-",
                    "--write-out",
                    "%{http_code}",
                    "-X",
                    "PROPFIND",
                    "-H",
                    field,
                ])
                .arg(format!("http://127.0.0.1:{}/anna/", radicale.port))
                .output();
            let said = output.await.expect("curl runs").stdout;
            String::from_utf8_lossy(&said[said.len() - 3..]).into_owned()
        };
        assert_eq!(ask("X-Remote-User: anna").await, "207");
        assert_eq!(ask("X-Remote-User: bea").await, "403");
        assert_eq!(ask("X-Other: anna").await, "403");
    }
}

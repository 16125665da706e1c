//! A private PostgreSQL: its own folder, its own port on loopback, gone with the test.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::ports::free_port;

/// Where Debian and Ubuntu keep each version's programs.
const VERSIONS: &str = "/usr/lib/postgresql";

/// A private PostgreSQL. Stopped, and its folder removed, when dropped.
///
/// Writes are not forced to the disk, for no test takes the power away; `synchronous_commit` stays on, so that a commit
/// that was acknowledged survives the end of the server's processes. Texts sort by a language's rules, so that a
/// statement that should sort by bytes has to say so.
#[derive(Debug)]
pub struct PostgresServer {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    databases: AtomicU32,
}

impl PostgresServer {
    /// Makes and starts one. Takes about two seconds.
    ///
    /// # Panics
    /// When PostgreSQL is not installed, or does not start; the message says what to do or what it said.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("postern-pg-").tempdir().expect("a temporary folder");
        give_away(folder.path());
        let server = Self { programs: programs(), folder, port: free_port(), databases: AtomicU32::new(0) };
        let data = server.data();
        server.run(
            "initdb",
            [
                OsStr::new("--pgdata"),
                data.as_os_str(),
                OsStr::new("--username=postgres"),
                OsStr::new("--auth=trust"),
                OsStr::new("--encoding=UTF8"),
                OsStr::new("--locale=C.UTF-8"),
                OsStr::new("--locale-provider=icu"),
                OsStr::new("--icu-locale=en-US"),
                OsStr::new("--no-sync"),
            ],
        );
        server.resume();
        server
    }

    /// Makes a new and empty database; gives its URL.
    ///
    /// # Panics
    /// When the server is not running.
    #[must_use]
    pub fn create_database(&self) -> String {
        let name = format!("postern_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        self.run("createdb", ["--host=127.0.0.1", "--username=postgres", "--port", &port, &name]);
        format!("postgres://postgres@127.0.0.1:{port}/{name}")
    }

    /// Ends all of its processes at once, as a crash would.
    ///
    /// # Panics
    /// When it does not end.
    pub fn crash(&self) {
        let data = self.data();
        self.run(
            "pg_ctl",
            [OsStr::new("stop"), "--mode=immediate".as_ref(), "--pgdata".as_ref(), data.as_os_str()],
        );
    }

    /// Starts it again after [`Self::crash`]; returns when it takes connections.
    ///
    /// # Panics
    /// When it does not start.
    pub fn resume(&self) {
        let (data, log) = (self.data(), self.log());
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories='{}' -c max_connections=200 \
             -c shared_buffers=32MB -c fsync=off",
            self.port,
            self.folder.path().display()
        );
        self.run(
            "pg_ctl",
            [
                OsStr::new("start"),
                "--wait".as_ref(),
                "--pgdata".as_ref(),
                data.as_os_str(),
                "--log".as_ref(),
                log.as_os_str(),
                "--options".as_ref(),
                options.as_ref(),
            ],
        );
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn run(&self, program: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) {
        let output = self.folder.path().join("output");
        let file = File::create(&output).expect("a file in the folder");
        let done = as_postgres(&self.programs.join(program), self.folder.path())
            .args(arguments)
            .stdin(Stdio::null())
            // Not a pipe: the server keeps it open, and its end would never come.
            .stdout(file.try_clone().expect("a second handle"))
            .stderr(file)
            .status();
        let said = || {
            let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
            format!("{}\n{}", read(&output), read(&self.log()))
        };
        assert!(
            done.as_ref().is_ok_and(std::process::ExitStatus::success),
            "{program}: {done:?}\n{}",
            said()
        );
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // Nothing is to be done if it fails: it may have been stopped already.
        let _ = as_postgres(&self.programs.join("pg_ctl"), self.folder.path())
            .args([
                OsStr::new("stop"),
                "--mode=immediate".as_ref(),
                "--pgdata".as_ref(),
                self.data().as_os_str(),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

/// The programs of the newest version installed.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, programs)| programs.join("initdb").exists())
        .max();
    newest.map(|(_, programs)| programs).expect(
        "PostgreSQL is not installed: run the tests with `cargo xtask test`, which installs what they need, \
         or `apt-get install postgresql`",
    )
}

/// A command that runs as the user `postgres` when the test runs as root, whom PostgreSQL refuses.
fn as_postgres(program: &Path, folder: &Path) -> Command {
    let mut command = if runs_as_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    command
}

/// Makes the folder that of the user `postgres` when the test runs as root.
fn give_away(folder: &Path) {
    if runs_as_root() {
        let number = |of: &str| {
            let said = Command::new("id").args([of, "postgres"]).output().expect("`id` runs").stdout;
            String::from_utf8_lossy(&said).trim().parse::<u32>().expect(
                "there is no user `postgres`: run the tests with `cargo xtask test`, which installs PostgreSQL",
            )
        };
        chown(folder, Some(number("-u")), Some(number("-g"))).expect("root may give the folder away");
    }
}

fn runs_as_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

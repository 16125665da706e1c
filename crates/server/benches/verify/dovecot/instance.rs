//! A private Dovecot: Debian's package, a configuration of its own in a temporary folder, nothing but authentication.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::Outcome;

/// Where Debian puts it. Not on an ordinary user's search path.
const PROGRAM: &str = "/usr/sbin/dovecot";

/// How often it is looked whether it listens, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const MOST_LOOKS: usize = 200;

/// A running Dovecot. Dropped, it ends.
pub(crate) struct Instance {
    /// Ended when dropped; the processes under it follow.
    _master: Child,
    folder: TempDir,
}

impl Instance {
    /// Starts one with these users.
    pub(crate) async fn start(passwd: &str) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("postern-bench-dovecot-").tempdir()?;
        std::fs::write(folder.path().join("users"), passwd)?;
        let file = folder.path().join("dovecot.conf");
        std::fs::write(&file, configuration(&folder, &user_name().await?))?;
        let master = Command::new(PROGRAM)
            .arg("-F")
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{PROGRAM} (Debian's package dovecot-core): {error}"))?;
        let instance = Self { _master: master, folder };
        for _ in 0..MOST_LOOKS {
            if instance.socket().exists() {
                return Ok(instance);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let log = std::fs::read_to_string(instance.folder.path().join("log"));
        Err(format!("Dovecot does not listen; its log says: {}", log.unwrap_or_default()).into())
    }

    /// Where its authentication service listens.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("auth-client")
    }
}

async fn user_name() -> io::Result<String> {
    let output = Command::new("id").arg("-un").output().await?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The fastest settings that answer every request anew: no cache, no delay after a failure.
fn configuration(folder: &TempDir, user: &str) -> String {
    let folder = folder.path().display();
    // Root has the package's own users; anybody else can only run all of it as themselves.
    let others = if user == "root" {
        String::new()
    } else {
        format!("default_internal_user = {user}\ndefault_login_user = {user}\n")
    };
    format!(
        "\
protocols =
ssl = no
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
{others}auth_mechanisms = plain
auth_cache_size = 0
auth_failure_delay = 0
disable_plaintext_auth = no
passdb {{
  driver = passwd-file
  args = scheme=SSHA256 {folder}/users
}}
service auth {{
  user = {user}
  unix_listener {folder}/auth-client {{
    mode = 0600
    user = {user}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"
    )
}

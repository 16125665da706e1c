//! HAProxy: TCP in, TCP out, TLS ended at the door.

use tokio::process::Command;

use super::{Credentials, Site, simple_credentials};
use crate::Outcome;

/// Where Debian puts it.
const PROGRAM: &str = "/usr/sbin/haproxy";

pub(super) fn prepare(site: &Site<'_>) -> Outcome<(Command, Credentials)> {
    let Site { folder, plain, tls, surroundings } = site;
    let (backend, folder) = (surroundings.backend, folder.display());
    // No cache of TLS sessions and no tickets: each handshake is a full one, as with the others.
    let configuration = format!(
        "\
global
  nbthread 2
  maxconn 8000
  tune.ssl.cachesize 0
  ssl-default-bind-options no-tls-tickets
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen plain
  bind {plain}
  server real {backend}
listen tls
  bind {tls} ssl crt {folder}/both.pem
  server real {backend}
"
    );
    let file = site.folder.join("haproxy.cfg");
    std::fs::write(&file, configuration)?;
    let mut command = Command::new(PROGRAM);
    command.arg("-db").arg("-q").arg("-f").arg(file);
    Ok((command, simple_credentials()))
}

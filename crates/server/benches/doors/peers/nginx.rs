//! nginx's mail module.

use std::path::Path;

use tokio::process::Command;

use super::{Credentials, Site, simple_credentials};
use crate::Outcome;

/// Where Debian puts it.
const PROGRAM: &str = "/usr/sbin/nginx";
/// The mail module, which Debian builds apart (package libnginx-mod-mail).
const MODULE: &str = "/usr/lib/nginx/modules/ngx_mail_module.so";

pub(super) fn prepare(site: &Site<'_>) -> Outcome<(Command, Credentials)> {
    if !Path::new(MODULE).exists() {
        return Err(format!("{MODULE} is missing: install Debian's package libnginx-mod-mail").into());
    }
    let Site { folder, plain, tls, surroundings } = site;
    let (auth_http, folder) = (surroundings.auth_http, folder.display());
    let configuration = format!(
        "\
load_module {MODULE};
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_rlimit_nofile 60000;
events {{ worker_connections 8000; }}
mail {{
  auth_http {auth_http}/auth;
  imap_auth plain login;
  ssl_certificate {folder}/door.pem;
  ssl_certificate_key {folder}/door.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_tickets off;
  proxy_timeout 1h;
  server {{ protocol imap; listen {plain}; }}
  server {{ protocol imap; listen {tls} ssl; }}
}}
"
    );
    let file = site.folder.join("nginx.conf");
    std::fs::write(&file, configuration)?;
    let mut command = Command::new(PROGRAM);
    command.arg("-c").arg(file).arg("-e").arg(site.folder.join("start.log"));
    Ok((command, simple_credentials()))
}

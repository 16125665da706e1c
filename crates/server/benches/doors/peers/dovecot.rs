//! Dovecot as an IMAP proxy: it compares the password (SSHA256, as in `bench verify`) and signs in at the real service.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};
use tokio::process::Command;

use super::{Credentials, Site, simple_credentials};
use crate::Outcome;

/// Where Debian puts it.
const PROGRAM: &str = "/usr/sbin/dovecot";

pub(super) fn prepare(site: &Site<'_>) -> Outcome<(Command, Credentials)> {
    let Site { folder, plain, tls, surroundings } = site;
    let credentials = simple_credentials();
    let (host, port) = (surroundings.backend.ip(), surroundings.backend.port());
    let salt = *b"saltsalt";
    let hash = Sha256::new().chain_update(&credentials.secret).chain_update(salt).finalize();
    let hash = BASE64.encode([hash.as_slice(), &salt].concat());
    let user = &credentials.user;
    std::fs::write(
        folder.join("users"),
        format!("{user}:{{SSHA256}}{hash}::::::proxy=y host={host} port={port} pass=upstream\n"),
    )?;
    let (plain_port, tls_port, folder) = (plain.port(), tls.port(), folder.display());
    // The login processes serve many connections each (Dovecot's "high-performance mode"); no cache, no delay.
    let configuration = format!(
        "\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = yes
ssl_cert = <{folder}/door.pem
ssl_key = <{folder}/door.key
ssl_options = no_ticket
auth_mechanisms = plain login
auth_cache_size = 0
auth_failure_delay = 0
disable_plaintext_auth = no
login_trusted_networks = 127.0.0.0/8
mail_max_userip_connections = 0
passdb {{
  driver = passwd-file
  args = scheme=SSHA256 username_format=%u {folder}/users
}}
service imap-login {{
  process_min_avail = 2
  process_limit = 2
  service_count = 0
  client_limit = 5000
  vsz_limit = 2G
  chroot =
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service auth {{
  client_limit = 10000
}}
service anvil {{
  chroot =
  client_limit = 10000
}}
service stats {{
  chroot =
  client_limit = 10000
}}
"
    );
    let file = site.folder.join("dovecot.conf");
    std::fs::write(&file, configuration)?;
    let mut command = Command::new(PROGRAM);
    command.arg("-F").arg("-c").arg(file);
    Ok((command, credentials))
}

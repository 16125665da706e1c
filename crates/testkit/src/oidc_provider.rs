//! A real OAuth server: `oidc-provider` from npm, as a process of its own over HTTPS on loopback.
//!
//! `cargo xtask test` installs it below `target/peers`. Client credentials, authorization code, refresh tokens (each use
//! gives a new one), device code, introspection. Nobody types anything: see `peers/oidc-provider/peer.mjs`.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::certificates::TestAuthority;
use crate::dovecot::Introspection;

/// What the server calls Postern.
pub const CLIENT_ID: &str = "postern";
/// Postern's secret there.
pub const CLIENT_SECRET: &str = "cobalt-meadow-49-cobalt-meadow-49";
/// The client that may ask about tokens.
const RESOURCE_ID: &str = "mail-server";
/// Its secret.
const RESOURCE_SECRET: &str = "granite-harbour-12";
/// The scope of tokens for mail.
pub const SCOPE: &str = "mail";

/// Where `cargo xtask test` installs it, whichever target folder cargo uses.
fn installed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/oidc-provider")
}

/// A running server. It ends on drop, and with the process that started it.
pub struct OidcProvider {
    child: Child,
    output: BufReader<ChildStdout>,
    folder: TempDir,
    authority: String,
    /// Its address: `https://localhost:port`.
    pub issuer: String,
}

impl OidcProvider {
    /// Starts a server that shows a certificate of `authority` for `localhost`, issues access tokens for ten minutes,
    /// and sends browsers back to `redirect_uri` at any port.
    ///
    /// # Panics
    /// When Node.js or the package is not installed, or the server does not start.
    #[must_use]
    pub fn start(authority: &TestAuthority, redirect_uri: &str) -> Self {
        let package = installed();
        assert!(
            package.join("node_modules").exists(),
            "oidc-provider is not installed: run `cargo xtask test`"
        );
        let folder = tempfile::Builder::new().prefix("postern-oidc-").tempdir().expect("a folder");
        let log = fs::File::create(folder.path().join("log")).expect("our own folder");
        let mut child = Command::new("node")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/oidc-provider/peer.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("Node.js is installed: run `cargo xtask test`");
        let identity = authority.issue(&["localhost"]);
        let settings = json!({
            "folder": package,
            "certificate": identity.chain,
            "key": identity.key,
            "access_token_life": 600,
            "clients": [
                {
                    "client_id": CLIENT_ID,
                    "client_secret": CLIENT_SECRET,
                    "grant_types": [
                        "authorization_code",
                        "refresh_token",
                        "client_credentials",
                        "urn:ietf:params:oauth:grant-type:device_code",
                    ],
                    "response_types": ["code"],
                    "redirect_uris": [redirect_uri],
                    "post_logout_redirect_uris": ["https://localhost/sign-in/outside/signed-out"],
                    "backchannel_logout_uri": "https://localhost/api/oidc/back-channel-logout",
                    "backchannel_logout_session_required": true,
                    "scope": format!("openid email offline_access {SCOPE}"),
                },
                {
                    "client_id": RESOURCE_ID,
                    "client_secret": RESOURCE_SECRET,
                    "grant_types": [],
                    "response_types": [],
                    "redirect_uris": [],
                },
            ],
        });
        let input = child.stdin.as_mut().expect("it is piped");
        writeln!(input, "{settings}").expect("the program reads its settings first");
        let mut issuer = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        output.read_line(&mut issuer).expect("it is piped");
        let issuer = issuer.trim_end().to_owned();
        let provider = Self { child, output, folder, authority: authority.pem().to_owned(), issuer };
        assert!(provider.issuer.starts_with("https://"), "it did not start:\n{}", provider.log());
        provider
    }

    /// Tells it where the portal listens, under a certificate that `authority` (PEM) signed: it tells the portal of sessions
    /// that end.
    ///
    /// # Panics
    /// When it is gone.
    pub fn tell_of_ends(&mut self, portal: &str, authority: &str) {
        let logout_uri = format!("{portal}/api/oidc/back-channel-logout");
        let line = json!({ "client_id": CLIENT_ID, "logout_uri": logout_uri, "authority": authority });
        writeln!(self.child.stdin.as_mut().expect("it is piped"), "{line}").expect("it reads on");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("it is piped");
        assert_eq!(answer, "ok\n", "{}", self.log());
    }

    /// The address of one of its endpoints: `token`, `auth`, `device/auth`.
    #[must_use]
    pub fn endpoint(&self, path: &str) -> String {
        format!("{}/{path}", self.issuer)
    }

    /// How a mail server asks about tokens that belong to the users whose mailboxes they open.
    #[must_use]
    pub fn introspection_of_users(&self) -> Introspection {
        self.introspection("sub", "%u")
    }

    /// How a mail server asks about tokens of the application, which open every mailbox.
    #[must_use]
    pub fn introspection_of_the_application(&self) -> Introspection {
        self.introspection("client_id", "every mailbox")
    }

    fn introspection(&self, attribute: &str, same: &str) -> Introspection {
        let place = self.issuer.trim_start_matches("https://");
        Introspection {
            url: format!("https://{RESOURCE_ID}:{RESOURCE_SECRET}@{place}/token/introspection"),
            ca: self.authority.clone(),
            attribute: attribute.to_owned(),
            same: same.to_owned(),
        }
    }

    /// Where somebody consents on another device: to be asked by POST.
    #[must_use]
    pub fn approval(&self, user_code: &str, account: &str) -> String {
        format!("{}/approve?user_code={user_code}&account={account}", self.issuer)
    }

    /// What it has complained about.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        // A failure here must not hide the test's own.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpStream;

    use super::*;
    use crate::Dovecot;

    const USER: &str = "webmaster@example.test";

    fn curl(provider: &OidcProvider, arguments: &[&str]) -> serde_json::Value {
        let ca = provider.folder.path().join("ca.pem");
        fs::write(&ca, &provider.authority).unwrap();
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail-with-body", "--cacert"]).arg(ca).args(arguments);
        let output = curl.output().unwrap();
        assert!(output.status.success(), "{output:?}\n{}", provider.log());
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    /// What Dovecot says to XOAUTH2 with that token.
    async fn xoauth2(dovecot: &Dovecot, token: &str) -> String {
        use base64::Engine;
        let stream = TcpStream::connect(("127.0.0.1", dovecot.imap_port)).await.unwrap();
        let mut stream = BufReader::new(stream);
        let said = format!("user={USER}\x01auth=Bearer {token}\x01\x01");
        let said = base64::engine::general_purpose::STANDARD.encode(said);
        let command = format!("a AUTHENTICATE XOAUTH2 {said}\r\n\r\n");
        stream.write_all(command.as_bytes()).await.unwrap();
        let mut line = String::new();
        while !line.starts_with("a ") {
            line.clear();
            assert_ne!(stream.read_line(&mut line).await.unwrap(), 0, "{}", dovecot.log());
        }
        line
    }

    #[tokio::test]
    async fn e2e_dovecot_believes_its_tokens_and_no_others() {
        let authority = TestAuthority::new("oidc");
        let provider = OidcProvider::start(&authority, "https://localhost/callback");
        let client = format!("{CLIENT_ID}:{CLIENT_SECRET}");
        let form = ["--user", &client, "--data", "grant_type=client_credentials", "--data", "scope=mail"];
        let endpoint = provider.endpoint("token");
        let of_application = curl(&provider, &[&form[..], &[&endpoint]].concat());
        let of_application = of_application["access_token"].as_str().unwrap();

        let authorization = provider.endpoint("device/auth");
        let scope = "scope=openid email offline_access mail";
        let id = format!("client_id={CLIENT_ID}");
        let device = curl(&provider, &["--user", &client, "--data", &id, "--data", scope, &authorization]);
        let user_code = device["user_code"].as_str().unwrap();
        curl(&provider, &["--request", "POST", &provider.approval(user_code, USER)]);
        let code = format!("device_code={}", device["device_code"].as_str().unwrap());
        let grant = "grant_type=urn:ietf:params:oauth:grant-type:device_code";
        let of_user = curl(&provider, &["--user", &client, "--data", grant, "--data", &code, &endpoint]);
        assert!(of_user["refresh_token"].is_string(), "{of_user}");
        let of_user = of_user["access_token"].as_str().unwrap();

        let dovecot = Dovecot::start_with(&authority, &[], Some(&provider.introspection_of_users()), None);
        assert!(
            xoauth2(&dovecot, of_user).await.starts_with("a OK"),
            "{}\n{}",
            dovecot.log(),
            provider.log()
        );
        assert!(xoauth2(&dovecot, "another").await.starts_with("a NO"));
        assert!(xoauth2(&dovecot, of_application).await.starts_with("a NO"));
        let introspection = provider.introspection_of_the_application();
        let dovecot = Dovecot::start_with(&authority, &[], Some(&introspection), None);
        assert!(xoauth2(&dovecot, of_application).await.starts_with("a OK"), "{}", dovecot.log());
        assert!(xoauth2(&dovecot, "another").await.starts_with("a NO"));
    }
}

//! The real programs that send mail: swaks, msmtp, curl, Python's smtplib.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tokio::process::Command;

use super::server::{ACCOUNT, Answer, Place, Server, answer};

/// A program that sends mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    Swaks,
    Msmtp,
    Curl,
    Smtplib,
}

/// How it connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tls {
    Starttls,
    Implicit,
}

/// What it sends, and as whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Letter<'a> {
    /// The user name.
    pub(crate) user: &'a str,
    /// The secret.
    pub(crate) secret: &'a str,
    /// The address of the client's side.
    pub(crate) from_address: &'a str,
    /// The recipient.
    pub(crate) to: &'a str,
    /// The message, with LF line ends.
    pub(crate) message: &'a str,
}

impl<'a> Letter<'a> {
    /// From the account, from this machine, to somebody outside.
    pub(crate) const fn to_a_visitor(secret: &'a str, message: &'a str) -> Self {
        Self { user: ACCOUNT, secret, from_address: "127.0.0.1", to: "visitor@example.net", message }
    }
}

impl Program {
    /// The exit code with which it says that it was not let in.
    pub(crate) const fn refused_code(self) -> i32 {
        match self {
            // swaks(1): "authentication failed".
            Self::Swaks => 28,
            // sysexits.h: EX_NOPERM.
            Self::Msmtp => 77,
            // CURLE_LOGIN_DENIED.
            Self::Curl => 67,
            // The script's own, for smtplib.SMTPAuthenticationError.
            Self::Smtplib => 35,
        }
    }

    /// Sends a letter through a listener of `server`.
    pub(crate) async fn send(self, place: &Place, server: &Server, tls: Tls, letter: Letter<'_>) -> Answer {
        let door = match tls {
            Tls::Starttls => server.starttls,
            Tls::Implicit => server.tls,
        };
        match self {
            Self::Swaks => swaks(place, door, tls, letter).await,
            Self::Msmtp => msmtp(place, door, tls, letter).await,
            Self::Curl => curl(place, door, tls, letter).await,
            Self::Smtplib => smtplib(place, door, tls, letter).await,
        }
    }
}

async fn swaks(place: &Place, door: SocketAddr, tls: Tls, letter: Letter<'_>) -> Answer {
    // swaks ends the data with a line end of its own.
    let file = file(place, "swaks.eml", letter.message.strip_suffix('\n').unwrap_or(letter.message));
    let mut command = Command::new("swaks");
    command.args(["--server", &door.ip().to_string(), "--port", &door.port().to_string()]);
    command.arg(match tls {
        Tls::Starttls => "--tls",
        Tls::Implicit => "--tlsc",
    });
    command.arg("--tls-verify").arg("--tls-ca-path").arg(place.ca_file());
    command.args(["--auth", "PLAIN", "--auth-user", letter.user, "--auth-password", letter.secret]);
    command.args(["--from", letter.user, "--to", letter.to, "--local-interface", letter.from_address]);
    command.arg("--data").arg(format!("@{}", file.display()));
    answer(command, "").await
}

async fn msmtp(place: &Place, door: SocketAddr, tls: Tls, letter: Letter<'_>) -> Answer {
    let config = format!(
        "account default\nhost {}\nport {}\ntls on\ntls_starttls {}\ntls_trust_file {}\nauth plain\n\
         user {}\npassword \"{}\"\nfrom {}\nsource_ip {}\n",
        door.ip(),
        door.port(),
        if tls == Tls::Starttls { "on" } else { "off" },
        place.ca_file().display(),
        letter.user,
        letter.secret,
        letter.user,
        letter.from_address,
    );
    let config = file(place, "msmtprc", &config);
    // msmtp refuses a file with a password that others can read.
    fs::set_permissions(&config, fs::Permissions::from_mode(0o600)).unwrap();
    let mut command = Command::new("msmtp");
    command.arg("-C").arg(&config).arg("--").arg(letter.to);
    answer(command, letter.message).await
}

async fn curl(place: &Place, door: SocketAddr, tls: Tls, letter: Letter<'_>) -> Answer {
    let file = file(place, "curl.eml", &letter.message.replace('\n', "\r\n"));
    let mut command = Command::new("curl");
    let url = match tls {
        Tls::Starttls => format!("smtp://{door}"),
        Tls::Implicit => format!("smtps://{door}"),
    };
    command.args(["--silent", "--show-error", "--verbose", "--ssl-reqd", "--url", &url]);
    command.arg("--cacert").arg(place.ca_file());
    command.args([
        "--user",
        &format!("{}:{}", letter.user, letter.secret),
        "--interface",
        letter.from_address,
    ]);
    command.args(["--mail-from", letter.user, "--mail-rcpt", letter.to]);
    command.arg("--upload-file").arg(file);
    answer(command, "").await
}

/// Python's own client; the script only fills in its arguments.
const SMTPLIB: &str = r"
import smtplib, ssl, sys
kind, host, port, ca, user, secret, local, to, message = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
content = open(message, 'rb').read()
if kind == 'Implicit':
    client = smtplib.SMTP_SSL(host, int(port), context=context, source_address=(local, 0))
else:
    client = smtplib.SMTP(host, int(port), source_address=(local, 0))
    client.starttls(context=context)
try:
    client.login(user, secret)
except smtplib.SMTPAuthenticationError as error:
    print(error.smtp_code, error.smtp_error.decode())
    sys.exit(35)
client.sendmail(user, [to], content)
client.quit()
";

async fn smtplib(place: &Place, door: SocketAddr, tls: Tls, letter: Letter<'_>) -> Answer {
    let file = file(place, "smtplib.eml", &letter.message.replace('\n', "\r\n"));
    let mut command = Command::new("/usr/bin/python3");
    command.args(["-c", SMTPLIB, &format!("{tls:?}"), &door.ip().to_string(), &door.port().to_string()]);
    command.arg(place.ca_file()).args([letter.user, letter.secret, letter.from_address, letter.to]).arg(file);
    answer(command, "").await
}

fn file(place: &Place, name: &str, content: &str) -> std::path::PathBuf {
    let path: &Path = &place.path(name);
    fs::write(path, content).unwrap();
    path.to_owned()
}

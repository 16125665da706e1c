//! `[mail]`: the mail server that takes notices and codes.

use std::path::Path;

use postern_domain::account::AccountName;
use rustls_pki_types::CertificateDer;

use super::{CA_FILE, is_here, list, secret_of, text};
use crate::config::UpstreamTls;
use crate::config::entries::Entries;
use crate::config::mistake::Problem;
use crate::config::provider::read_authorities;
use crate::config::schema::{Absent, Key, Kind, Section};
use crate::config::value::{HostName, Port, Secret, Value};

/// The section's table.
pub(in crate::config) static SECTION: Section = Section {
    path: "mail",
    repeated: false,
    summary: "The mail server to which Postern hands its notices and codes. Without this section people find their notices \
              on Security info only. `postern doctor` asks it whether it is there, and `postern doctor --send-test-mail \
              ADDRESS` sends one.",
    keys: &[
        text("host", Absent::Required, "Its host name; its certificate must be for that name."),
        Key {
            name: "port",
            kind: Kind::Whole,
            absent: Absent::Means("587, 465 (`implicit`) or 25 (`none`)"),
            doc: "Its port.",
        },
        text(
            "tls",
            Absent::Default("starttls"),
            "`starttls` (required: without it nothing is sent), `implicit`, or `none` for a server on this machine.",
        ),
        text("user_name", Absent::Means("Postern does not sign in there"), "The user name there."),
        text(
            "password_file",
            Absent::Means("none; `user_name` needs it"),
            "A file whose content is the password.",
        ),
        text("from", Absent::Required, "The sender: an address that the mail server lets Postern use."),
        list(
            "administrators",
            Absent::Means("only the global administrators"),
            "Further addresses that are told what concerns the administrators, such as a shared mailbox.",
        ),
        CA_FILE,
    ],
};

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the channel is protected.
    pub tls: UpstreamTls,
    /// User name and password.
    pub credentials: Option<(String, Secret)>,
    /// The sender.
    pub from: AccountName,
    /// Who is told what concerns the administrators, beside them.
    pub administrators: Vec<AccountName>,
    /// The only authorities of its certificate; none: this machine's.
    pub authorities: Option<Vec<CertificateDer<'static>>>,
}

/// A mail address.
pub(super) struct MailAddress(AccountName);

impl Value for MailAddress {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| "write an e-mail address, as in postern@example.org".to_owned())
    }
}

pub(in crate::config) fn read(entries: &mut Entries, folder: &Path) -> Option<Mail> {
    if entries.line() == 0 {
        return None;
    }
    let host = entries.required::<HostName>("host");
    let tls = entries.with_default::<UpstreamTls>("tls");
    let port = entries.optional::<Port>("port").map_or(
        match tls {
            UpstreamTls::StartTls => 587,
            UpstreamTls::Implicit => 465,
            UpstreamTls::None => 25,
        },
        |port| port.0,
    );
    let from = entries.required::<MailAddress>("from");
    let administrators = entries.list::<MailAddress>("administrators");
    let user = entries.optional::<String>("user_name");
    let has_file = entries.has("password_file");
    let password = secret_of(entries, "password_file", folder);
    let authorities = read_authorities(entries, folder);
    if let Some(host) = &host
        && tls == UpstreamTls::None
        && !is_here(&host.0)
    {
        let text = "without TLS only a mail server on this machine is used: write starttls or implicit";
        entries.complain("tls", Problem::Clash(text));
    }
    if user.is_some() != has_file {
        entries.complain("password_file", Problem::Clash("user_name and password_file go together"));
    }
    Some(Mail {
        host: host?.0,
        port,
        tls,
        credentials: user.zip(password),
        from: from?.0,
        administrators: administrators.into_iter().map(|address| address.0).collect(),
        authorities: authorities?,
    })
}

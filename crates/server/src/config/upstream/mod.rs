//! `[[upstream]]`: the real services behind the doors.

mod claim;
mod sign_in;
mod table;

use std::path::{Path, PathBuf};

use postern_domain::account::{AccountName, GroupName};
use postern_domain::door::{Door, DoorSet};

use super::entries::Entries;
use super::mistake::Problem;
use super::value::{HostName, Port, Value};

pub(super) use claim::Claim;
pub use sign_in::{Mechanism, SignIn};
pub(super) use table::SECTION;

/// The doors that share HTTP's listeners.
pub(super) const HTTP_DOORS: [Door; 8] = [
    Door::Ews,
    Door::ActiveSync,
    Door::Mapi,
    Door::Autodiscover,
    Door::Oab,
    Door::Dav,
    Door::SharePoint,
    Door::Http,
];
/// The doors with a protocol of their own.
const MAIL_DOORS: [Door; 4] = [Door::Smtp, Door::Imap, Door::Pop3, Door::ManageSieve];

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Its name.
    pub name: String,
    /// The doors that lead there.
    pub doors: DoorSet,
    /// Its host.
    pub host: HostName,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: UpstreamTls,
    /// The authority of its certificate.
    pub ca_file: Option<PathBuf>,
    /// What is shown to it.
    pub client_certificate: Option<ClientCertificateFiles>,
    /// Whether a PROXY header is sent.
    pub proxy_header: bool,
    /// Whether the client's address is said.
    pub forward_client: bool,
    /// How Postern signs in.
    pub sign_in: SignIn,
    /// Whether it is asked what it can do.
    pub probe: bool,
    /// Whose it is; none at all: that of every account that no other one lists.
    pub accounts: Vec<AccountName>,
    /// Groups.
    pub groups: Vec<GroupName>,
    /// Domains, in lower case.
    pub domains: Vec<String>,
}

/// A certificate chain and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificateFiles {
    /// The chain.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// How the connection to an upstream is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpstreamTls {
    /// Not at all.
    None,
    /// After STARTTLS, which is required.
    StartTls,
    /// From the first octet.
    Implicit,
}

impl Value for UpstreamTls {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "starttls" => Ok(Self::StartTls),
            "implicit" => Ok(Self::Implicit),
            _ => Err("write starttls, implicit or none".to_owned()),
        }
    }
}

/// A door that an upstream can have.
struct UpstreamDoor(Door);

impl Value for UpstreamDoor {
    fn read(text: &str) -> Result<Self, String> {
        let door = text.parse().ok().filter(|door| HTTP_DOORS.contains(door) || MAIL_DOORS.contains(door));
        door.map(Self).ok_or_else(|| {
            "write smtp, imap, pop3, managesieve, ews, activesync, mapi, autodiscover, oab, dav, sharepoint or http"
                .to_owned()
        })
    }
}

impl Value for AccountName {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: postern_domain::account::InvalidAccountName| error.to_string())
    }
}

impl Value for GroupName {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: postern_domain::account::InvalidGroupName| error.to_string())
    }
}

/// Reads one upstream: what it claims, and, without mistakes, what it is.
pub(super) fn read(entries: &mut Entries, folder: &Path) -> (Claim, Option<Upstream>) {
    let (name, host) = (entries.required::<String>("name"), entries.required("host"));
    let mistakes = entries.mistakes();
    let doors = read_doors(entries);
    // Doors that are not what is meant claim nothing.
    let claimed = if entries.mistakes() > mistakes { DoorSet::EMPTY } else { doors };
    let tls = read_tls(entries, doors);
    let port = entries.optional::<Port>("port").map_or_else(|| default_port(doors, tls), |port| port.0);
    let ca_file = entries.path("ca_file", folder);
    let client_certificate = read_client_certificate(entries, folder, tls);
    let (proxy_header, forward_client) =
        (entries.with_default("proxy_header"), entries.with_default("forward_client"));
    if forward_client && doors.contains(Door::ManageSieve) {
        let text = "ManageSieve has no way to say it: remove it, or use proxy_header";
        entries.complain("forward_client", Problem::Clash(text));
    }
    let sign_in = sign_in::read(entries, folder, tls, doors);
    let probe = entries.with_default("probe");
    let mistakes = entries.mistakes();
    let accounts = entries.list::<AccountName>("accounts");
    let groups = entries.list::<GroupName>("groups");
    let domains: Vec<String> =
        entries.list::<HostName>("domains").into_iter().map(|domain| domain.0.to_ascii_lowercase()).collect();
    let lists_nothing = accounts.is_empty() && groups.is_empty() && domains.is_empty();
    let claim = Claim {
        line: entries.line(),
        name: name.clone(),
        doors: claimed,
        accounts: accounts.iter().map(ToString::to_string).collect(),
        groups: groups.iter().map(ToString::to_string).collect(),
        domains: domains.clone(),
        takes_the_rest: lists_nothing && entries.mistakes() == mistakes,
    };
    let complete = (name, host, sign_in);
    let (Some(name), Some(host), Some(sign_in)) = complete else { return (claim, None) };
    let upstream = Upstream {
        name,
        doors,
        host,
        port,
        tls,
        ca_file,
        client_certificate,
        proxy_header,
        forward_client,
        sign_in,
        probe,
        accounts,
        groups,
        domains,
    };
    (claim, Some(upstream))
}

fn read_doors(entries: &mut Entries) -> DoorSet {
    let doors: DoorSet = entries.list::<UpstreamDoor>("doors").into_iter().map(|door| door.0).collect();
    let of_mail = doors.iter().filter(|door| MAIL_DOORS.contains(door)).count();
    if of_mail > 0 && doors.iter().count() > 1 {
        let text =
            "smtp, imap, pop3 and managesieve are each at a port of their own: make an [[upstream]] for each";
        entries.complain("doors", Problem::Clash(text));
    }
    if doors.is_empty() { [Door::Smtp].into_iter().collect() } else { doors }
}

fn is_http(doors: DoorSet) -> bool {
    doors.iter().any(|door| HTTP_DOORS.contains(&door))
}

fn read_tls(entries: &mut Entries, doors: DoorSet) -> UpstreamTls {
    let written = entries.optional("tls");
    if is_http(doors) && written == Some(UpstreamTls::StartTls) {
        entries.complain("tls", Problem::Clash("HTTP has no STARTTLS: use implicit"));
    }
    written.unwrap_or(if is_http(doors) { UpstreamTls::Implicit } else { UpstreamTls::StartTls })
}

fn default_port(doors: DoorSet, tls: UpstreamTls) -> u16 {
    let [none, starttls, implicit] = match doors.iter().next() {
        Some(Door::Imap) => [143, 143, 993],
        Some(Door::Pop3) => [110, 110, 995],
        Some(Door::ManageSieve) => [4190, 4190, 4190],
        Some(door) if HTTP_DOORS.contains(&door) => [80, 443, 443],
        _ => [25, 587, 465],
    };
    match tls {
        UpstreamTls::None => none,
        UpstreamTls::StartTls => starttls,
        UpstreamTls::Implicit => implicit,
    }
}

fn read_client_certificate(
    entries: &mut Entries,
    folder: &Path,
    tls: UpstreamTls,
) -> Option<ClientCertificateFiles> {
    let certificate = entries.path("client_certificate_file", folder);
    let key = entries.path("client_key_file", folder);
    if certificate.is_some() != key.is_some() {
        let text = "client_certificate_file and client_key_file belong together: name both files";
        entries.complain("client_certificate_file", Problem::Clash(text));
    }
    if certificate.is_some() && tls == UpstreamTls::None {
        let text = "a certificate is shown in TLS only: use starttls or implicit";
        entries.complain("client_certificate_file", Problem::Clash(text));
    }
    Some(ClientCertificateFiles { certificate: certificate?, key: key? })
}

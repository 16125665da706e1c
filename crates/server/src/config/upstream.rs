//! `[[upstream]]`: the real service behind a door.

use std::path::{Path, PathBuf};

use super::entries::Entries;
use super::mistake::Problem;
use super::schema::{Absent, Key, Kind, Section};
use super::value::{HostName, Port, Secret, Value};

/// The section's table.
pub(super) static SECTION: Section = Section {
    path: "upstream",
    repeated: true,
    summary: "A mail server (smart host) to which the SMTP door relays. An account's mail goes to the upstream that lists the \
              domain of its primary address, otherwise to the one without `domains`. Without any upstream \
              a program whose secret is right is told to try again later (`454 4.7.0`).",
    keys: &[
        Key {
            name: "name",
            kind: Kind::Text,
            absent: Absent::Required,
            doc: "What the log and `postern doctor` call it.",
        },
        Key {
            name: "host",
            kind: Kind::Text,
            absent: Absent::Required,
            doc: "Its host name; its certificate must be for that name.",
        },
        Key {
            name: "port",
            kind: Kind::Whole,
            absent: Absent::Means("25, or 465 with `tls = \"implicit\"`, or 587 with `tls = \"starttls\"`"),
            doc: "Its port.",
        },
        Key {
            name: "tls",
            kind: Kind::Text,
            absent: Absent::Default("starttls"),
            doc: "`starttls` (required: without it nothing is sent), `implicit`, or `none` for a server on this machine.",
        },
        Key {
            name: "ca_file",
            kind: Kind::Text,
            absent: Absent::Means("this machine's trust store"),
            doc: "Certificates (PEM) of the authority that issued the upstream's certificate, where it is a private one.",
        },
        Key {
            name: "sign_in",
            kind: Kind::Text,
            absent: Absent::Default("none"),
            doc: "How Postern signs in there: `none` (the server trusts this machine), `fixed` (with `user_name` and a secret), \
                  or `xclient` (Postfix: the client's address and the account's name are passed on).",
        },
        Key {
            name: "user_name",
            kind: Kind::Text,
            absent: Absent::Means("nothing; `fixed` needs it"),
            doc: "The user name for `fixed`.",
        },
        Key {
            name: "secret",
            kind: Kind::Text,
            absent: Absent::Means("`secret_file` is used"),
            doc: "The secret for `fixed`. Better: `secret_file`.",
        },
        Key {
            name: "secret_file",
            kind: Kind::Text,
            absent: Absent::Means("`secret` is used"),
            doc: "A file whose content is the secret for `fixed`.",
        },
        Key {
            name: "sign_in_without_tls",
            kind: Kind::Switch,
            absent: Absent::Default("false"),
            doc: "Send the `fixed` secret over a connection without TLS. Only for a server on this machine.",
        },
        Key {
            name: "probe",
            kind: Kind::Switch,
            absent: Absent::Default("true"),
            doc: "Ask the upstream in the background what it can do (size limit, SMTPUTF8, …), so that programs are offered that \
                  and no more. No client ever causes the question.",
        },
        Key {
            name: "domains",
            kind: Kind::List,
            absent: Absent::Means("every domain that no other upstream lists"),
            doc: "The domains of the accounts whose mail goes there.",
        },
    ],
};

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Its name.
    pub name: String,
    /// Its host.
    pub host: HostName,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: UpstreamTls,
    /// The authority of its certificate.
    pub ca_file: Option<PathBuf>,
    /// How Postern signs in.
    pub sign_in: SignIn,
    /// Whether it is asked what it can do.
    pub probe: bool,
    /// The domains, in lower case; none: all others.
    pub domains: Vec<String>,
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

/// How Postern signs in at an upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// Not at all.
    None,
    /// With fixed credentials.
    Fixed {
        /// The user name there.
        user_name: String,
        /// The secret there.
        secret: Secret,
        /// Without TLS too.
        without_tls: bool,
    },
    /// By telling it who signed in here.
    Xclient,
}

/// The word in the file.
enum SignInKind {
    None,
    Fixed,
    Xclient,
}

impl Value for SignInKind {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "fixed" => Ok(Self::Fixed),
            "xclient" => Ok(Self::Xclient),
            _ => Err("write none, fixed or xclient".to_owned()),
        }
    }
}

/// What an upstream claims for itself alone, known even when the rest of it has mistakes.
pub(super) struct Claim {
    /// The line of its section.
    pub(super) line: usize,
    name: Option<String>,
    domains: Vec<String>,
    /// Whether it takes the mail of every domain that no other one lists.
    takes_the_rest: bool,
}

impl Claim {
    /// What `self` and an `earlier` one cannot both have: the key and why.
    pub(super) fn clash(&self, earlier: &Self) -> Option<(&'static str, &'static str)> {
        if self.name.is_some() && self.name == earlier.name {
            Some(("upstream.name", "another upstream has this name: give this one a name of its own"))
        } else if self.takes_the_rest && earlier.takes_the_rest {
            Some((
                "upstream.domains",
                "two upstreams have no domains, and only one can take the mail of all others: list the domains of this one",
            ))
        } else if self.domains.iter().any(|domain| earlier.domains.contains(domain)) {
            Some((
                "upstream.domains",
                "another upstream lists one of these domains too: keep it in one of the two",
            ))
        } else {
            None
        }
    }
}

pub(super) fn read(entries: &mut Entries, folder: &Path) -> (Claim, Option<Upstream>) {
    let (name, host) = (entries.required::<String>("name"), entries.required("host"));
    let tls = entries.with_default("tls");
    let port = entries.optional::<Port>("port").map_or_else(|| default_port(tls), |port| port.0);
    let ca_file = entries.path("ca_file", folder);
    let sign_in = read_sign_in(entries, folder, tls);
    let probe = entries.with_default("probe");
    let mistakes = entries.mistakes();
    let domains: Vec<String> =
        entries.list::<HostName>("domains").into_iter().map(|domain| domain.0.to_ascii_lowercase()).collect();
    let claim = Claim {
        line: entries.line(),
        name: name.clone(),
        takes_the_rest: domains.is_empty() && entries.mistakes() == mistakes,
        domains: domains.clone(),
    };
    let complete = (name, host, sign_in);
    let (Some(name), Some(host), Some(sign_in)) = complete else { return (claim, None) };
    (claim, Some(Upstream { name, host, port, tls, ca_file, sign_in, probe, domains }))
}

const fn default_port(tls: UpstreamTls) -> u16 {
    match tls {
        UpstreamTls::None => 25,
        UpstreamTls::StartTls => 587,
        UpstreamTls::Implicit => 465,
    }
}

fn read_sign_in(entries: &mut Entries, folder: &Path, tls: UpstreamTls) -> Option<SignIn> {
    let kind = entries.with_default("sign_in");
    let user_name = entries.optional("user_name");
    let inline = entries.optional::<Secret>("secret");
    let file = entries.path("secret_file", folder);
    let without_tls: bool = entries.with_default("sign_in_without_tls");
    if inline.is_some() && file.is_some() {
        entries.complain("secret_file", Problem::Clash("both secret and secret_file are there: keep one"));
    }
    let from_file = file.and_then(|path| {
        super::files::read_secret(&path).map_err(|problem| entries.complain("secret_file", problem)).ok()
    });
    match kind {
        SignInKind::None => Some(SignIn::None),
        SignInKind::Xclient => Some(SignIn::Xclient),
        SignInKind::Fixed => {
            let (Some(user_name), Some(secret)) = (user_name, inline.or(from_file)) else {
                let text = "sign_in = \"fixed\" needs user_name and secret_file (or secret)";
                entries.complain("sign_in", Problem::Clash(text));
                return None;
            };
            if tls == UpstreamTls::None && !without_tls {
                let text = "the secret would go over the network without TLS: use starttls or implicit, or, for a server on this machine, sign_in_without_tls = true";
                entries.complain("tls", Problem::Clash(text));
            }
            Some(SignIn::Fixed { user_name, secret, without_tls })
        }
    }
}

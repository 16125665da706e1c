//! How Postern signs in at an upstream.

use std::path::Path;

use postern_domain::account::AccountName;
use postern_domain::door::{Door, DoorSet};

use super::{HTTP_DOORS, UpstreamTls};
use crate::config::entries::Entries;
use crate::config::files;
use crate::config::mistake::Problem;
use crate::config::value::{Secret, Value};

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
    /// With the account's own password there.
    Mailbox {
        /// Without TLS too.
        without_tls: bool,
    },
    /// As a user who may open every mailbox.
    Master {
        /// The user name there.
        user_name: String,
        /// The secret there.
        secret: Secret,
        /// Between mailbox and user name; none: the mailbox is PLAIN's authorization identity.
        separator: Option<char>,
        /// Without TLS too.
        without_tls: bool,
    },
    /// By telling it who signed in here, in SMTP.
    Xclient,
    /// With an access token.
    OAuth {
        /// The provider's name.
        provider: String,
        /// How the token is presented.
        mechanism: Mechanism,
    },
    /// By telling it who signed in here, in an HTTP header.
    Header {
        /// The header's name.
        name: String,
    },
}

/// How an access token is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// Google's and Microsoft's.
    XOAuth2,
    /// RFC 7628.
    OAuthBearer,
}

impl Value for Mechanism {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "xoauth2" => Ok(Self::XOAuth2),
            "oauthbearer" => Ok(Self::OAuthBearer),
            _ => Err("write xoauth2 or oauthbearer".to_owned()),
        }
    }
}

/// The word in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    None,
    Fixed,
    Mailbox,
    Master,
    Xclient,
    OAuth,
    Header,
}

impl Word {
    /// The keys that mean something with it.
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::None | Self::Xclient => &[],
            Self::Fixed => &["user_name", "secret", "secret_file", "sign_in_without_tls"],
            Self::Mailbox => &["sign_in_without_tls"],
            Self::Master => &["user_name", "secret", "secret_file", "separator", "sign_in_without_tls"],
            Self::OAuth => &["provider", "mechanism"],
            Self::Header => &["identity_header"],
        }
    }
}

/// Every key that means something with some word only.
const KEYS: [&str; 8] = [
    "user_name",
    "secret",
    "secret_file",
    "separator",
    "sign_in_without_tls",
    "provider",
    "mechanism",
    "identity_header",
];

impl Value for Word {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "fixed" => Ok(Self::Fixed),
            "mailbox" => Ok(Self::Mailbox),
            "master" => Ok(Self::Master),
            "xclient" => Ok(Self::Xclient),
            "oauth" => Ok(Self::OAuth),
            "header" => Ok(Self::Header),
            _ => Err("write none, fixed, mailbox, master, oauth, xclient or header".to_owned()),
        }
    }
}

/// A character that stands in no account's user name.
struct Separator(char);

impl Value for Separator {
    fn read(text: &str) -> Result<Self, String> {
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None)
                if letter.is_ascii_graphic()
                    && !matches!(letter, '@' | '"')
                    && format!("a{letter}b@example.org").parse::<AccountName>().is_err() =>
            {
                Ok(Self(letter))
            }
            _ => Err("write one character that stands in no user name, as * or %".to_owned()),
        }
    }
}

/// The name of a header that may say who somebody is.
struct HeaderName(String);

impl Value for HeaderName {
    fn read(text: &str) -> Result<Self, String> {
        // What frames or routes a message, or is a credential itself, has a meaning that must not be overwritten.
        const TAKEN: [&str; 10] = [
            "authorization",
            "connection",
            "content-length",
            "cookie",
            "host",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
        ];
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let good = !text.is_empty() && text.chars().all(letter);
        if good && !TAKEN.contains(&text.to_ascii_lowercase().as_str()) {
            Ok(Self(text.to_owned()))
        } else {
            Err("write a name of letters, digits and hyphens that HTTP does not use itself, as X-Remote-User"
                .to_owned())
        }
    }
}

/// What the keys say, whether the word needs them or not.
struct Given {
    user_name: Option<String>,
    secret: Option<Secret>,
    separator: Option<char>,
    without_tls: bool,
    provider: Option<String>,
    mechanism: Option<Mechanism>,
    header: Option<String>,
}

/// Reads everything about the sign-in. None: there is a mistake without which it would make sense.
pub(super) fn read(entries: &mut Entries, folder: &Path, tls: UpstreamTls, doors: DoorSet) -> Option<SignIn> {
    let word = entries.with_default::<Word>("sign_in");
    for key in KEYS.iter().filter(|key| !word.keys().contains(key)) {
        if entries.has(key) {
            let text = "this way to sign in does not use it: remove it, or correct sign_in";
            entries.complain(key, Problem::Clash(text));
        }
    }
    let mistakes = entries.mistakes();
    let given = read_keys(entries, folder);
    let has_unfit_keys = entries.mistakes() > mistakes;
    if let Some(text) = unsuitable(word, doors) {
        entries.complain("sign_in", Problem::Clash(text));
    }
    let sends_a_secret = matches!(word, Word::Fixed | Word::Master | Word::Mailbox) && !given.without_tls;
    if tls == UpstreamTls::None && sends_a_secret {
        let text = "the secret would go over the network without TLS: use starttls or implicit, or, for a server on this machine, sign_in_without_tls = true";
        entries.complain("tls", Problem::Clash(text));
    }
    if tls == UpstreamTls::None && word == Word::OAuth {
        let text = "the token would go over the network without TLS: use starttls or implicit";
        entries.complain("tls", Problem::Clash(text));
    }
    let (sign_in, missing) = put_together(word, given);
    // A key that is there and unfit has been told already; it is not missing.
    if sign_in.is_none() && !has_unfit_keys {
        entries.complain("sign_in", Problem::Clash(missing));
    }
    sign_in
}

fn read_keys(entries: &mut Entries, folder: &Path) -> Given {
    let user_name = entries.optional("user_name");
    let inline = entries.optional::<Secret>("secret");
    let file = entries.path("secret_file", folder);
    if inline.is_some() && file.is_some() {
        entries.complain("secret_file", Problem::Clash("both secret and secret_file are there: keep one"));
    }
    let from_file = file.and_then(|path| {
        files::read_secret(&path).map_err(|problem| entries.complain("secret_file", problem)).ok()
    });
    Given {
        user_name,
        secret: inline.or(from_file),
        separator: entries.optional::<Separator>("separator").map(|separator| separator.0),
        without_tls: entries.with_default("sign_in_without_tls"),
        provider: entries.optional("provider"),
        mechanism: entries.optional("mechanism"),
        header: entries.optional::<HeaderName>("identity_header").map(|header| header.0),
    }
}

/// Why a way to sign in cannot be used at these doors.
fn unsuitable(word: Word, doors: DoorSet) -> Option<&'static str> {
    let http = doors.iter().any(|door| HTTP_DOORS.contains(&door));
    let mailbox = [Door::Imap, Door::Pop3, Door::ManageSieve].iter().any(|door| doors.contains(*door));
    match word {
        Word::None if mailbox => {
            Some("a server with mailboxes has to be signed in to: use master, mailbox, oauth or fixed")
        }
        Word::Xclient if !doors.contains(Door::Smtp) => {
            Some("xclient is SMTP's: for other doors use master, mailbox, oauth or fixed")
        }
        Word::Header if !http => {
            Some("a header is HTTP's: for mail use master, mailbox, oauth, fixed or (SMTP) xclient")
        }
        Word::Master if http => Some("HTTP has no master user: use header, oauth, mailbox or fixed"),
        _ => None,
    }
}

/// The sign-in, or none, and what it needs then.
fn put_together(word: Word, given: Given) -> (Option<SignIn>, &'static str) {
    let Given { user_name, secret, separator, without_tls, provider, mechanism, header } = given;
    let both = user_name.zip(secret);
    match word {
        Word::None => (Some(SignIn::None), ""),
        Word::Xclient => (Some(SignIn::Xclient), ""),
        Word::Mailbox => (Some(SignIn::Mailbox { without_tls }), ""),
        Word::Fixed => (
            both.map(|(user_name, secret)| SignIn::Fixed { user_name, secret, without_tls }),
            "sign_in = \"fixed\" needs user_name and secret_file (or secret)",
        ),
        Word::Master => (
            both.map(|(user_name, secret)| SignIn::Master { user_name, secret, separator, without_tls }),
            "sign_in = \"master\" needs user_name and secret_file (or secret)",
        ),
        Word::OAuth => (
            provider.map(|provider| {
                let mechanism = mechanism.unwrap_or(Mechanism::XOAuth2);
                SignIn::OAuth { provider, mechanism }
            }),
            "sign_in = \"oauth\" needs provider, the name of a [[provider]]",
        ),
        Word::Header => (
            header.map(|name| SignIn::Header { name }),
            "sign_in = \"header\" needs identity_header, the name of the header",
        ),
    }
}

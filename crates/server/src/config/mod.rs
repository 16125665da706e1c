//! The configuration: one TOML file, one file here for each of its sections.
//!
//! Everything about a key stands in its section's table ([`schema`]), from which the parser and the reference page work.
//! All mistakes in a file are reported at once. Nothing outside this folder reads the environment or a settings file.

mod data;
mod database;
mod document;
mod entries;
mod environment;
mod files;
mod http;
mod identity_provider;
mod limits;
mod listener;
mod log;
mod messenger;
mod mistake;
mod nearest;
mod portal;
mod provider;
pub mod reference;
pub mod schema;
mod smtp;
mod tls;
mod upstream;
mod value;

pub use data::Data;
pub use database::DatabaseUrl;
pub use environment::Environment;
pub use http::{Http, HttpRoute};
pub use identity_provider::IdentityProvider;
pub use limits::Limits;
pub use listener::{Listener, ListenerTls, Protocol};
pub use log::{Format, Log};
pub use messenger::{Mail, PostUrl, Syslog, TextMessages, TextMethod, Webhook};
pub use mistake::{Mistake, Mistakes, Problem};
pub use portal::Portal;
pub use provider::Provider;
pub use smtp::Smtp;
pub use tls::CertificateFiles;
pub use upstream::{ClientCertificateFiles, Mechanism, SignIn, Upstream, UpstreamTls};
pub use value::{HostName, Port, PortalUrl, Secret, Size, Value, Whole};

use std::path::{Path, PathBuf};

use document::Document;
use entries::Entries;
use postern_domain::door::{Door, DoorSet};
use schema::Section;
use upstream::Claim;

/// Every section, in the order of the reference page.
static SECTIONS: &[&Section] = &[
    &data::SECTION,
    &database::SECTION,
    &portal::SECTION,
    &tls::SECTION,
    &smtp::SECTION,
    Protocol::Smtp.listeners(),
    Protocol::Imap.listeners(),
    Protocol::Pop3.listeners(),
    Protocol::ManageSieve.listeners(),
    Protocol::Http.listeners(),
    &http::ROUTE,
    &upstream::SECTION,
    &provider::SECTION,
    &identity_provider::SECTION,
    &messenger::MAIL,
    &messenger::TEXT_MESSAGES,
    &messenger::WEBHOOK,
    &messenger::SYSLOG,
    &limits::SECTION,
    &log::SECTION,
];

/// The configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The file it came from; none: the defaults.
    pub file: Option<PathBuf>,
    /// `[data]`
    pub data: Data,
    /// `[database]`
    pub database: DatabaseUrl,
    /// `[portal]`
    pub portal: Portal,
    /// `[tls]`; none: self-signed.
    pub tls: Option<CertificateFiles>,
    /// `[smtp]` and `[[smtp.listener]]`
    pub smtp: Smtp,
    /// `[[imap.listener]]`; none: the door is closed.
    pub imap: Vec<Listener>,
    /// `[[pop3.listener]]`; none: the door is closed.
    pub pop3: Vec<Listener>,
    /// `[[managesieve.listener]]`; none: the door is closed.
    pub managesieve: Vec<Listener>,
    /// `[[http.listener]]` and `[[http.route]]`
    pub http: Http,
    /// `[[upstream]]`
    pub upstreams: Vec<Upstream>,
    /// `[[provider]]`
    pub providers: Vec<Provider>,
    /// `[[identity_provider]]`
    pub identity_providers: Vec<IdentityProvider>,
    /// `[mail]`; none: no mail is sent.
    pub mail: Option<Mail>,
    /// `[text_messages]`; none: no text messages are sent.
    pub text_messages: Option<TextMessages>,
    /// `[[webhook]]`
    pub webhooks: Vec<Webhook>,
    /// `[syslog]`; none: nothing is written there.
    pub syslog: Option<Syslog>,
    /// `[limits]`
    pub limits: Limits,
    /// `[log]`
    pub log: Log,
}

/// What goes before the file: command line, then environment.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// The data folder.
    pub data: Option<PathBuf>,
    /// The database.
    pub database: Option<DatabaseUrl>,
}

impl Config {
    /// Reads `file`, or takes the defaults when there is none.
    ///
    /// # Errors
    /// [`Mistakes`]: all of them.
    pub fn load(file: Option<&Path>, overlay: &Overlay) -> Result<Self, Mistakes> {
        let Some(path) = file else { return Self::parse("", Path::new(""), overlay) };
        let unreadable = |error: std::io::Error| {
            let problem = Problem::Unreadable { path: "the file".to_owned(), reason: error.to_string() };
            Mistakes::new(&path.display().to_string(), vec![Mistake { line: 0, key: String::new(), problem }])
        };
        let source = std::fs::read_to_string(path).map_err(unreadable)?;
        Self::parse(&source, path, overlay)
    }

    /// Reads the text of a file that stands at `path`, from where its relative paths start.
    ///
    /// # Errors
    /// [`Mistakes`]: all of them.
    pub fn parse(source: &str, path: &Path, overlay: &Overlay) -> Result<Self, Mistakes> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut document = Document::parse(source, SECTIONS);
        let document = &mut document;
        let data =
            single(document, &data::SECTION, |entries| data::read(entries, folder, overlay.data.as_deref()));
        let database = single(document, &database::SECTION, |entries| {
            database::read(entries, folder, &data.directory, overlay.database.as_ref())
        });
        let portal = single(document, &portal::SECTION, portal::read);
        let tls = single(document, &tls::SECTION, |entries| tls::read(entries, folder));
        let smtp = listeners(document, Protocol::Smtp);
        let smtp = single(document, &smtp::SECTION, |entries| smtp::read(entries, smtp));
        let [imap, pop3, managesieve] = [Protocol::Imap, Protocol::Pop3, Protocol::ManageSieve]
            .map(|protocol| listeners(document, protocol));
        let mut http = Http {
            listeners: listeners(document, Protocol::Http),
            routes: repeated(document, &http::ROUTE, http::read_route),
        };
        let (claims, upstreams): (Vec<_>, Vec<_>) =
            repeated(document, &upstream::SECTION, |entries| Some(upstream::read(entries, folder)))
                .into_iter()
                .unzip();
        let wanted = claims.iter().map(|claim| claim.line).zip(upstreams.iter().map(Option::as_ref));
        let wanted = provider::wanted(wanted);
        let upstreams: Vec<_> = upstreams.into_iter().flatten().collect();
        let providers = repeated(document, &provider::SECTION, |entries| provider::read(entries, folder));
        let identity_providers = repeated(document, &identity_provider::SECTION, |entries| {
            identity_provider::read(entries, folder)
        });
        let mail = single(document, &messenger::MAIL, |entries| messenger::read_mail(entries, folder));
        let text_messages = single(document, &messenger::TEXT_MESSAGES, |entries| {
            messenger::read_text_messages(entries, folder)
        });
        let webhooks =
            repeated(document, &messenger::WEBHOOK, |entries| messenger::read_webhook(entries, folder));
        let syslog = single(document, &messenger::SYSLOG, |entries| messenger::read_syslog(entries, folder));
        let limits = single(document, &limits::SECTION, limits::read);
        let log = single(document, &log::SECTION, log::read);
        document.mistakes.extend(clashes(&claims));
        document.mistakes.extend(provider::clashes(&providers));
        document.mistakes.extend(provider::unknown(&wanted, &providers, &document.mistakes));
        document.mistakes.extend(identity_provider::clashes(&identity_providers));
        document.mistakes.extend(messenger::webhook_clashes(&webhooks));
        document.mistakes.extend(http::clashes(&http, &claims));
        if !document.mistakes.is_empty() {
            return Err(Mistakes::new(&path.display().to_string(), std::mem::take(&mut document.mistakes)));
        }
        if http.routes.is_empty() {
            http.routes = http::usual_routes(&upstreams);
        }
        let file = (!path.as_os_str().is_empty()).then(|| path.to_owned());
        Ok(Self {
            file,
            data,
            database,
            portal,
            tls,
            smtp,
            imap,
            pop3,
            managesieve,
            http,
            upstreams,
            providers,
            identity_providers,
            mail,
            text_messages,
            webhooks,
            syslog,
            limits,
            log,
        })
    }

    /// The listeners of that protocol, in the order of the file.
    #[must_use]
    pub fn listeners(&self, protocol: Protocol) -> &[Listener] {
        match protocol {
            Protocol::Smtp => &self.smtp.listeners,
            Protocol::Imap => &self.imap,
            Protocol::Pop3 => &self.pop3,
            Protocol::ManageSieve => &self.managesieve,
            Protocol::Http => &self.http.listeners,
        }
    }

    /// The doors at which programs can sign in: those that have a listener, and behind HTTP's those that have a route.
    #[must_use]
    pub fn doors(&self) -> DoorSet {
        let of_mail = [
            (Protocol::Smtp, Door::Smtp),
            (Protocol::Imap, Door::Imap),
            (Protocol::Pop3, Door::Pop3),
            (Protocol::ManageSieve, Door::ManageSieve),
        ];
        let open = of_mail.into_iter().filter(|(protocol, _)| !self.listeners(*protocol).is_empty());
        let routes = if self.http.listeners.is_empty() { &[] } else { self.http.routes.as_slice() };
        open.map(|(_, door)| door).chain(routes.iter().map(|route| route.door)).collect()
    }
}

fn listeners(document: &mut Document, protocol: Protocol) -> Vec<Listener> {
    repeated(document, protocol.listeners(), |entries| listener::read(entries, protocol))
}

fn single<T>(document: &mut Document, section: &'static Section, read: impl FnOnce(&mut Entries) -> T) -> T {
    let mut entries = document.single(section);
    let value = read(&mut entries);
    document.mistakes.extend(entries.finish());
    value
}

fn repeated<T>(
    document: &mut Document,
    section: &'static Section,
    read: impl Fn(&mut Entries) -> Option<T>,
) -> Vec<T> {
    let mut values = Vec::new();
    for mut entries in document.repeated(section) {
        values.extend(read(&mut entries));
        document.mistakes.extend(entries.finish());
    }
    values
}

/// Upstreams that claim the same: a name, a domain, or every other domain. One mistake for each upstream at most.
fn clashes(claims: &[Claim]) -> Vec<Mistake> {
    let clash = |(position, claim): (usize, &Claim)| {
        let (key, problem) = claims[..position].iter().find_map(|earlier| claim.clash(earlier))?;
        Some(Mistake { line: claim.line, key: key.to_owned(), problem: Problem::Clash(problem) })
    };
    claims.iter().enumerate().filter_map(clash).collect()
}

#[cfg(test)]
mod tests;

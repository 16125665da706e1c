//! A configuration profile for iPhone, iPad and Mac (`.mobileconfig`), that sets the mail, Exchange, calendar and contacts
//! accounts up without typing. Apple, "Device Management": Mail, Exchange ActiveSync, CalDAV and CardDAV payloads.
//!
//! It holds the secret, so it is made from the page that shows the secret once, and kept by nobody here. It is not signed:
//! the device says so, and asks its owner.

use std::fmt::Write as _;

use postern_domain::door::Door;
use postern_domain::id::AppPasswordId;
use postern_domain::text::is_unseen;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::ConnectionHint;

/// What a profile is made from.
pub(crate) struct AppleProfile<'a> {
    /// Names it, so that a second profile of the same app password takes the place of the first.
    pub(crate) app_password: AppPasswordId,
    /// What the app password is called.
    pub(crate) name: &'a str,
    /// Whose portal it comes from.
    pub(crate) organization: &'a str,
    /// The user name, which is the e-mail address too.
    pub(crate) user: &'a str,
    /// The secret.
    pub(crate) secret: &'a str,
    /// Where the doors of the app password are.
    pub(crate) hints: &'a [ConnectionHint],
}

/// Whether a device of Apple's can be set up by these hints: to read mail it must be able to send it.
pub(crate) fn is_useful(hints: &[ConnectionHint]) -> bool {
    let has = |door: Door| hints.iter().any(|hint| hint.door == door);
    has(Door::ActiveSync) || has(Door::Dav) || ((has(Door::Imap) || has(Door::Pop3)) && has(Door::Smtp))
}

impl AppleProfile<'_> {
    /// The profile as an XML property list.
    pub(crate) fn to_xml(&self) -> Zeroizing<String> {
        let mut plist = Plist::begin();
        plist.open("dict");
        plist.key("PayloadContent").open("array");
        self.mail(&mut plist);
        if let Some(hint) = self.hint(Door::ActiveSync) {
            self.exchange(&mut plist, hint);
        }
        if let Some(hint) = self.hint(Door::Dav) {
            self.dav(&mut plist, hint, "com.apple.caldav.account", "CalDAV");
            self.dav(&mut plist, hint, "com.apple.carddav.account", "CardDAV");
        }
        plist.close("array");
        plist.text("PayloadDescription", "Sets up mail, calendar and contacts with an app password.");
        plist.text("PayloadDisplayName", self.name);
        plist.text("PayloadOrganization", self.organization);
        plist.text("PayloadIdentifier", &self.identifier("profile"));
        plist.text("PayloadUUID", &self.uuid("profile"));
        plist.flag("PayloadRemovalDisallowed", false);
        plist.text("PayloadType", "Configuration");
        plist.number("PayloadVersion", 1);
        plist.close("dict");
        plist.end()
    }

    /// The first hint for a door: the preferred one.
    fn hint(&self, door: Door) -> Option<&ConnectionHint> {
        self.hints.iter().find(|hint| hint.door == door)
    }

    fn mail(&self, plist: &mut Plist) {
        let imap = self.hint(Door::Imap).map(|hint| (hint, "EmailTypeIMAP"));
        let incoming = imap.or_else(|| self.hint(Door::Pop3).map(|hint| (hint, "EmailTypePOP")));
        let (Some((incoming, kind)), Some(outgoing)) = (incoming, self.hint(Door::Smtp)) else { return };
        plist.open("dict");
        plist.text("EmailAccountDescription", self.name);
        plist.text("EmailAccountType", kind);
        plist.text("EmailAddress", self.user);
        for (side, hint) in [("Incoming", incoming), ("Outgoing", outgoing)] {
            plist.text(&format!("{side}MailServerAuthentication"), "EmailAuthPassword");
            plist.text(&format!("{side}MailServerHostName"), &hint.host);
            plist.number(&format!("{side}MailServerPortNumber"), hint.port.into());
            plist.flag(&format!("{side}MailServerUseSSL"), true);
            plist.text(&format!("{side}MailServerUsername"), self.user);
            plist.text(&format!("{side}Password"), self.secret);
        }
        self.payload(plist, "com.apple.mail.managed", "Mail");
        plist.close("dict");
    }

    fn exchange(&self, plist: &mut Plist, hint: &ConnectionHint) {
        plist.open("dict");
        plist.text("EmailAddress", self.user);
        plist.text("Host", &host_and_port(hint));
        plist.flag("SSL", true);
        plist.text("UserName", self.user);
        plist.text("Password", self.secret);
        self.payload(plist, "com.apple.eas.account", "Exchange");
        plist.close("dict");
    }

    fn dav(&self, plist: &mut Plist, hint: &ConnectionHint, kind: &str, prefix: &str) {
        plist.open("dict");
        plist.text(&format!("{prefix}AccountDescription"), self.name);
        plist.text(&format!("{prefix}HostName"), &hint.host);
        plist.number(&format!("{prefix}Port"), hint.port.into());
        plist.flag(&format!("{prefix}UseSSL"), true);
        plist.text(&format!("{prefix}Username"), self.user);
        plist.text(&format!("{prefix}Password"), self.secret);
        self.payload(plist, kind, prefix);
        plist.close("dict");
    }

    /// What every payload has.
    fn payload(&self, plist: &mut Plist, kind: &str, words: &str) {
        plist.text("PayloadDisplayName", words);
        plist.text("PayloadIdentifier", &self.identifier(kind));
        plist.text("PayloadType", kind);
        plist.text("PayloadUUID", &self.uuid(kind));
        plist.number("PayloadVersion", 1);
    }

    fn identifier(&self, kind: &str) -> String {
        format!("postern.{}.{kind}", self.app_password)
    }

    /// The same for the same app password and payload, always: a UUID of version 8 (RFC 9562 5.8).
    fn uuid(&self, kind: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(self.app_password.as_bytes());
        hash.update(kind.as_bytes());
        let hash = hash.finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        bytes[6] = 0x80 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        AppPasswordId::from_bytes(bytes).to_string().to_uppercase()
    }
}

/// 443 is left out: some versions take a port there for a part of the name.
fn host_and_port(hint: &ConnectionHint) -> String {
    match hint.port {
        443 => hint.host.clone(),
        port => format!("{}:{port}", hint.host),
    }
}

/// A property list in the making. Wiped with what it holds.
struct Plist(Zeroizing<String>);

impl Plist {
    fn begin() -> Self {
        // Room for all of it, so that no half of it is left behind where it grew.
        let mut text = String::with_capacity(16 * 1024);
        text.push_str(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
             \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n",
        );
        Self(Zeroizing::new(text))
    }

    fn end(mut self) -> Zeroizing<String> {
        self.0.push_str("</plist>\n");
        self.0
    }

    fn open(&mut self, element: &str) {
        self.write(format_args!("<{element}>\n"));
    }

    fn close(&mut self, element: &str) {
        self.write(format_args!("</{element}>\n"));
    }

    fn key(&mut self, key: &str) -> &mut Self {
        self.write(format_args!("<key>{key}</key>"));
        self
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key).write(format_args!("<string>"));
        // What XML has no character for makes the whole file unreadable.
        for character in value.chars().filter(|character| !is_unseen(*character)) {
            match character {
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '&' => self.0.push_str("&amp;"),
                other => self.0.push(other),
            }
        }
        self.write(format_args!("</string>\n"));
    }

    fn number(&mut self, key: &str, value: u32) {
        self.key(key).write(format_args!("<integer>{value}</integer>\n"));
    }

    fn flag(&mut self, key: &str, value: bool) {
        self.key(key).write(format_args!("<{value}/>\n"));
    }

    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        self.0.write_fmt(text).expect("a text takes every text");
    }
}

#[cfg(test)]
mod tests;

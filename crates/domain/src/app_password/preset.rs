//! What an app password is for: the choices that the portal and the command line offer instead of a list of doors.

use crate::door::{Door, DoorSet};
use crate::limits::{Allowance, Limits};

/// A kind of client, with the narrowest protocol scope that serves it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preset {
    /// The name used in forms and on the command line, for example `web-site`. Never shown to people.
    pub key: &'static str,
    /// What people choose, for example `Web site that sends mail`.
    pub name: &'static str,
    /// One sentence that says what it can do then.
    pub summary: &'static str,
    /// The limits that it comes with.
    pub limits: Limits,
    doors: &'static [Door],
    /// What the form asks about the sender.
    pub sender: SuggestedSender,
}

/// What a form asks about the sender. Without an answer [`SenderRestriction::AccountAddresses`] holds.
///
/// [`SenderRestriction::AccountAddresses`]: super::SenderRestriction::AccountAddresses
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SuggestedSender {
    /// Nothing: the program sends as its account.
    AccountAddresses,
    /// A list of further addresses: such programs often send as `noreply@…`, or as the people whose scans they are.
    AskForList,
    /// Nothing: it sends no mail through a door where Postern sees the sender.
    NotAsked,
}

/// SMTP with Postern itself, or with a mail server that asks Postern. Not `nginx-mail`, by which mail is read as well.
const SENDING: &[Door] = &[Door::Smtp, Door::Sasl];

/// The usual ones.
const USUAL: Limits =
    Limits { sessions: None, sign_ins_per_minute: None, messages_per_hour: None, recipients_per_hour: None };

/// `Result::ok` is not for constants.
const fn allowance(number: u32) -> Option<Allowance> {
    match Allowance::new(number) {
        Ok(allowance) => Some(allowance),
        Err(_) => None,
    }
}

/// A machine that somebody stands at: five scans a minute for a whole hour, to some people each. More is a thief's.
const BY_HAND: Limits =
    Limits { messages_per_hour: allowance(300), recipients_per_hour: allowance(1_000), ..USUAL };

impl Preset {
    /// Every preset, the most frequent first.
    pub const ALL: &'static [Self] = &[
        Self {
            key: "web-site",
            name: "Web site that sends mail",
            summary: "Sends mail from a contact form, a shop or a newsletter by SMTP; cannot read mail.",
            limits: USUAL,
            doors: SENDING,
            sender: SuggestedSender::AskForList,
        },
        Self {
            key: "printer",
            name: "Printer or scanner",
            summary: "Sends scans and reports by SMTP, at most 300 in an hour; cannot read mail.",
            limits: BY_HAND,
            doors: SENDING,
            sender: SuggestedSender::AskForList,
        },
        Self {
            key: "alerts",
            name: "Device or program that sends alerts",
            summary: "Sends notices by SMTP, for example from a camera, a thermostat or a monitor; cannot read mail.",
            limits: USUAL,
            doors: SENDING,
            sender: SuggestedSender::AccountAddresses,
        },
        Self {
            key: "script",
            name: "Script or scheduled job",
            summary: "Sends reports by SMTP, at most 300 in an hour, so that a loop does no harm; cannot read mail.",
            limits: BY_HAND,
            doors: SENDING,
            sender: SuggestedSender::AccountAddresses,
        },
        Self {
            key: "mail-imap",
            name: "Thunderbird or another mail program (IMAP)",
            summary: "Reads and sends mail by IMAP and SMTP, for example Thunderbird, K-9 Mail or Evolution.",
            limits: USUAL,
            doors: &[Door::Smtp, Door::Imap, Door::ManageSieve, Door::NginxMail, Door::Sasl],
            sender: SuggestedSender::AccountAddresses,
        },
        Self {
            key: "apple-mail",
            name: "iPhone, iPad or Mac (Apple Mail)",
            summary: "Reads and sends mail by IMAP and SMTP; a profile sets it up without typing.",
            limits: USUAL,
            doors: &[Door::Smtp, Door::Imap, Door::NginxMail, Door::Sasl],
            sender: SuggestedSender::AccountAddresses,
        },
        Self {
            key: "mail-pop",
            name: "Older mail program (POP3)",
            summary: "Fetches the inbox and sends mail, for example an older mail program or a mail collector.",
            limits: USUAL,
            doors: &[Door::Smtp, Door::Pop3, Door::NginxMail, Door::Sasl],
            sender: SuggestedSender::AccountAddresses,
        },
        Self {
            key: "crm",
            name: "CRM or ticket system (IMAP and SMTP)",
            summary: "Reads a mailbox by IMAP and answers by SMTP; no filters, no calendar.",
            limits: USUAL,
            doors: &[Door::Smtp, Door::Imap, Door::Sasl],
            sender: SuggestedSender::AskForList,
        },
        Self {
            key: "mailbox-reader",
            name: "Program that only reads a mailbox",
            summary: "Reads mail by IMAP, for example an archive or a search; cannot send.",
            limits: USUAL,
            doors: &[Door::Imap],
            sender: SuggestedSender::NotAsked,
        },
        Self {
            key: "outlook-2010",
            name: "Outlook 2010 or older",
            summary: "Outlook with an Exchange account: mail, calendar, address book and automatic set-up.",
            limits: USUAL,
            doors: &[Door::Mapi, Door::Ews, Door::Oab, Door::Autodiscover],
            sender: SuggestedSender::NotAsked,
        },
        Self {
            key: "exchange-web-services",
            name: "Backup or migration (Exchange Web Services)",
            summary: "A backup, CRM or migration program that works with mailboxes through Exchange Web Services.",
            limits: USUAL,
            doors: &[Door::Ews, Door::Autodiscover],
            sender: SuggestedSender::NotAsked,
        },
        Self {
            key: "phone",
            name: "Phone or tablet (Exchange ActiveSync)",
            summary: "The mail app of a phone that knows no modern sign-in: mail, calendar and contacts.",
            limits: USUAL,
            doors: &[Door::ActiveSync, Door::Autodiscover],
            sender: SuggestedSender::NotAsked,
        },
        Self {
            key: "calendar",
            name: "Calendar and contacts (CalDAV and CardDAV)",
            summary: "Reads and changes calendars and contacts; no mail.",
            limits: USUAL,
            doors: &[Door::Dav],
            sender: SuggestedSender::NotAsked,
        },
        Self {
            key: "files",
            name: "SharePoint or network drive",
            summary: "Opens files in SharePoint or over WebDAV; no mail.",
            limits: USUAL,
            doors: &[Door::SharePoint, Door::Dav],
            sender: SuggestedSender::NotAsked,
        },
        Self {
            key: "web-service",
            name: "Web service behind a proxy",
            summary: "A program that opens an internal web page or interface with a user name and a password.",
            limits: USUAL,
            doors: &[Door::Http, Door::ForwardAuth],
            sender: SuggestedSender::NotAsked,
        },
        Self {
            key: "ldap",
            name: "Program that signs in by LDAP",
            summary: "A program or device that checks a user name and a password by LDAP bind.",
            limits: USUAL,
            doors: &[Door::Ldap],
            sender: SuggestedSender::NotAsked,
        },
    ];

    /// The protocol scope.
    #[must_use]
    pub fn scope(&self) -> DoorSet {
        self.doors.iter().copied().collect()
    }

    /// The preset with that key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|preset| preset.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printers_and_scripts_come_with_limits_and_they_are_no_wider_than_usual() {
        for preset in Preset::ALL {
            let limited = matches!(preset.key, "printer" | "script");
            assert_eq!(preset.limits != Limits::default(), limited, "{}", preset.key);
            assert!(!preset.limits.exceed_the_usual(), "{}", preset.key);
        }
        let printer = Preset::from_key("printer").unwrap().limits;
        assert_eq!(
            (printer.messages_per_hour, printer.recipients_per_hour),
            (allowance(300), allowance(1000))
        );
        assert!(printer.messages_per_hour.is_some() && printer.recipients_per_hour.is_some());
    }

    #[test]
    fn every_preset_and_its_scope() {
        let lines: Vec<String> = Preset::ALL
            .iter()
            .map(|preset| format!("{}: {} ({})", preset.key, preset.name, preset.scope()))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        web-site: Web site that sends mail (smtp, sasl)
        printer: Printer or scanner (smtp, sasl)
        alerts: Device or program that sends alerts (smtp, sasl)
        script: Script or scheduled job (smtp, sasl)
        mail-imap: Thunderbird or another mail program (IMAP) (smtp, imap, managesieve, nginx-mail, sasl)
        apple-mail: iPhone, iPad or Mac (Apple Mail) (smtp, imap, nginx-mail, sasl)
        mail-pop: Older mail program (POP3) (smtp, pop3, nginx-mail, sasl)
        crm: CRM or ticket system (IMAP and SMTP) (smtp, imap, sasl)
        mailbox-reader: Program that only reads a mailbox (imap)
        outlook-2010: Outlook 2010 or older (ews, mapi, autodiscover, oab)
        exchange-web-services: Backup or migration (Exchange Web Services) (ews, autodiscover)
        phone: Phone or tablet (Exchange ActiveSync) (activesync, autodiscover)
        calendar: Calendar and contacts (CalDAV and CardDAV) (dav)
        files: SharePoint or network drive (dav, sharepoint)
        web-service: Web service behind a proxy (http, forward-auth)
        ldap: Program that signs in by LDAP (ldap)
        ");
    }

    #[test]
    fn presets_are_told_apart_and_grant_something_but_never_everything() {
        for preset in Preset::ALL {
            assert_eq!(Preset::from_key(preset.key), Some(preset), "two presets have the key {}", preset.key);
            assert_eq!(Preset::ALL.iter().filter(|other| other.name == preset.name).count(), 1);
            assert!(!preset.scope().is_empty() && preset.scope() != DoorSet::all());
            assert!(preset.summary.ends_with('.'), "{}", preset.key);
            let sends = preset.scope().contains(Door::Smtp);
            assert_eq!(sends, preset.sender != SuggestedSender::NotAsked, "{}", preset.key);
        }
        assert_eq!(Preset::from_key("everything"), None);
    }

    #[test]
    fn every_door_is_in_some_preset() {
        let all: DoorSet = Preset::ALL.iter().flat_map(|preset| preset.scope().iter()).collect();
        assert_eq!(all, DoorSet::all());
    }
}

//! What was typed into the form, and what it means.

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, GroupName};
use postern_domain::app_password::{AppPasswordName, Preset, Profile, SenderRestriction};
use postern_domain::door::{Door, DoorSet};
use postern_domain::impersonation::{DomainName, ImpersonationGrant, InvalidGrant};
use postern_domain::limits::Limits;
use postern_domain::network::{Networks, parse_network};
use postern_service::app_password::CreateAppPassword;

use crate::form::Fields;
use crate::portal::sign_in::sentence;
use crate::view::DoorView;

/// The purpose that is no preset.
const OWN_CHOICE: &str = "own";
const DAY: Duration = Duration::from_secs(86_400);

/// What is wrong with a field.
pub(super) struct Wrong {
    pub(super) field: &'static str,
    pub(super) text: String,
}

/// A preset as a choice.
pub(super) struct PresetView {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) chosen: bool,
}

/// What was typed, kept as it was, so that an error loses nothing.
pub(super) struct CreateForm {
    pub(super) name: String,
    pub(super) purpose: String,
    pub(super) presets: Vec<PresetView>,
    pub(super) doors: Vec<DoorView>,
    chosen_doors: DoorSet,
    pub(super) networks: String,
    pub(super) expiry: String,
    pub(super) expiry_date: String,
    pub(super) idle: String,
    pub(super) sender: String,
    pub(super) senders: String,
    /// For a service account that may act for others.
    pub(super) mailboxes: String,
}

impl CreateForm {
    /// The form before anything was typed.
    pub(super) fn empty(offered: DoorSet) -> Self {
        Self::read(&Fields::default(), offered)
    }

    pub(super) fn read(fields: &Fields, offered: DoorSet) -> Self {
        let purpose = fields.get("purpose").to_owned();
        let chosen_doors: DoorSet = fields.all("door").filter_map(|name| name.parse::<Door>().ok()).collect();
        let or = |name: &str, usual: &str| fields.find(name).unwrap_or(usual).to_owned();
        // A preset none of whose doors is offered here would make an app password that is good for nothing.
        let is_offered = |preset: &&Preset| preset.scope().iter().any(|door| offered.contains(door));
        let view = |preset: &Preset| PresetView {
            key: preset.key,
            name: preset.name,
            summary: preset.summary,
            chosen: preset.key == purpose,
        };
        Self {
            name: fields.get("name").to_owned(),
            presets: Preset::ALL.iter().filter(is_offered).map(view).collect(),
            doors: DoorView::choices(offered, chosen_doors),
            chosen_doors,
            purpose,
            networks: fields.get("networks").to_owned(),
            expiry: or("expiry", "never"),
            expiry_date: fields.get("expiry_date").to_owned(),
            idle: or("idle", "never"),
            sender: or("sender", "own"),
            senders: fields.get("senders").to_owned(),
            mailboxes: fields.get("mailboxes").to_owned(),
        }
    }

    pub(super) fn is_own_choice(&self) -> bool {
        self.purpose == OWN_CHOICE
    }

    /// What the form asks for, or everything that is wrong with it at once.
    pub(super) fn understood(
        &self,
        account: &Account,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<CreateAppPassword, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut note = |field, text: String| wrong.push(Wrong { field, text });
        let name = self.name.parse::<AppPasswordName>().map_err(|e| note("name", sentence(&e))).ok();
        let scope = self.scope().map_err(|text| note("purpose", text)).ok();
        let networks = self.networks().map_err(|text| note("networks", text)).ok();
        let expires_at = self.expires_at(now).map_err(|text| note("expiry", text)).ok();
        let idle_expiry = days(&self.idle).map_err(|text| note("idle", text)).ok();
        let sender = self.sender().map_err(|text| note("senders", text)).ok();
        let grant = self.grant().map_err(|text| note("mailboxes", text)).ok();
        match (name, scope, networks, expires_at, idle_expiry, sender, grant) {
            (
                Some(name),
                Some(scope),
                Some(networks),
                Some(expires_at),
                Some(idle_expiry),
                Some(sender),
                Some(grant),
            ) => Ok(CreateAppPassword {
                account: account.name.clone(),
                name,
                note: None,
                profile: Profile::Standard,
                scope,
                networks,
                expires_at,
                idle_expiry,
                sender,
                grant,
                limits: Preset::from_key(&self.purpose).map_or_else(Limits::default, |preset| preset.limits),
                from: Some(from),
            }),
            _ => Err(wrong),
        }
    }

    fn scope(&self) -> Result<DoorSet, String> {
        if let Some(preset) = Preset::from_key(&self.purpose) {
            return Ok(preset.scope());
        }
        if !self.is_own_choice() {
            return Err("Choose what the app password is for.".to_owned());
        }
        if self.chosen_doors.is_empty() {
            return Err("Tick at least one thing that the app password is good for.".to_owned());
        }
        Ok(self.chosen_doors)
    }

    fn networks(&self) -> Result<Networks, String> {
        let parsed: Result<Vec<_>, _> = entries(&self.networks).map(parse_network).collect();
        parsed.map(Networks::new).map_err(|error| sentence(&error))
    }

    /// An expiry by date holds through that day, in UTC.
    fn expires_at(&self, now: Timestamp) -> Result<Option<Timestamp>, String> {
        if self.expiry != "date" {
            return Ok(days(&self.expiry)?.map(|span| now.plus(span)));
        }
        let format = time::macros::format_description!("[year]-[month]-[day]");
        let day = time::Date::parse(self.expiry_date.trim(), format)
            .map_err(|_| "Write the last day as year-month-day, for example 2027-06-30.".to_owned())?;
        let start = day.midnight().assume_utc().unix_timestamp();
        Ok(Some(Timestamp::from_millis(start.saturating_mul(1000)).plus(DAY)))
    }

    /// The only mailboxes that it may act for: addresses, domains with an @ in front, groups. Empty: all that the account
    /// may.
    fn grant(&self) -> Result<Option<ImpersonationGrant>, String> {
        let (mut mailboxes, mut groups, mut domains) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries(&self.mailboxes) {
            if entry.starts_with('@') {
                domains.push(entry.parse::<DomainName>().map_err(|error| no_name(entry, &error))?);
            } else if entry.contains('@') {
                mailboxes.push(entry.parse::<AccountName>().map_err(|error| no_name(entry, &error))?);
            } else {
                groups.push(entry.parse::<GroupName>().map_err(|error| no_name(entry, &error))?);
            }
        }
        match ImpersonationGrant::named(mailboxes, groups, domains) {
            Ok(grant) => Ok(Some(grant)),
            Err(InvalidGrant::Empty) => Ok(None),
            Err(error) => Err(sentence(&error)),
        }
    }

    fn sender(&self) -> Result<SenderRestriction, String> {
        match self.sender.as_str() {
            "any" => Ok(SenderRestriction::Unrestricted),
            "list" => SenderRestriction::listed(entries(&self.senders)).map_err(|error| sentence(&error)),
            _ => Ok(SenderRestriction::AccountAddresses),
        }
    }
}

fn no_name(entry: &str, error: &dyn std::error::Error) -> String {
    format!("\u{201c}{entry}\u{201d}: {error}.")
}

/// A list as people type it: separated by commas, spaces or lines.
fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|entry| !entry.is_empty())
}

/// The spans that the form offers, in days.
const SPANS: [(&str, u32); 3] = [("30", 30), ("90", 90), ("365", 365)];

/// `never`, or one of [`SPANS`].
fn days(choice: &str) -> Result<Option<Duration>, String> {
    if choice == "never" {
        return Ok(None);
    }
    let offered = SPANS.iter().find(|(value, _)| *value == choice);
    let (_, days) = offered.ok_or_else(|| "Choose one of the spans offered.".to_owned())?;
    Ok(Some(DAY * *days))
}

/// The day after `now`, in UTC, as a date field wants it.
pub(super) fn tomorrow(now: Timestamp) -> String {
    now.plus(DAY).to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> CreateForm {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        CreateForm::read(&Fields::from(fields), DoorSet::all())
    }

    #[test]
    fn a_date_holds_through_its_day() {
        let now = Timestamp::from_millis(0);
        let until = |date: &str| form(&[("expiry", "date"), ("expiry_date", date)]).expires_at(now);
        assert_eq!(until("2027-06-30").unwrap().unwrap().to_string(), "2027-07-01T00:00:00Z");
        for wrong in ["", "30.6.2027", "2027-02-30", "tomorrow"] {
            assert!(until(wrong).is_err(), "{wrong}");
        }
        assert_eq!(form(&[("expiry", "90")]).expires_at(now).unwrap(), Some(now.plus(DAY * 90)));
        assert_eq!(form(&[]).expires_at(now).unwrap(), None);
    }

    #[test]
    fn mailboxes_are_addresses_domains_and_groups() {
        let grant = |text: &str| form(&[("mailboxes", text)]).grant();
        assert_eq!(grant(" \n"), Ok(None));
        let named = grant("Anna@example.test\n@example.org, sales").unwrap().unwrap();
        assert_eq!(named.to_string(), "anna@example.test; the group sales; the domain example.org");
        for wrong in ["a@b@c", "@", "*"] {
            assert!(grant(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_the_spans_offered_are_taken() {
        for (choice, span) in [("never", None), ("30", Some(DAY * 30)), ("365", Some(DAY * 365))] {
            assert_eq!(days(choice), Ok(span), "{choice}");
        }
        for other in ["5", "0", "+30", "030", "", "zzz", "date"] {
            assert_eq!(days(other), Err("Choose one of the spans offered.".to_owned()), "{other}");
        }
    }

    #[test]
    fn lists_are_read_as_people_type_them() {
        let typed = form(&[("networks", "192.0.2.7\r\n10.0.0.0/8, 2001:db8::/32;")]);
        assert_eq!(typed.networks().unwrap().to_string(), "10.0.0.0/8, 192.0.2.7/32, 2001:db8::/32");
        assert_eq!(
            form(&[("networks", "office")]).networks().unwrap_err(),
            "`office` is not a network: write an address (192.0.2.7) or a network (192.0.2.0/24, 2001:db8::/32)"
        );
        let listed =
            form(&[("sender", "list"), ("senders", "News@example.test @shop.example.test")]).sender();
        let expected = ["@shop.example.test".to_owned(), "news@example.test".to_owned()];
        assert_eq!(listed.unwrap(), SenderRestriction::Listed(expected.to_vec()));
        assert!(form(&[("sender", "list")]).sender().is_err());
    }

    #[test]
    fn a_purpose_must_be_chosen_and_grant_something() {
        assert_eq!(form(&[]).scope().unwrap_err(), "Choose what the app password is for.");
        assert!(form(&[("purpose", "own")]).scope().is_err());
        assert!(form(&[("purpose", "everything")]).scope().is_err());
        let own = form(&[("purpose", "own"), ("door", "smtp"), ("door", "imap"), ("door", "nonsense")]);
        assert_eq!(own.scope().unwrap().to_string(), "smtp, imap");
        assert!(form(&[("purpose", "printer"), ("door", "imap")]).scope().unwrap().contains(Door::Smtp));
    }
}

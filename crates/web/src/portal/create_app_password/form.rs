//! What was typed into the form, and what it means.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, GroupName};
use postern_domain::app_password::{AppPasswordName, Preset, Profile};
use postern_domain::door::{Door, DoorSet};
use postern_domain::impersonation::{DomainName, ImpersonationGrant, InvalidGrant};
use postern_domain::limits::Limits;
use postern_service::app_password::CreateAppPassword;

use crate::form::Fields;
use crate::portal::attributes;
use crate::portal::sign_in::sentence;
use crate::view::{DoorView, door_label};

/// The purpose that is no preset.
const OWN_CHOICE: &str = "own";

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
    pub(super) note: String,
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
    /// Where a program was refused; the first presets open that door.
    pub(super) refused_at: Option<&'static str>,
}

impl CreateForm {
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
            note: fields.get("note").to_owned(),
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
            refused_at: None,
        }
    }

    /// Puts the presets first that open a door, because a program was refused there.
    pub(super) fn put_first(&mut self, door: Door) {
        let opens = |preset: &PresetView| {
            Preset::from_key(preset.key).is_some_and(|preset| preset.scope().contains(door))
        };
        self.presets.sort_by_key(|preset| !opens(preset));
        self.refused_at = self.presets.first().filter(|preset| opens(preset)).map(|_| door_label(door));
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
        let its_note = attributes::note(&self.note).map_err(|text| note("note", text)).ok();
        let scope = self.scope().map_err(|text| note("purpose", text)).ok();
        let networks = attributes::networks(&self.networks).map_err(|text| note("networks", text)).ok();
        let expires_at = attributes::expires_at(&self.expiry, &self.expiry_date, now)
            .map_err(|text| note("expiry", text))
            .ok();
        let idle_expiry = attributes::span(&self.idle).map_err(|text| note("idle", text)).ok();
        let sender =
            attributes::sender(&self.sender, &self.senders).map_err(|text| note("senders", text)).ok();
        let grant = self.grant().map_err(|text| note("mailboxes", text)).ok();
        match (name, its_note, scope, networks, expires_at, idle_expiry, sender, grant) {
            (
                Some(name),
                Some(its_note),
                Some(scope),
                Some(networks),
                Some(expires_at),
                Some(idle_expiry),
                Some(sender),
                Some(grant),
            ) => Ok(CreateAppPassword {
                account: account.name.clone(),
                name,
                note: its_note,
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

    /// The only mailboxes that it may act for: addresses, domains with an @ in front, groups. Empty: all that the account
    /// may.
    fn grant(&self) -> Result<Option<ImpersonationGrant>, String> {
        let (mut mailboxes, mut groups, mut domains) = (Vec::new(), Vec::new(), Vec::new());
        for entry in attributes::entries(&self.mailboxes) {
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
}

fn no_name(entry: &str, error: &dyn std::error::Error) -> String {
    format!("\u{201c}{entry}\u{201d}: {error}.")
}

/// The day after `now`, in UTC, as a date field wants it.
pub(in crate::portal) fn tomorrow(now: Timestamp) -> String {
    now.plus(attributes::DAY).to_string().chars().take(10).collect()
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
    fn a_purpose_must_be_chosen_and_grant_something() {
        assert_eq!(form(&[]).scope().unwrap_err(), "Choose what the app password is for.");
        assert!(form(&[("purpose", "own")]).scope().is_err());
        assert!(form(&[("purpose", "everything")]).scope().is_err());
        let own = form(&[("purpose", "own"), ("door", "smtp"), ("door", "imap"), ("door", "nonsense")]);
        assert_eq!(own.scope().unwrap().to_string(), "smtp, imap");
        assert!(form(&[("purpose", "printer"), ("door", "imap")]).scope().unwrap().contains(Door::Smtp));
    }
}

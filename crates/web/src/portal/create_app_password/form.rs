//! What was typed into the form, and what it means.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, GroupName};
use postern_domain::app_password::{AppPasswordName, CompatibleProfiles, Preset, Profile};
use postern_domain::door::{Door, DoorSet};
use postern_domain::impersonation::{DomainName, ImpersonationGrant, InvalidGrant};
use postern_domain::limits::Limits;
use postern_service::app_password::CreateAppPassword;

use crate::form::Fields;
use crate::portal::attributes::{self, LIMITS, Wrong};
use crate::portal::policy::{self, Choice, Policy};
use crate::portal::sign_in::sentence;
use crate::view::{DoorView, ProfileView, door_label};

/// The purpose that is no preset.
const OWN_CHOICE: &str = "own";

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
    /// The forms of the secret that there are to choose; none: the standard one it is.
    pub(super) profiles: Vec<ProfileView>,
    /// What was chosen among them, as it was sent.
    profile: String,
    /// What the settings ask for.
    pub(super) policy: Policy,
    pub(super) networks: String,
    pub(super) expiries: Vec<Choice>,
    pub(super) expiry: String,
    pub(super) expiry_date: String,
    pub(super) idles: Vec<Choice>,
    pub(super) idle: String,
    pub(super) sender: String,
    pub(super) senders: String,
    /// For a service account that may act for others.
    pub(super) mailboxes: String,
    /// The fields of the limits: name, label, value.
    pub(super) limits: Vec<(&'static str, &'static str, String)>,
    /// For somebody else: it is understood who knows the secret then.
    pub(super) known: bool,
    /// Where a program was refused; the first presets open that door.
    pub(super) refused_at: Option<&'static str>,
    /// What the link that led here put into the form.
    pub(super) prefilled: Option<String>,
}

impl CreateForm {
    pub(super) fn read(fields: &Fields, policy: Policy) -> Self {
        let purpose = fields.get("purpose").to_owned();
        let chosen_doors: DoorSet = fields.all("door").filter_map(|name| name.parse::<Door>().ok()).collect();
        let text = |name: &str| fields.get(name).to_owned();
        // A preset of which nothing is offered would make an app password that is good for nothing.
        let is_offered = |preset: &&Preset| !granted(preset, policy.doors).is_empty();
        let view = |preset: &Preset| PresetView {
            key: preset.key,
            name: preset.name,
            summary: preset.summary,
            chosen: preset.key == purpose,
        };
        let presets = Preset::ALL.iter().filter(is_offered).map(view).collect();
        let profile = fields.find("profile").unwrap_or(Profile::Standard.name()).to_owned();
        let (expiries, usual_expiry) = policy.expiries();
        let (mut idles, usual_idle) = policy.idles();
        let idle = fields.find("idle").map_or(usual_idle, str::to_owned);
        // Another app password's may be a span that is not offered otherwise.
        if let Some(span) = attributes::span(&idle).ok().flatten()
            && !idles.iter().any(|(value, _)| *value == idle)
        {
            idles.push((idle.clone(), policy::words(span)));
        }
        Self {
            name: text("name"),
            note: text("note"),
            presets,
            doors: DoorView::choices(policy.doors, chosen_doors),
            chosen_doors,
            profiles: profiles(policy.compatible_profiles, &profile),
            profile,
            purpose,
            policy,
            networks: text("networks"),
            expiries,
            expiry: fields.find("expiry").map_or(usual_expiry, str::to_owned),
            expiry_date: text("expiry_date"),
            idles,
            idle,
            sender: fields.find("sender").unwrap_or("own").to_owned(),
            senders: text("senders"),
            mailboxes: text("mailboxes"),
            limits: LIMITS.iter().map(|(field, label)| (*field, *label, text(field))).collect(),
            known: fields.find("known").is_some(),
            refused_at: None,
            prefilled: None,
        }
    }

    /// Puts the presets first that open a door, because a program was refused there.
    pub(super) fn put_first(&mut self, door: Door) {
        let offered = self.policy.doors;
        let opens = |preset: &PresetView| {
            Preset::from_key(preset.key).is_some_and(|preset| granted(preset, offered).contains(door))
        };
        self.presets.sort_by_key(|preset| !opens(preset));
        self.refused_at = self.presets.first().filter(|preset| opens(preset)).map(|_| door_label(door));
    }

    pub(super) fn is_own_choice(&self) -> bool {
        self.purpose == OWN_CHOICE
    }

    /// Whether a limit was typed.
    pub(super) fn has_limits(&self) -> bool {
        self.limits.iter().any(|(_, _, typed)| !typed.is_empty())
    }

    /// What the form asks for, or everything that is wrong with it at once.
    pub(super) fn understood(
        &self,
        fields: &Fields,
        account: &Account,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<CreateAppPassword, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut note = |field, text: String| wrong.push(Wrong { field, text });
        let name = self.name.parse::<AppPasswordName>().map_err(|e| note("name", sentence(&e))).ok();
        let its_note = attributes::note(&self.note).map_err(|text| note("note", text)).ok();
        let scope = self.scope().map_err(|text| note("doors", text)).ok();
        let profile = Profile::from_name(&self.profile)
            .ok_or_else(|| note("profile", "Choose one of the forms offered.".to_owned()))
            .ok();
        let networks = attributes::networks(&self.networks).map_err(|text| note("networks", text)).ok();
        let expires_at = attributes::expires_at(&self.expiry, &self.expiry_date, now)
            .map_err(|text| note("expiry", text))
            .ok();
        let idle_expiry = attributes::span(&self.idle).map_err(|text| note("idle", text)).ok();
        let sender =
            attributes::sender(&self.sender, &self.senders).map_err(|text| note("senders", text)).ok();
        let grant = self.grant().map_err(|text| note("mailboxes", text)).ok();
        let usual = Preset::from_key(&self.purpose).map_or_else(Limits::default, |preset| preset.limits);
        let limits = attributes::limits(fields, usual).map_err(|text| note("limits", text)).ok();
        let new = || {
            Some(CreateAppPassword {
                account: account.name.clone(),
                name: name?,
                note: its_note?,
                profile: profile?,
                scope: scope?,
                networks: networks?,
                expires_at: expires_at?,
                idle_expiry: idle_expiry?,
                sender: sender?,
                grant: grant?,
                limits: limits?,
                from: Some(from),
            })
        };
        new().ok_or(wrong)
    }

    fn scope(&self) -> Result<DoorSet, String> {
        if let Some(preset) = Preset::from_key(&self.purpose) {
            let scope = granted(preset, self.policy.doors);
            if scope.is_empty() {
                return Err(policy::not_allowed(preset.scope()));
            }
            return Ok(scope);
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

/// The forms of the secret, where there is a choice. A form that is chosen and not offered leaves the choice to the standard
/// one, beside which the refusal stands.
fn profiles(offered: CompatibleProfiles, chosen: &str) -> Vec<ProfileView> {
    let chosen = Profile::from_name(chosen);
    if offered.is_empty() && chosen == Some(Profile::Standard) {
        return Vec::new();
    }
    let allowed = chosen.filter(|profile| offered.allow(*profile));
    ProfileView::choices(offered, allowed.unwrap_or(Profile::Standard))
}

/// What a preset is good for here: of its doors those that there are and that the settings allow.
fn granted(preset: &Preset, offered: DoorSet) -> DoorSet {
    preset.scope().iter().filter(|door| offered.contains(*door)).collect()
}

fn no_name(entry: &str, error: &dyn std::error::Error) -> String {
    format!("\u{201c}{entry}\u{201d}: {error}.")
}

#[cfg(test)]
mod tests {
    use postern_domain::setting::Settings;

    use super::*;

    fn form(fields: &[(&str, &str)]) -> CreateForm {
        form_under(&Settings::default(), DoorSet::all(), fields)
    }

    fn form_under(settings: &Settings, offered: DoorSet, fields: &[(&str, &str)]) -> CreateForm {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let policy = Policy::new(settings, offered, Timestamp::from_millis(0));
        CreateForm::read(&Fields::from(fields), policy)
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

    #[test]
    fn a_preset_is_good_for_what_is_offered_and_allowed_and_left_out_where_that_is_nothing() {
        let offered = DoorSet::from_iter([Door::Smtp, Door::Imap, Door::Pop3]);
        let settings = Settings {
            allowed_scopes: DoorSet::from_iter([Door::Smtp, Door::Imap, Door::Ews]),
            ..Settings::default()
        };
        let form = |purpose| form_under(&settings, offered, &[("purpose", purpose)]);
        let keys: Vec<_> = form("").presets.iter().map(|preset| preset.key).collect();
        let sending = ["web-site", "printer", "alerts", "script"];
        let reading = ["mail-imap", "apple-mail", "mail-pop", "crm", "mailbox-reader"];
        assert_eq!(keys, [&sending[..], &reading[..]].concat());
        for (purpose, scope) in [("web-site", "smtp"), ("mail-imap", "smtp, imap"), ("mail-pop", "smtp")] {
            assert_eq!(form(purpose).scope().unwrap().to_string(), scope, "{purpose}");
        }
        let doors: Vec<_> = form("").doors.iter().map(|door| door.name).collect();
        assert_eq!(doors, ["smtp", "imap"]);
        assert_eq!(
            form("").policy.doors_missing.as_deref(),
            Some("Your organization allows no new app password for: Fetch mail (POP3).")
        );
        assert_eq!(
            form("ldap").scope().unwrap_err(),
            "Your organization allows no new app password for: Directory (LDAP)."
        );
    }
}

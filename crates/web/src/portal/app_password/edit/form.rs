//! What was typed into the form, and what it changes.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::app_password::{AppPassword, AppPasswordName};
use postern_domain::door::{Door, DoorSet};
use postern_domain::limits::Limits;
use postern_service::app_password::ChangeAppPassword;
use serde::Deserialize;

use crate::form::Fields;
use crate::portal::attributes::{self, LIMITS, Wrong, limit_values, network_lines, sender_fields};
use crate::portal::policy::Policy;
use crate::portal::sign_in::sentence;
use crate::view::{DoorView, door_label};

/// The choice that leaves an expiry as it is.
const KEEP: &str = "keep";

/// What was typed, kept as it was, so that an error loses nothing.
pub(super) struct EditForm {
    pub(super) name: String,
    pub(super) note: String,
    pub(super) doors: Vec<DoorView>,
    /// The doors that are ticked, and those of its scope that nobody is offered here.
    scope: DoorSet,
    pub(super) networks: String,
    pub(super) expiry: String,
    pub(super) expiry_date: String,
    pub(super) idle: String,
    pub(super) sender: &'static str,
    pub(super) senders: String,
    /// The fields of the limits: name, label, value.
    pub(super) limits: Vec<(&'static str, &'static str, String)>,
}

impl EditForm {
    /// The form with what holds now.
    pub(super) fn of(app_password: &AppPassword, offered: DoorSet) -> Self {
        let (sender, senders) = sender_fields(&app_password.sender);
        Self {
            name: app_password.name.to_string(),
            note: app_password.note.as_ref().map_or_else(String::new, ToString::to_string),
            doors: choices(app_password, offered, app_password.scope),
            scope: app_password.scope,
            networks: network_lines(&app_password.networks),
            expiry: KEEP.to_owned(),
            expiry_date: String::new(),
            idle: KEEP.to_owned(),
            sender,
            senders,
            limits: limit_values(&app_password.limits).collect(),
        }
    }

    pub(super) fn read(fields: &Fields, app_password: &AppPassword, offered: DoorSet) -> Self {
        let ticked: DoorSet = fields.all("door").filter_map(|name| name.parse::<Door>().ok()).collect();
        // What is not offered here cannot be ticked, and stays.
        let unseen = app_password.scope.iter().filter(|door| !offered.contains(*door));
        let unseen: Vec<Door> = unseen.filter(|_| !shows_all(app_password, offered)).collect();
        let text = |name: &str| fields.get(name).to_owned();
        Self {
            name: text("name"),
            note: text("note"),
            doors: choices(app_password, offered, ticked),
            scope: ticked.iter().chain(unseen).collect(),
            networks: text("networks"),
            expiry: text("expiry"),
            expiry_date: text("expiry_date"),
            idle: text("idle"),
            sender: ["any", "list"].into_iter().find(|each| *each == fields.get("sender")).unwrap_or("own"),
            senders: text("senders"),
            limits: LIMITS.iter().map(|(field, label)| (*field, *label, text(field))).collect(),
        }
    }

    /// What is to change, or everything that is wrong with it at once.
    pub(super) fn understood(
        &self,
        fields: &Fields,
        now: Timestamp,
    ) -> Result<ChangeAppPassword, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut note = |field, text: String| wrong.push(Wrong { field, text });
        let name = self.name.parse::<AppPasswordName>().map_err(|error| sentence(&error));
        let expiry = match self.expiry.as_str() {
            KEEP => Ok(None),
            choice => attributes::expires_at(choice, &self.expiry_date, now).map(Some),
        };
        let idle = match self.idle.as_str() {
            KEEP => Ok(None),
            choice => attributes::span(choice).map(Some),
        };
        let change = ChangeAppPassword {
            name: name.map_err(|text| note("name", text)).ok(),
            note: attributes::note(&self.note).map_err(|text| note("note", text)).ok(),
            scope: Some(self.scope),
            networks: attributes::networks(&self.networks).map_err(|text| note("networks", text)).ok(),
            expires_at: expiry.map_err(|text| note("expiry", text)).ok().flatten(),
            idle_expiry: idle.map_err(|text| note("idle", text)).ok().flatten(),
            sender: attributes::sender(self.sender, &self.senders).map_err(|text| note("senders", text)).ok(),
            limits: attributes::limits(fields, Limits::default()).map_err(|text| note("limits", text)).ok(),
        };
        if self.scope.is_empty() {
            note("doors", "Tick at least one thing that the app password is good for.".to_owned());
        }
        if wrong.is_empty() { Ok(change) } else { Err(wrong) }
    }
}

/// An app password for nothing that is offered here shows all it is good for, or there would be nothing to tick.
fn shows_all(app_password: &AppPassword, offered: DoorSet) -> bool {
    !app_password.scope.iter().any(|door| offered.contains(door))
}

fn choices(app_password: &AppPassword, offered: DoorSet, chosen: DoorSet) -> Vec<DoorView> {
    let shown = if shows_all(app_password, offered) {
        offered.iter().chain(app_password.scope.iter()).collect()
    } else {
        offered
    };
    DoorView::choices(shown, chosen)
}

/// What a link puts into the form: the one thing to do after a refusal.
#[derive(Deserialize)]
pub(crate) struct Prefill {
    /// A network that is added.
    network: Option<IpAddr>,
    /// A door that is added.
    door: Option<String>,
    /// It is renewed.
    renew: Option<String>,
}

impl Prefill {
    /// Puts it into the form, and says what.
    pub(super) fn into_form(
        self,
        form: &mut EditForm,
        app_password: &AppPassword,
        policy: &Policy,
        now: Timestamp,
    ) -> Option<String> {
        if let Some(address) = self.network {
            // From anywhere is wider than from there too.
            if !form.networks.is_empty() {
                form.networks = format!("{}\n{address}", form.networks);
            }
            return Some(format!("The address {address} is added to the networks. Is it yours? Then save."));
        }
        if let Some(door) = self.door.and_then(|name| name.parse::<Door>().ok()) {
            let tick = form.doors.iter_mut().find(|each| each.name == door.name())?;
            tick.chosen = true;
            return Some(format!(
                "\u{201c}{}\u{201d} is ticked. Does the program need it? Then save.",
                door_label(door)
            ));
        }
        self.renew.map(|_| {
            let [expiry, idle] = policy.renewals();
            if app_password.expires_at.is_some_and(|at| at <= now) {
                form.expiry = expiry;
            }
            if app_password.idle_expired_at(now).is_some() {
                form.idle = idle;
            }
            "It is renewed for as long as stands below, unless you choose otherwise. Is the program still to go on? Then save."
                .to_owned()
        })
    }
}

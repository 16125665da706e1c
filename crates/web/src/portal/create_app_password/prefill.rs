//! What a link puts into the form: the one thing to do after a refusal.

use postern_domain::Timestamp;
use postern_domain::app_password::{AppPassword, Profile};
use postern_domain::door::{Door, DoorSet};
use postern_domain::impersonation::ImpersonationGrant;
use serde::Deserialize;

use super::Whose;
use super::form::CreateForm;
use crate::answer::Stop;
use crate::form::Fields;
use crate::portal::Portal;
use crate::portal::app_password::find;
use crate::portal::attributes::{DAY, limit_values, network_lines, sender_fields};
use crate::portal::policy::{Policy, day, value, words};
use crate::session::Inside;
use crate::view::{door_label, profile_title};

/// What the address of the form may say. A value that means nothing says nothing.
#[derive(Deserialize, Default)]
pub(crate) struct Prefill {
    /// The door at which a program was refused.
    door: Option<String>,
    /// An app password that is over and whose place the new one takes.
    like: Option<String>,
}

impl Prefill {
    /// The form before anything was typed.
    pub(super) async fn form(
        &self,
        portal: &Portal,
        inside: &Inside,
        whose: &Whose,
    ) -> Result<CreateForm, Stop> {
        let policy = whose.policy(portal);
        let mut form = match &self.like {
            Some(id) => {
                let other = find(portal, inside, id).await?.0;
                let (fields, prefilled) = like(&other, &policy, portal.now());
                let mut form = CreateForm::read(&Fields::from(fields), policy);
                form.prefilled = Some(prefilled);
                form
            }
            None => CreateForm::read(&Fields::default(), policy),
        };
        if let Some(door) = self.door.as_deref().and_then(|name| name.parse::<Door>().ok()) {
            form.put_first(door);
        }
        Ok(form)
    }
}

/// The fields that say what another app password is, and the words for what became of them. Its name is free again when it
/// is revoked. Nothing of it is left out that would make the new one wider.
fn like(other: &AppPassword, policy: &Policy, now: Timestamp) -> (Vec<(String, String)>, String) {
    let (sender, senders) = sender_fields(&other.sender);
    let mut fields = vec![
        ("name", other.name.to_string()),
        ("note", other.note.as_ref().map_or_else(String::new, ToString::to_string)),
        ("purpose", "own".to_owned()),
        ("profile", profile_like(other, policy).name().to_owned()),
        ("networks", network_lines(&other.networks)),
        ("sender", sender.to_owned()),
        ("senders", senders),
        ("mailboxes", other.grant.as_ref().map_or_else(String::new, grant_lines)),
        ("idle", policy.idle_like(other.idle_expiry)),
    ];
    fields.extend(expiry_like(other, policy, now));
    fields.extend(other.scope.iter().map(|door| ("door", door.name().to_owned())));
    fields.extend(limit_values(&other.limits).map(|(field, _, shown)| (field, shown)));
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    (fields, said(other, policy))
}

/// The form of the other one's secret, for the device is likely to be the same, where that is offered.
fn profile_like(other: &AppPassword, policy: &Policy) -> Profile {
    Some(other.profile)
        .filter(|profile| policy.compatible_profiles.allow(*profile))
        .unwrap_or(Profile::Standard)
}

/// As long ahead as the other one's was when it was created, or less where the settings want that.
fn expiry_like(
    other: &AppPassword,
    policy: &Policy,
    now: Timestamp,
) -> impl Iterator<Item = (&'static str, String)> {
    let life = other.expires_at.map(|at| at.since(other.created.at));
    let (offered, usual) = policy.expiries();
    let fields = match life {
        None => vec![("expiry", usual)],
        Some(life) if offered.iter().any(|(offered, _)| *offered == value(life)) => {
            vec![("expiry", value(life))]
        }
        // A day that is named holds through it, so the last whole one.
        Some(life) => {
            let last = day(now.plus(life.saturating_sub(DAY)));
            let last = policy.last_day.clone().map_or(last.clone(), |longest| longest.min(last));
            vec![("expiry", "date".to_owned()), ("expiry_date", last)]
        }
    };
    fields.into_iter()
}

/// What the form was filled in with, and what could not be.
fn said(other: &AppPassword, policy: &Policy) -> String {
    let missing: DoorSet = other.scope.iter().filter(|door| !policy.doors.contains(*door)).collect();
    let mut text = format!("Filled in as \u{201c}{}\u{201d} is.", other.name);
    if let Some(life) = other.expires_at.map(|at| at.since(other.created.at)) {
        text.push_str(&format!(" Its expiry was {} ahead, and begins anew.", words(life)));
    }
    if !missing.is_empty() {
        let labels: Vec<_> = missing.iter().map(door_label).collect();
        text.push_str(&format!(" Left out, as it is not offered: {}.", labels.join(", ")));
    }
    if profile_like(other, policy) != other.profile {
        let title = profile_title(other.profile);
        text.push_str(&format!(" Its secret had a form that is not offered: {title}."));
    }
    text
}

/// A grant as the form takes it. Every mailbox of the account's grant: nothing narrowed.
fn grant_lines(grant: &ImpersonationGrant) -> String {
    let ImpersonationGrant::Named(named) = grant else { return String::new() };
    let mailboxes = named.mailboxes().iter().map(ToString::to_string);
    let groups = named.groups().iter().map(ToString::to_string);
    let domains = named.domains().iter().map(|domain| format!("@{domain}"));
    mailboxes.chain(groups).chain(domains).collect::<Vec<_>>().join("\n")
}

//! Create an app password for a service account, or, after confirming what that means, for a person.

use axum::extract::{Path, State};
use postern_domain::account::{Account, AccountKind};
use postern_domain::app_password::{Profile, SenderRestriction};
use postern_domain::door::{Door, DoorSet};
use postern_domain::limits::Limits;
use postern_domain::network::{Networks, parse_network};
use postern_service::app_password::{AppPasswordError, CreateAppPassword};

use super::{find, path_of};
use crate::admin::form::{self, Field, Form, Kind, Wrong};
use crate::answer::Answer;
use crate::form::{Checked, Fields};
use crate::once::NONCE_FIELD;
use crate::page::go;
use crate::portal::{Portal, sentence, shown_once, step_up};
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::DoorView;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    form::page(&portal, &inside, question(&portal, &account, &Fields::default(), None))
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let again = |inside: &Inside, error| {
        form::page(&portal, inside, question(&portal, &account, &fields, Some(error)))
    };
    let on_behalf = account.kind == AccountKind::Person;
    if on_behalf && fields.find("known").is_none() {
        let text = "Confirm that you will know the secret, or let the owner create it.".to_owned();
        return again(&inside, Wrong { field: "known", text });
    }
    let new = match typed(&portal, &account, &fields, &inside) {
        Ok(new) => new,
        Err(error) => return again(&inside, error),
    };
    let action = format!("{}/app-passwords/new", path_of(&account));
    let inside = step_up::confirm(&portal, inside, &fields, &action).await?;
    let number = fields.get(NONCE_FIELD);
    if !portal.used_forms.take(inside.account().id, number) {
        return Ok(go(&format!("{}?done=created-already", path_of(&account))));
    }
    let created = if on_behalf {
        portal.service.create_app_password_on_behalf(inside.by(), new).await
    } else {
        portal.service.create_app_password(inside.by(), new).await
    };
    let error = match created {
        Ok(created) => return shown_once(&portal, &inside, &created, &account, Some("own")),
        Err(error) => error,
    };
    portal.used_forms.give_back(inside.account().id, number);
    match error {
        AppPasswordError::Failure(failure) => Err(failure.into()),
        AppPasswordError::NotAllowed => Err(Problem::NotAllowed.into()),
        AppPasswordError::StepUpNeeded => step_up::ask(&portal, &inside, &fields, &action).await,
        error => Ok(again(&inside, Wrong { field: field_of(&error), text: sentence(&error) })?),
    }
}

/// The field that an error is about, as far as it is one's.
fn field_of(error: &AppPasswordError) -> &'static str {
    match error {
        AppPasswordError::NameTaken => "name",
        AppPasswordError::ScopeNotAllowed { .. } | AppPasswordError::EmptyScope => "door",
        AppPasswordError::NetworksNeeded | AppPasswordError::TooManyNetworks { .. } => "networks",
        AppPasswordError::ExpiryNeeded { .. } | AppPasswordError::ExpiryInThePast => "days",
        _ => "",
    }
}

fn typed(
    portal: &Portal,
    account: &Account,
    fields: &Fields,
    inside: &Inside,
) -> Result<CreateAppPassword, Wrong> {
    let doors: Result<DoorSet, _> = fields.all("door").map(str::parse::<Door>).collect();
    let networks = fields.get("networks").lines().map(str::trim).filter(|line| !line.is_empty());
    let networks: Result<Vec<_>, _> = networks.map(parse_network).collect();
    let days = fields.get("days").trim();
    let days = match days {
        "" => None,
        days => Some(days.parse::<u32>().map_err(|_| not_days())?),
    };
    let span = |days: u32| std::time::Duration::from_secs(u64::from(days) * 86_400);
    Ok(CreateAppPassword {
        account: account.name.clone(),
        name: fields.get("name").parse().map_err(Wrong::at("name"))?,
        note: None,
        profile: Profile::Standard,
        scope: doors.map_err(Wrong::at("door"))?,
        networks: Networks::new(networks.map_err(Wrong::at("networks"))?),
        expires_at: days.map(|days| portal.now().plus(span(days))),
        idle_expiry: None,
        sender: SenderRestriction::AccountAddresses,
        grant: None,
        limits: Limits::default(),
        from: Some(inside.visit.address),
    })
}

fn not_days() -> Wrong {
    Wrong { field: "days", text: "Not a number of days: write digits only, for example 90.".to_owned() }
}

fn question(portal: &Portal, account: &Account, fields: &Fields, error: Option<Wrong>) -> Form {
    let chosen: DoorSet = fields.all("door").filter_map(|door| door.parse::<Door>().ok()).collect();
    let doors = DoorView::choices(portal.config.doors, chosen);
    let doors =
        doors.into_iter().map(|door| (door.name.to_owned(), door.label.to_owned(), door.chosen)).collect();
    let mut form_fields = vec![
        Field::text("name", "Name", "What it is for: 8 to 64 characters.", fields.get("name").to_owned()),
        Field { name: "door", label: "Good for", help: "", value: String::new(), kind: Kind::Ticks(doors) },
        Field::lines(
            "networks",
            "Networks",
            "From where it may be used, one on each line; empty: from anywhere.",
            fields.get("networks").to_owned(),
        ),
        Field::text("days", "Expires after so many days", "Empty: never.", fields.get("days").to_owned()),
    ];
    let person = account.kind == AccountKind::Person;
    if person {
        form_fields.push(Field::tick(
            "known",
            "I understand that I will know this secret",
            "The record says that it was shown to you, and the owner is told. Where the owner can do it, let them.",
            fields.find("known").is_some(),
        ));
    }
    Form {
        title: format!("Create an app password for {}", account.name),
        lead: if person {
            "Owners create their own on Security info, and nobody else knows the secret then.".to_owned()
        } else {
            "Its secret is shown once, to you.".to_owned()
        },
        action: format!("{}/app-passwords/new", path_of(account)),
        back: (path_of(account), account.name.to_string()),
        button: "Create",
        is_grave: false,
        fields: form_fields,
        error,
        number: Some(portal.form_number()),
    }
}

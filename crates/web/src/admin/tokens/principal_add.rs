//! Add a service principal; its secret is shown once.

use axum::extract::State;
use postern_domain::api_token::{Scope, Scopes};
use postern_service::api::{AddServicePrincipal, ServicePrincipalError};

use super::principal::{ends, lives, shown_once};
use super::stop;
use crate::admin::form::{self, Field, Form, Kind, Wrong};
use crate::admin::paths;
use crate::answer::Answer;
use crate::form::{Checked, Fields};
use crate::once::NONCE_FIELD;
use crate::page::go;
use crate::portal::sign_in::sentence;
use crate::portal::{Portal, step_up, typed_networks};
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    form::page_in(&portal, &inside, paths::TOKENS, question(&portal, &inside, &Fields::default(), None))
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let again = |inside: &Inside, error| {
        form::page_in(&portal, inside, paths::TOKENS, question(&portal, inside, &fields, Some(error)))
    };
    let new = match typed(&portal, &fields) {
        Ok(new) => new,
        Err(error) => return again(&inside, error),
    };
    let inside = step_up::confirm(&portal, inside, &fields, paths::ADD_PRINCIPAL).await?;
    let (account, number) = (inside.account().id, fields.get(NONCE_FIELD));
    if !portal.used_forms.take(account, number)? {
        return Ok(go(&format!("{}?done=made-already", paths::TOKENS)));
    }
    let error = match portal.service.add_service_principal(inside.by(), new).await {
        Ok(added) => return shown_once(&portal, &inside, &added),
        Err(error) => error,
    };
    portal.used_forms.give_back(account, number);
    match error {
        ServicePrincipalError::StepUpNeeded => {
            step_up::ask(&portal, &inside, &fields, paths::ADD_PRINCIPAL).await
        }
        error @ (ServicePrincipalError::Failure(_) | ServicePrincipalError::NotAllowed) => Err(stop(error)),
        error => again(&inside, Wrong { field: field_of(&error), text: sentence(&error) }),
    }
}

/// The field that an error is about, as far as it is one's.
fn field_of(error: &ServicePrincipalError) -> &'static str {
    match error {
        ServicePrincipalError::NameTaken => "name",
        ServicePrincipalError::NoPermission | ServicePrincipalError::NothingOwn { .. } => "scope",
        ServicePrincipalError::TooManyNetworks { .. } => "networks",
        ServicePrincipalError::ExpiryInThePast => "life",
        _ => "",
    }
}

fn typed(portal: &Portal, fields: &Fields) -> Result<AddServicePrincipal, Wrong> {
    let name = fields.get("name").parse();
    let scopes: Option<Scopes> = fields.all("scope").map(Scope::from_name).collect();
    let networks = typed_networks(fields.get("networks"));
    Ok(AddServicePrincipal {
        name: name.map_err(Wrong::at("name"))?,
        scopes: scopes.ok_or("choose among the permissions that are offered").map_err(Wrong::at("scope"))?,
        networks: networks.map_err(|text| Wrong { field: "networks", text })?,
        secret_expires_at: ends(portal, fields.get("life"))
            .ok_or("choose when the secret ends")
            .map_err(Wrong::at("life"))?,
    })
}

fn question(portal: &Portal, inside: &Inside, fields: &Fields, error: Option<Wrong>) -> Form {
    let role = inside.account().role;
    let offered =
        Scope::all().filter(|scope| matches!(scope, Scope::For(permission) if role.may(*permission)));
    let scopes = offered.map(|scope| {
        let chosen = fields.all("scope").any(|name| name == scope.name());
        (scope.name().to_owned(), format!("{} ({})", scope.words(), scope.name()), chosen)
    });
    Form {
        title: "Add a service principal".to_owned(),
        lead: "A program with permissions of its own at the API. It gets access tokens for its client secret, each good for an hour."
            .to_owned(),
        action: paths::ADD_PRINCIPAL.to_owned(),
        back: (paths::TOKENS.to_owned(), "Tokens".to_owned()),
        button: "Add it",
        is_grave: false,
        fields: vec![
            Field::text(
                "name",
                "Name",
                "It stands in the audit log beside everything that the program does.",
                fields.get("name").to_owned(),
            ),
            Field {
                name: "scope",
                label: "It may",
                help: "As little as it needs.",
                value: String::new(),
                kind: Kind::Ticks(scopes.collect()),
            },
            Field::lines(
                "networks",
                "Networks",
                "From where it may ask, one on each line; empty: from anywhere.",
                fields.get("networks").to_owned(),
            ),
            Field::select("life", "The secret ends", "Before that, give it a new one.", lives(fields.get("life"))),
        ],
        error,
        number: Some(portal.form_number()),
    }
}

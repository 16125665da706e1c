//! Give a service principal a new secret, which is shown once.

use axum::extract::{Path, State};
use postern_domain::api_token::TokenName;
use postern_domain::id::ServicePrincipalId;
use postern_service::api::ServicePrincipalError;

use super::principal::{ends, lives, shown_once};
use super::stop;
use crate::admin::form::{self, Field, Form, Wrong};
use crate::admin::paths;
use crate::answer::Answer;
use crate::form::{Checked, Fields};
use crate::once::NONCE_FIELD;
use crate::page::go;
use crate::portal::{Portal, step_up};
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let id: ServicePrincipalId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    let principal = portal.service.show_service_principal(inside.by(), id).await.map_err(stop)?;
    let question = question(&portal, id, &principal.name, &Fields::default(), None);
    form::page_in(&portal, &inside, paths::TOKENS, question)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let id: ServicePrincipalId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    let action = paths::of_id(paths::ROTATE_PRINCIPAL, &id);
    let principal = portal.service.show_service_principal(inside.by(), id).await.map_err(stop)?;
    let again = |inside: &Inside, error| {
        let question = question(&portal, id, &principal.name, &fields, Some(error));
        form::page_in(&portal, inside, paths::TOKENS, question)
    };
    let Some(expires_at) = ends(&portal, fields.get("life")) else {
        return again(&inside, Wrong::at("life")("choose when the secret ends"));
    };
    let inside = step_up::confirm(&portal, inside, &fields, &action).await?;
    let (account, number) = (inside.account().id, fields.get(NONCE_FIELD));
    if !portal.used_forms.take(account, number)? {
        return Ok(go(&format!("{}?done=made-already", paths::TOKENS)));
    }
    let error = match portal.service.rotate_client_secret(inside.by(), id, expires_at).await {
        Ok(added) => return shown_once(&portal, &inside, &added),
        Err(error) => error,
    };
    portal.used_forms.give_back(account, number);
    match error {
        ServicePrincipalError::StepUpNeeded => step_up::ask(&portal, &inside, &fields, &action).await,
        error @ ServicePrincipalError::Revoked => again(&inside, Wrong::whole(&error)),
        error => Err(stop(error)),
    }
}

fn question(
    portal: &Portal,
    id: ServicePrincipalId,
    name: &TokenName,
    fields: &Fields,
    error: Option<Wrong>,
) -> Form {
    Form {
        title: format!("New secret for {name}"),
        lead: "The old secret and the access tokens that it got end at once.".to_owned(),
        action: paths::of_id(paths::ROTATE_PRINCIPAL, &id),
        back: (paths::TOKENS.to_owned(), "Tokens".to_owned()),
        button: "Make a new secret",
        is_grave: false,
        fields: vec![Field::select(
            "life",
            "The new secret ends",
            "Before that, give it a new one.",
            lives(fields.get("life")),
        )],
        error,
        number: Some(portal.form_number()),
    }
}

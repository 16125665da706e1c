//! Revoke a service principal, after saying what that does.

use axum::extract::{Path, State};
use postern_domain::id::ServicePrincipalId;

use super::stop;
use crate::admin::form::{self, Form};
use crate::admin::paths;
use crate::answer::Answer;
use crate::form::Checked;
use crate::page::go;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let id: ServicePrincipalId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    let principal = portal.service.show_service_principal(inside.by(), id).await.map_err(stop)?;
    let question = Form {
        title: format!("Revoke {}", principal.name),
        lead:
            "Its secret and its access tokens end at once, and what uses them stops. This cannot be undone."
                .to_owned(),
        action: paths::of_id(paths::REVOKE_PRINCIPAL, &id),
        back: (paths::TOKENS.to_owned(), "Tokens".to_owned()),
        button: "Revoke it",
        is_grave: true,
        fields: Vec::new(),
        error: None,
        number: None,
    };
    form::page_in(&portal, &inside, paths::TOKENS, question)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    _checked: Checked,
) -> Answer {
    let id: ServicePrincipalId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    portal.service.revoke_service_principal(inside.by(), id).await.map_err(stop)?;
    Ok(go(&format!("{}?done=principal-revoked", paths::TOKENS)))
}

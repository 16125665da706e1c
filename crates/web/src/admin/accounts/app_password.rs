//! Create an app password for a service account, or, after confirming what that means, for a person.

use axum::extract::{Path, Query, State};

use super::{find, path_of};
use crate::answer::Answer;
use crate::form::Checked;
use crate::portal::{Portal, Prefill, Whose, create_for, form_for};
use crate::session::Inside;

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Query(prefill): Query<Prefill>,
) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let back = path_of(&account);
    form_for(&portal, &inside, Whose::theirs(&portal, account, back), &prefill).await
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let account = find(&portal, &inside, &id).await?.account;
    let back = path_of(&account);
    create_for(&portal, inside, Whose::theirs(&portal, account, back), &fields).await
}

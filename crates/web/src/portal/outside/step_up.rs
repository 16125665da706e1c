//! Step-up of people whose second factor is their identity provider's: the way there.

use axum::extract::State;
use http::HeaderMap;

use super::{Portal, ProviderButton, browser, onward, refused, visitor};
use crate::answer::{Answer, Stop};
use crate::form::Checked;
use crate::next::Next;
use crate::page::Chrome;
use crate::portal::paths;
use crate::session::Inside;

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    headers: HeaderMap,
    Checked(fields): Checked,
) -> Answer {
    let visitor = visitor(&portal, &inside.visit, &headers);
    let browser = browser(&inside.visit, &visitor);
    let (provider, next) = (fields.get("provider"), Next::or_home(fields.get("next")));
    match portal.service.begin_outside_step_up(&inside.session, &browser, provider, next.path()).await {
        Ok(start) => onward(Chrome::inside(&portal, &inside), start),
        Err(error) => refused::page(&portal, &inside.visit, error),
    }
}

/// Where the person at a session can confirm who they are; nowhere, where we have a method of theirs.
pub(in crate::portal) async fn offers(portal: &Portal, inside: &Inside) -> Result<Vec<ProviderButton>, Stop> {
    let offers = portal.service.outside_step_ups(&inside.session).await?;
    Ok(offers.into_iter().map(ProviderButton::from).collect())
}

/// The page to come back to: what is asked by a form is asked anew on the page that has it.
pub(in crate::portal) fn page_of(action: &str, next: Option<&str>) -> String {
    if action == paths::STEP_UP {
        return next.unwrap_or_default().to_owned();
    }
    // Deeds without a page of their own stand on the page above them.
    match action.rsplit_once('/') {
        Some((above, "connect" | "suspend" | "resume" | "end-overlap")) => above.to_owned(),
        _ => action.to_owned(),
    }
}

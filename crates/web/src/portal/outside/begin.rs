//! Begin to sign in through an outside identity provider.

use axum::extract::State;
use http::HeaderMap;

use super::{Portal, browser, onward, refused, visitor};
use crate::answer::Answer;
use crate::form::Checked;
use crate::middleware::Visit;
use crate::next::Next;
use crate::page::Chrome;

pub(crate) async fn submit(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    Checked(fields): Checked,
) -> Answer {
    let visitor = visitor(&portal, &visit, &headers);
    let next = Next::or_home(fields.get("next"));
    let browser = browser(&visit, &visitor);
    match portal.service.begin_outside_sign_in(&browser, fields.get("provider"), next.path()).await {
        Ok(start) => onward(Chrome::outside(&portal, &visit), start),
        Err(error) => refused::page(&portal, &visit, error),
    }
}

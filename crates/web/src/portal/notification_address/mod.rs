//! The addresses at which the person is told, beside their own: added, confirmed by a code, removed.

pub(crate) mod add;
pub(crate) mod confirm;
pub(crate) mod remove;

use http::StatusCode;
use postern_domain::id::NotificationAddressId;
use postern_domain::notice::NotificationAddress;
use postern_service::notice::NotificationAddressError;
use postern_service::portal::SendCodeError;

use super::Portal;
use super::sign_in::sentence;
use crate::answer::Stop;
use crate::problem::Problem;
use crate::session::Inside;

/// All of the person's own.
pub(super) async fn all(portal: &Portal, inside: &Inside) -> Result<Vec<NotificationAddress>, Stop> {
    let listed = portal.service.notification_addresses_of(inside.by(), &inside.account().name).await;
    listed.map_err(stop)
}

/// One of the person's own; any other is no page.
async fn find(portal: &Portal, inside: &Inside, id: &str) -> Result<NotificationAddress, Stop> {
    let id: NotificationAddressId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    let found = all(portal, inside).await?.into_iter().find(|known| known.id == id);
    found.ok_or_else(|| Problem::NoSuchPage.into())
}

/// The page of an address that is not confirmed.
fn page_of(address: &NotificationAddress) -> String {
    format!("/notices/addresses/{}", address.id)
}

/// What to say beside a form; an error that no form explains stops.
fn said(error: NotificationAddressError) -> Result<(StatusCode, String), Stop> {
    use NotificationAddressError as E;
    let status = match &error {
        E::WrongCode => StatusCode::FORBIDDEN,
        E::Unsent(SendCodeError::TooSoon | SendCodeError::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        E::Unsent(_) => StatusCode::SERVICE_UNAVAILABLE,
        E::OwnAddress | E::TooMany | E::Known | E::NoMail => StatusCode::UNPROCESSABLE_ENTITY,
        E::NoSuchAccount
        | E::NoSuchAddress
        | E::NotAllowed
        | E::OwnersToConfirm
        | E::StepUpNeeded
        | E::Failure(_) => return Err(stop(error)),
    };
    Ok((status, sentence(&error)))
}

fn stop(error: NotificationAddressError) -> Stop {
    match error {
        NotificationAddressError::Failure(failure) => failure.into(),
        _ => Problem::NoSuchPage.into(),
    }
}

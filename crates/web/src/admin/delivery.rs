//! What goes out by itself: how far audit records and notices were shipped, and mails that could not be delivered.

use askama::Template;
use axum::extract::State;
use postern_service::notice::ListNoticesError;
use postern_service::notice::{AddressedNotice, NoticeDelivery};
use postern_service::shipping::Shipped;

use super::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::Moment;

/// Mails on the page.
const MAILS: u32 = 50;

/// A destination.
struct Destination {
    name: String,
    behind: u64,
    last: Option<Moment>,
    trouble: Option<(Moment, String)>,
}

/// A mail.
struct TroubledMail {
    subject: String,
    account: String,
    address: String,
    at: Moment,
    attempts: u32,
    problem: String,
    next: Option<Moment>,
}

#[derive(Template)]
#[template(path = "admin/delivery.html")]
struct DeliveryPage {
    chrome: Chrome,
    frame: AdminFrame,
    sends_mail: bool,
    destinations: Vec<Destination>,
    mails: Vec<TroubledMail>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let mails = portal.service.troubled_notices(inside.by(), None, MAILS).await.map_err(stop)?;
    let now = portal.now();
    let shipped = portal.service.shipped(inside.by()).await.map_err(stop)?;
    let (chrome, frame) = around(&portal, &inside, paths::DELIVERY);
    let page = DeliveryPage {
        chrome,
        frame,
        sends_mail: portal.service.messenger().sends_mail(),
        destinations: shipped.iter().map(|shipped| destination(shipped, now)).collect(),
        mails: mails.iter().map(|mail| troubled(mail, now)).collect(),
    };
    Ok(page::ok(&page)?)
}

fn destination(shipped: &Shipped, now: postern_domain::Timestamp) -> Destination {
    let record = shipped.record.as_ref();
    Destination {
        name: shipped.destination.to_string(),
        behind: shipped.behind,
        last: record.and_then(|record| record.shipped_at).map(|at| Moment::new(at, now)),
        trouble: record
            .and_then(|record| record.trouble.clone())
            .map(|(since, problem)| (Moment::new(since, now), problem)),
    }
}

fn troubled(mail: &AddressedNotice, now: postern_domain::Timestamp) -> TroubledMail {
    let (problem, next) = match &mail.delivery {
        NoticeDelivery::Waiting { next_at, problem } => {
            (problem.clone().unwrap_or_default(), Some(Moment::new(*next_at, now)))
        }
        NoticeDelivery::GivenUp { problem, .. } => (problem.clone(), None),
        NoticeDelivery::Delivered { .. } => (String::new(), None),
    };
    TroubledMail {
        subject: mail.notice.text.subject.clone(),
        account: mail
            .account_name
            .as_ref()
            .map_or_else(|| "the organization".to_owned(), ToString::to_string),
        address: mail.recipient.address.to_string(),
        at: Moment::new(mail.notice.text.at, now),
        attempts: mail.attempts,
        problem,
        next,
    }
}

pub(super) fn stop(error: ListNoticesError) -> Stop {
    match error {
        ListNoticesError::NotAllowed => Problem::NotAllowed.into(),
        ListNoticesError::Failure(failure) => failure.into(),
    }
}

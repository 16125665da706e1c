//! The report: how programs sign in, what they are refused for, and what is still tried after its end.

mod picture;

use askama::Template;
use axum::extract::{Query, State};
use postern_domain::sign_in::RefusalReason;
use postern_service::inventory::{InventoryError, InventoryFlag, ReportSpan};
use serde::Deserialize;

use self::picture::Picture;
use super::inventory::{list_of, row::RowView};
use super::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "admin/report.html")]
struct ReportPage {
    chrome: Chrome,
    frame: AdminFrame,
    month: bool,
    /// All together first, then door by door, the busiest first.
    pictures: Vec<Picture>,
    with_account_passwords: u64,
    refusals: Vec<RefusalView>,
    tried: Vec<RowView>,
    tried_list: String,
}

/// A reason for which sign-ins were refused.
struct RefusalView {
    count: u64,
    what: &'static str,
    next: &'static str,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    span: String,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(asked): Query<Asked>) -> Answer {
    let span = if asked.span == "month" { ReportSpan::Month } else { ReportSpan::Day };
    let report = portal.service.sign_in_report(inside.by(), span).await.map_err(stop)?;
    let (chrome, frame) = around(&portal, &inside, paths::REPORT);
    let now = portal.now();
    let page = ReportPage {
        chrome,
        frame,
        month: span == ReportSpan::Month,
        pictures: Picture::all(&report, span),
        with_account_passwords: report.with_account_passwords(),
        refusals: report.refusals().into_iter().map(RefusalView::new).collect(),
        tried: report.tried_after_end.iter().map(|item| RowView::new(item, now)).collect(),
        tried_list: list_of(InventoryFlag::TriedAfterEnd),
    };
    Ok(page::ok(&page)?)
}

fn stop(error: InventoryError) -> Stop {
    match error {
        InventoryError::Failure(failure) => failure.into(),
        InventoryError::NotAllowed | InventoryError::NoSuchAccount => Problem::NotAllowed.into(),
    }
}

impl RefusalView {
    fn new((reason, count): (RefusalReason, u64)) -> Self {
        let (what, next) = words(reason);
        Self { count, what, next }
    }
}

/// What happened, and what to do about many of them.
const fn words(reason: RefusalReason) -> (&'static str, &'static str) {
    use RefusalReason as R;
    match reason {
        R::UnknownAccount => {
            ("No account has that user name", "Look for a misspelt name in a device, or for guessing.")
        }
        R::WrongSecret => ("Wrong password", "Look for a device with an old password, or for guessing."),
        R::MistypedAppPassword => ("A mistyped app password", "Have it typed again, or make a new one."),
        R::OtherAccountsAppPassword => {
            ("An app password with another account's name", "Set the user name of its owner in the device.")
        }
        R::AccountPasswordUnderMfa => (
            "An account password, where MFA demands an app password",
            "Have the owner create an app password.",
        ),
        R::AccountPasswordsOff => {
            ("An account password, which no door takes", "Have the owner create an app password.")
        }
        R::AccountBlocked => ("The account is blocked", "Switch the device off, or unblock the account."),
        R::DoorOff => {
            ("The door is switched off", "Move the program to another door, or switch the door on.")
        }
        R::AppPasswordsOff => ("App passwords are switched off", "Switch them on in the settings."),
        R::Revoked => {
            ("A revoked app password", "Take it out of the device: see what is still tried, below.")
        }
        R::Expired => ("An expired app password", "Have the owner renew or rotate it."),
        R::IdleExpired => {
            ("An app password that was unused too long", "Have the owner make a new one, or revoke it.")
        }
        R::Suspended => ("A suspended app password", "Resume it, or revoke it."),
        R::RotatedAway => ("The old secret of a rotated app password", "Give the device the new secret."),
        R::OutOfScope => {
            ("An app password that is not for that door", "Have its owner widen it, or use the right one.")
        }
        R::OutOfNetwork => {
            ("An app password from outside its networks", "Check the address, or widen the networks.")
        }
        R::ImpersonationNotGranted => (
            "Acting for a mailbox without a grant",
            "Grant it to the service account, or correct the mailbox.",
        ),
        R::LimitReached => {
            ("A limit was reached", "Raise the limit of that app password, or slow its program down.")
        }
        R::TooManyWrongSecrets => ("Too many wrong passwords from one network", "Look for guessing."),
        R::AppPasswordAtPortal => ("An app password at the portal", "The portal takes the account password."),
        R::WrongSecondFactor => {
            ("A wrong second factor at the portal", "Check the clock of the owner's phone.")
        }
        _ => ("Another reason", "Look at the activity of the account."),
    }
}

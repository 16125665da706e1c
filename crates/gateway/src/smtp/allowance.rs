//! How much a session may send, as the relay asks for it.

use std::sync::Arc;

use postern_domain::app_password::AppPassword;
use postern_domain::limits::Allowance as Limit;
use postern_domain::text::counted;
use postern_protocols::smtp::Allowance;
use postern_protocols::upstream::try_again;
use postern_service::Service;
use postern_service::door::{DoorSession, LimitReached};

/// Asks the service, which counts for all sessions of the app password.
struct OfSession {
    service: Arc<Service>,
    session: Arc<DoorSession>,
}

impl OfSession {
    fn text(&self, reached: LimitReached, what: &str, limit: fn(&AppPassword) -> Option<u32>) -> String {
        let limit = self.session.app_password().and_then(limit).unwrap_or_default();
        let when = try_again(Some(reached.retry_after));
        let (allowed, are) = (counted(limit.into(), what), if limit == 1 { "is" } else { "are" });
        format!("This app password may send {allowed} an hour, which {are} used up; {when}")
    }
}

impl Allowance for OfSession {
    fn admit_message(&self) -> Result<(), String> {
        self.service.admit_message(&self.session).map_err(|reached| {
            let limit = |it: &AppPassword| it.limits.messages_per_hour.map(Limit::get);
            self.text(reached, "message", limit)
        })
    }

    fn admit_recipient(&self) -> Result<(), String> {
        self.service.admit_recipient(&self.session).map_err(|reached| {
            let limit = |it: &AppPassword| it.limits.recipients_per_hour.map(Limit::get);
            self.text(reached, "recipient", limit)
        })
    }
}

/// The allowance, or `None` for a session that may send as much as it likes.
pub(super) fn of(service: &Arc<Service>, session: &Arc<DoorSession>) -> Option<Box<dyn Allowance>> {
    let limits = session.app_password()?.limits;
    let is_limited = limits.messages_per_hour.is_some() || limits.recipients_per_hour.is_some();
    is_limited.then(|| {
        let (service, session) = (Arc::clone(service), Arc::clone(session));
        Box::new(OfSession { service, session }) as Box<dyn Allowance>
    })
}

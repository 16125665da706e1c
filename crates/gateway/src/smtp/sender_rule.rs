//! The sender restriction of a session, as the relay asks for it.

use std::sync::Arc;

use postern_domain::app_password::SenderRestriction;
use postern_protocols::smtp::SenderRule;
use postern_service::door::DoorSession;

/// Asks the session; the gateway decides nothing.
struct OfSession(Arc<DoorSession>);

impl SenderRule for OfSession {
    fn permits(&self, address: &str) -> bool {
        self.0.permits_sender(address)
    }

    fn remedy(&self) -> &str {
        match self.0.app_password().map(|app_password| &app_password.sender) {
            // The account's own addresses need not be among them.
            Some(SenderRestriction::Listed(_)) => {
                "Send as one of the addresses that this app password is limited to, or change its sender restriction"
            }
            Some(_) => {
                "Send as one of the addresses of this account, or change the sender restriction of this app password"
            }
            None => {
                "Send as one of the addresses of this account, or sign in with an app password that may use others"
            }
        }
    }
}

/// The rule, or `None` for a session that may use any address, so that its header is not held back for nothing.
pub(super) fn of(session: &Arc<DoorSession>) -> Option<Box<dyn SenderRule>> {
    match session.app_password().map(|app_password| &app_password.sender) {
        Some(SenderRestriction::Unrestricted) => None,
        _ => Some(Box::new(OfSession(Arc::clone(session)))),
    }
}

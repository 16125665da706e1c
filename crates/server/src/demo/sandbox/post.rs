//! The mail of the sandbox. A mailbox is what was sent to its address.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

/// A message that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::demo) struct Mail {
    pub(in crate::demo) from: String,
    pub(in crate::demo) to: Vec<String>,
    pub(in crate::demo) subject: String,
    /// Header and body, lines ended by CRLF.
    pub(in crate::demo) text: String,
}

/// All mail, in the order in which it arrived.
pub(super) struct Post {
    mail: watch::Sender<Vec<Arc<Mail>>>,
    arrivals: mpsc::UnboundedSender<Arc<Mail>>,
}

impl Post {
    /// Without mail; and where arriving mail is told.
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Arc<Mail>>) {
        let (arrivals, told) = mpsc::unbounded_channel();
        (Self { mail: watch::Sender::new(Vec::new()), arrivals }, told)
    }

    /// Puts a message into the mailboxes that it is for.
    pub(super) fn deliver(&self, mail: Mail) {
        let mail = Arc::new(mail);
        self.mail.send_modify(|all| all.push(Arc::clone(&mail)));
        // The demo has ended when nobody listens any more.
        let _ = self.arrivals.send(mail);
    }

    /// The mail of a mailbox, oldest first.
    pub(super) fn of(&self, mailbox: &str) -> Vec<Arc<Mail>> {
        let all = self.mail.borrow();
        let is_for = |mail: &&Arc<Mail>| mail.to.iter().any(|to| to.eq_ignore_ascii_case(mailbox));
        all.iter().filter(is_for).cloned().collect()
    }

    /// Tells when there is more.
    pub(super) fn follow(&self) -> watch::Receiver<Vec<Arc<Mail>>> {
        self.mail.subscribe()
    }
}

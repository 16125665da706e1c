//! How much of their limits app passwords have used, on this server.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::app_password::AppPassword;
use postern_domain::id::AppPasswordId;
use postern_domain::limits::{Allowance, Window};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// Where all places are taken nobody knows when one is free; a program that asks once a minute learns it soon enough.
const ASK_AGAIN: Duration = MINUTE;

/// Below so many app passwords nothing is swept out.
const FEW: usize = 1024;

/// What app passwords used. Those that have no session and did nothing for an hour are forgotten, so that it holds no
/// more than twice those that are in use.
#[derive(Default)]
pub(crate) struct Meters(Mutex<Table>);

#[derive(Default)]
struct Table {
    used: HashMap<AppPasswordId, Used>,
    /// With so many, those that are forgotten are looked for.
    sweep_at: usize,
}

struct Used {
    sessions: u32,
    sign_ins: Window,
    /// Only where mail is sent under a limit.
    sent: Option<Box<Sent>>,
}

struct Sent {
    messages: Window,
    recipients: Window,
}

/// The place of a session. Freed on drop.
pub(crate) struct SessionPlace {
    meters: Arc<Meters>,
    app_password: AppPasswordId,
}

/// What is sent.
#[derive(Clone, Copy)]
pub(crate) enum Sending {
    Message,
    Recipient,
}

impl Meters {
    /// Counts a sign-in and takes a place for its session.
    ///
    /// # Errors
    /// A limit is reached: after how long it is worth asking again.
    pub(crate) fn enter(
        self: &Arc<Self>,
        app_password: &AppPassword,
        now: Timestamp,
    ) -> Result<SessionPlace, Duration> {
        let limits = app_password.limits;
        let mut table = self.table();
        let used = table.of(app_password.id, now);
        if used.sessions >= limits.sessions() {
            return Err(ASK_AGAIN);
        }
        used.sign_ins.take(limits.sign_ins_per_minute(), now)?;
        used.sessions += 1;
        drop(table);
        Ok(SessionPlace { meters: Arc::clone(self), app_password: app_password.id })
    }

    /// Counts something that is sent.
    ///
    /// # Errors
    /// As [`Self::enter`].
    pub(crate) fn send(
        &self,
        app_password: &AppPassword,
        what: Sending,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let limit = match what {
            Sending::Message => app_password.limits.messages_per_hour,
            Sending::Recipient => app_password.limits.recipients_per_hour,
        };
        let Some(limit) = limit.map(Allowance::get) else { return Ok(()) };
        let mut table = self.table();
        let sent = table.of(app_password.id, now).sent.get_or_insert_with(|| {
            Box::new(Sent { messages: Window::new(HOUR), recipients: Window::new(HOUR) })
        });
        match what {
            Sending::Message => sent.messages.take(limit, now),
            Sending::Recipient => sent.recipients.take(limit, now),
        }
    }

    fn leave(&self, app_password: AppPasswordId) {
        if let Some(used) = self.table().used.get_mut(&app_password) {
            used.sessions = used.sessions.saturating_sub(1);
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn of(&mut self, app_password: AppPasswordId, now: Timestamp) -> &mut Used {
        if self.used.len() >= self.sweep_at.max(FEW) {
            self.used.retain(|_, used| used.is_in_use(now));
            self.sweep_at = self.used.len() * 2;
        }
        let nothing = || Used { sessions: 0, sign_ins: Window::new(MINUTE), sent: None };
        self.used.entry(app_password).or_insert_with(nothing)
    }
}

impl Used {
    fn is_in_use(&self, now: Timestamp) -> bool {
        let sends = |sent: &Sent| !sent.messages.is_empty(now) || !sent.recipients.is_empty(now);
        self.sessions > 0 || !self.sign_ins.is_empty(now) || self.sent.as_deref().is_some_and(sends)
    }
}

impl Drop for SessionPlace {
    fn drop(&mut self) {
        self.meters.leave(self.app_password);
    }
}

impl std::fmt::Debug for SessionPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionPlace")
    }
}

#[cfg(test)]
mod tests;

//! Asking the rules about live sessions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use postern_domain::sign_in::RefusalReason;
use postern_protocols::door::ShutDown;
use postern_service::Service;
use postern_service::door::{DoorSession, Ending, Judgement};
use tokio::sync::Semaphore;

use super::live_session::Entry;

/// Sessions asked about with one question: enough that ten thousand are a few dozen statements, few enough that the
/// answer is not an old one.
const BATCH: usize = 256;

/// Questions asked at once, so that many notices do not crowd out sign-ins.
const AT_ONCE: usize = 4;

/// Asks the rules about live sessions, many at a time.
#[derive(Clone)]
pub(crate) struct Judge {
    service: Arc<Service>,
    permits: Arc<Semaphore>,
    /// The last question found no answer.
    failing: Arc<AtomicBool>,
}

impl Judge {
    pub(crate) fn new(service: Arc<Service>) -> Self {
        Self { service, permits: Arc::new(Semaphore::new(AT_ONCE)), failing: Arc::default() }
    }

    /// Asks about one session; what is to be said to it if it has to end. When the rules cannot be asked it goes on: a
    /// database that is down must not cut everybody off, and the question is asked again in a few seconds.
    pub(crate) async fn ask(&self, session: &DoorSession) -> Option<(ShutDown, &'static str)> {
        match self.service.judge_session(session).await {
            Ok(judgement) => end(judgement),
            Err(error) => {
                tracing::warn!(%error, session = %session.id(), "a live session could not be judged; it goes on");
                None
            }
        }
    }

    /// Asks about many, and ends those that have to.
    pub(super) async fn ask_all(&self, entries: Vec<Arc<Entry>>) {
        for batch in entries.chunks(BATCH) {
            let Ok(_permit) = self.permits.acquire().await else { return };
            let sessions: Vec<&DoorSession> = batch.iter().map(|entry| &*entry.session).collect();
            match self.service.judge_sessions(&sessions).await {
                Ok(judgements) => {
                    if self.failing.swap(false, Ordering::Relaxed) {
                        tracing::info!("live sessions can be judged again");
                    }
                    for (entry, judgement) in batch.iter().zip(judgements) {
                        carry_out(entry, end(judgement));
                    }
                }
                // One row that cannot be read must not save the others' sessions.
                Err(error) if error.is_of_one_row() => {
                    for entry in batch {
                        carry_out(entry, self.ask(&entry.session).await);
                    }
                }
                Err(error) => {
                    if !self.failing.swap(true, Ordering::Relaxed) {
                        tracing::warn!(%error, "live sessions cannot be judged; they go on until they can");
                    }
                    return;
                }
            }
        }
    }
}

fn carry_out(entry: &Entry, end: Option<(ShutDown, &'static str)>) {
    if let Some((reason, cause)) = end {
        entry.end(reason, cause);
    }
}

/// What a judgement means for a session: what its client and the log are told, if it ends.
fn end(judgement: Judgement) -> Option<(ShutDown, &'static str)> {
    match judgement {
        Judgement::GoesOn => None,
        Judgement::Ends(ending) => Some((words(ending), ending.name())),
    }
}

/// What a client is told. It has proved its secret, so the words may be plain.
fn words(ending: Ending) -> ShutDown {
    use RefusalReason::{
        AccountBlocked, AccountPasswordUnderMfa, AccountPasswordsOff, AppPasswordsOff, DoorOff,
        ImpersonationNotGranted, LimitReached, UnknownAccount, WrongSecret,
    };
    match ending {
        Ending::SignedOut | Ending::Refused(LimitReached) => ShutDown::SignedOut,
        Ending::EndedAlone => ShutDown::EndedAlone,
        Ending::Refused(AccountBlocked) => ShutDown::Blocked,
        Ending::Refused(UnknownAccount) => ShutDown::Deleted,
        Ending::Refused(AccountPasswordUnderMfa | AccountPasswordsOff) => ShutDown::AppPasswordNeeded,
        Ending::Refused(AppPasswordsOff) => ShutDown::AppPasswordsOff,
        Ending::Refused(DoorOff) => ShutDown::DoorOff,
        Ending::Refused(ImpersonationNotGranted) => ShutDown::MailboxNotGranted,
        Ending::Refused(WrongSecret) => ShutDown::PasswordChanged,
        Ending::Refused(_) => ShutDown::Revoked,
    }
}

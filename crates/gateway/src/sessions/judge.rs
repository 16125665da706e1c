//! Asking the rules about live sessions.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::sign_in::RefusalReason;
use postern_protocols::door::ShutDown;
use postern_service::Service;
use postern_service::door::{DoorSession, Judgement};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::live_session::Entry;
use super::registry::FORCE_SIGN_OUT;

/// Questions asked at once: enough to hide a database's round trip, too few to crowd out sign-ins.
const AT_ONCE: usize = 16;

/// How long an end may wait for its words.
const FOR_WORDS: Duration = Duration::from_millis(100);

/// Asks the rules about live sessions, some at once.
#[derive(Clone)]
pub(crate) struct Judge {
    service: Arc<Service>,
    permits: Arc<Semaphore>,
}

impl Judge {
    pub(crate) fn new(service: Arc<Service>) -> Self {
        Self { service, permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Asks about one session; what is to be said to it if it has to end. When the rules cannot be asked it goes on: a
    /// database that is down must not cut everybody off, and the question is asked again in a few seconds.
    pub(crate) async fn ask(&self, session: &DoorSession) -> Option<(ShutDown, &'static str)> {
        match self.service.judge_session(session).await {
            Ok(Judgement::GoesOn) => None,
            Ok(Judgement::Ends(reason)) => Some((words(reason), reason.name())),
            Err(error) => {
                tracing::warn!(%error, session = %session.id(), "a live session could not be judged; it goes on");
                None
            }
        }
    }

    /// Asks about many, and ends those that have to.
    pub(super) async fn ask_all(&self, entries: Vec<Arc<Entry>>) {
        let mut questions = JoinSet::new();
        for entry in entries {
            let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else { return };
            let judge = self.clone();
            questions.spawn(async move {
                if let Some((reason, cause)) = judge.ask(&entry.session).await {
                    entry.end(reason, cause);
                }
                drop(permit);
            });
            while questions.try_join_next().is_some() {}
        }
        while questions.join_next().await.is_some() {}
    }

    /// Ends sessions of one account whatever the rules say. They are asked, about one session and shortly, only for the
    /// right words: an owner whose account was blocked or deleted is not to be told to sign in again.
    pub(super) async fn end_all(&self, entries: Vec<Arc<Entry>>) {
        let Some(one) = entries.first() else { return };
        let asked = tokio::time::timeout(FOR_WORDS, self.ask(&one.session)).await;
        // Only what is true of every session of the account.
        let of_account = asked
            .ok()
            .flatten()
            .filter(|(reason, _)| matches!(reason, ShutDown::Blocked | ShutDown::Deleted));
        let (reason, cause) = of_account.unwrap_or((ShutDown::SignedOut, FORCE_SIGN_OUT));
        entries.iter().for_each(|entry| entry.end(reason, cause));
    }
}

/// What a client is told. It has proved its secret, so the words may be plain.
fn words(reason: RefusalReason) -> ShutDown {
    use RefusalReason::{
        AccountBlocked, AccountPasswordUnderMfa, AccountPasswordsOff, AppPasswordsOff, DoorOff, LimitReached,
        UnknownAccount, WrongSecret,
    };
    match reason {
        AccountBlocked => ShutDown::Blocked,
        UnknownAccount => ShutDown::Deleted,
        AccountPasswordUnderMfa | AccountPasswordsOff => ShutDown::AppPasswordNeeded,
        AppPasswordsOff => ShutDown::AppPasswordsOff,
        DoorOff => ShutDown::DoorOff,
        WrongSecret => ShutDown::PasswordChanged,
        LimitReached => ShutDown::SignedOut,
        _ => ShutDown::Revoked,
    }
}

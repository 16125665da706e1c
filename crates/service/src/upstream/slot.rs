//! The access tokens in memory, one place for each that there can be, and the gate through which one at a time goes to
//! renew it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::id::AccountId;

use super::TokenProblem;
use super::access_token::AccessToken;

/// Places beyond which those that hold nothing any more are cleared away.
const MANY: usize = 4096;

/// How long nobody asks a provider again that failed.
const REST: Duration = Duration::from_secs(5);

/// How long a process that ends waits for what a provider is about to issue.
const SETTLE: Duration = Duration::from_secs(15);

/// Whose token it is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Subject {
    /// The application's own.
    Application,
    /// A service account's, in the name of a mailbox.
    Mailbox(AccountName),
    /// The owner's, by consent.
    Account(AccountId),
}

/// The token of one subject at one provider.
#[derive(Default)]
pub(super) struct Slot {
    state: Mutex<State>,
    /// Held by the one that renews.
    pub(super) gate: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    token: Option<AccessToken>,
    /// When it was last written that a session uses the token.
    use_written: Option<Timestamp>,
    /// Until when nobody asks about a device that waits for its owner.
    device_rests_until: Option<Timestamp>,
    /// What went wrong, and for how long nobody tries again: a hundred sessions must not hammer a provider that is down.
    problem: Option<Noted>,
}

struct Noted {
    problem: TokenProblem,
    at: Timestamp,
    rest: Duration,
}

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token, while it is good.
    pub(super) fn good(&self, now: Timestamp) -> Option<AccessToken> {
        self.state().token.clone().filter(|token| token.is_good(now))
    }

    /// What went wrong just now, if it is too soon to try again.
    pub(super) fn problem(&self, now: Timestamp) -> Option<TokenProblem> {
        let state = self.state();
        let noted = state.problem.as_ref()?;
        let passed = now.since(noted.at);
        let resting = noted.at <= now && passed < noted.rest;
        resting.then(|| noted.problem.after(noted.rest.saturating_sub(passed)))
    }

    pub(super) fn put(&self, token: AccessToken) {
        let mut state = self.state();
        (state.token, state.problem) = (Some(token), None);
    }

    /// Notes what went wrong. A token that is still good stays, unless there is no consent behind it any more.
    pub(super) fn note_problem(&self, problem: TokenProblem, at: Timestamp) {
        let rest = match problem {
            TokenProblem::Throttled { retry_after } => retry_after,
            TokenProblem::Unavailable => REST,
            // Looked up in the database each time: it may be given anew at any moment.
            TokenProblem::NoConsent | TokenProblem::Lapsed | TokenProblem::NoSuchProvider => {
                return self.clear();
            }
        };
        self.state().problem = Some(Noted { problem, at, rest });
    }

    /// Gives the token up.
    pub(super) fn clear(&self) {
        *self.state() = State::default();
    }

    /// Whether a use now is to be written, which is so at most once in `every`. Whoever asks writes it.
    pub(super) fn is_use_to_be_written(&self, now: Timestamp, every: Duration) -> bool {
        let mut state = self.state();
        let due = state.use_written.is_none_or(|before| before > now || now.since(before) >= every);
        if due {
            state.use_written = Some(now);
        }
        due
    }

    /// Notes that the provider is asked about a device now, and not again for `rest`. An error says how long to wait.
    pub(super) fn ask_about_device(&self, now: Timestamp, rest: Duration) -> Result<(), Duration> {
        let mut state = self.state();
        // A clock that was set back does not make anybody wait for longer than a rest.
        let left = state.device_rests_until.map_or(Duration::ZERO, |until| until.since(now)).min(rest);
        if !left.is_zero() {
            return Err(left);
        }
        state.device_rests_until = Some(now.plus(rest));
        Ok(())
    }

    /// Notes that nobody asks about a device before then: the provider wants to be asked less often.
    pub(super) fn rest_device(&self, until: Timestamp) {
        self.state().device_rests_until = Some(until);
    }

    fn is_in_use(&self, now: Timestamp) -> bool {
        let rests = self.state().device_rests_until.is_some_and(|until| until > now);
        rests || self.good(now).is_some() || self.problem(now).is_some()
    }
}

/// Every slot, by provider and subject.
#[derive(Default)]
pub(crate) struct Slots(Mutex<HashMap<(String, Subject), Arc<Slot>>>);

impl Slots {
    fn map(&self) -> MutexGuard<'_, HashMap<(String, Subject), Arc<Slot>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The slot; a new one where there is none.
    pub(super) fn of(&self, provider: &str, subject: &Subject, now: Timestamp) -> Arc<Slot> {
        let mut map = self.map();
        if map.len() >= MANY {
            map.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.is_in_use(now));
        }
        Arc::clone(map.entry((provider.to_owned(), subject.clone())).or_default())
    }

    /// Gives up every token that was issued by an account's consent.
    pub(crate) fn forget_account(&self, account: AccountId) {
        for ((_, subject), slot) in &*self.map() {
            if *subject == Subject::Account(account) {
                slot.clear();
            }
        }
    }

    /// Gives up every token that was issued by a consent: it may have been withdrawn.
    pub(crate) fn forget_consents(&self) {
        for ((_, subject), slot) in &*self.map() {
            if matches!(subject, Subject::Account(_)) {
                slot.clear();
            }
        }
    }

    /// Waits until nobody renews any more: what a provider has issued is stored before the process ends.
    pub(crate) async fn settle(&self) {
        let slots: Vec<_> = self.map().values().map(Arc::clone).collect();
        for slot in slots {
            if tokio::time::timeout(SETTLE, slot.gate.lock()).await.is_err() {
                tracing::error!("a token that a provider issued was not stored before the end");
            }
        }
    }
}

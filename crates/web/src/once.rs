//! Forms that may be acted on once: a reload of the answer must not create a second app password.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postern_domain::id::AccountId;
use postern_domain::{Random, random};

use crate::problem::Problem;

/// The field that carries a form's number.
pub(crate) const NONCE_FIELD: &str = "form_number";
/// Forms remembered by this server; the oldest is forgotten first. About 100 octets each.
const MOST: usize = 4096;

type Key = (AccountId, String);

/// The numbers of forms that were acted on. On another node, or after a restart, the unique name of an app password
/// stops the repetition instead.
#[derive(Default)]
pub(crate) struct UsedForms(Mutex<Used>);

#[derive(Default)]
struct Used {
    known: HashSet<Key>,
    order: VecDeque<Key>,
}

impl UsedForms {
    /// A number for a new form.
    pub(crate) fn number(random: &dyn Random) -> String {
        URL_SAFE_NO_PAD.encode(random::bytes::<16>(random))
    }

    /// Takes the number for the deed that follows. False: it was taken before, and nothing may be done.
    ///
    /// # Errors
    /// [`Problem::Unreadable`]: it is no number of ours, so that nothing was done with it before either.
    pub(crate) fn take(&self, account: AccountId, number: &str) -> Result<bool, Problem> {
        // Ours have 22 characters.
        if number.len() != 22 {
            return Err(Problem::Unreadable);
        }
        let key = (account, number.to_owned());
        let mut used = self.lock();
        if !used.known.insert(key.clone()) {
            return Ok(false);
        }
        used.order.push_back(key);
        if used.order.len() > MOST
            && let Some(oldest) = used.order.pop_front()
        {
            used.known.remove(&oldest);
        }
        Ok(true)
    }

    /// Gives the number back, when the deed was not done after all.
    pub(crate) fn give_back(&self, account: AccountId, number: &str) {
        let key = (account, number.to_owned());
        let mut used = self.lock();
        used.known.remove(&key);
        used.order.retain(|known| *known != key);
    }

    /// A panic elsewhere leaves at worst a number in one of the two lists, which forgets it later.
    fn lock(&self) -> MutexGuard<'_, Used> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_acted_on_once() {
        let forms = UsedForms::default();
        let (anna, bert) = (AccountId::from_bytes([1; 16]), AccountId::from_bytes([2; 16]));
        let number = "n".repeat(22);
        assert_eq!(forms.take(anna, &number), Ok(true));
        assert_eq!(forms.take(anna, &number), Ok(false));
        assert_eq!(forms.take(bert, &number), Ok(true));
        forms.give_back(anna, &number);
        assert_eq!(forms.take(anna, &number), Ok(true));
        for none in ["", "1"] {
            assert_eq!(forms.take(anna, none), Err(Problem::Unreadable), "nothing was done with {none:?}");
        }
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let forms = UsedForms::default();
        let anna = AccountId::from_bytes([1; 16]);
        for count in 0..=MOST {
            assert_eq!(forms.take(anna, &format!("{count:022}")), Ok(true));
        }
        assert_eq!(forms.take(anna, &format!("{:022}", 0)), Ok(true));
        assert_eq!(forms.take(anna, &format!("{MOST:022}")), Ok(false));
    }
}

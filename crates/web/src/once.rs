//! Forms that may be acted on once: a reload of the answer must not create a second app password.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postern_domain::id::AccountId;
use postern_domain::{Random, random};

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
    pub(crate) fn take(&self, account: AccountId, number: &str) -> bool {
        // Ours have 22 characters. Anything else is no number of ours; taken by nobody, good for nothing.
        if number.len() != 22 {
            return false;
        }
        let key = (account, number.to_owned());
        let mut used = self.lock();
        if !used.known.insert(key.clone()) {
            return false;
        }
        used.order.push_back(key);
        if used.order.len() > MOST
            && let Some(oldest) = used.order.pop_front()
        {
            used.known.remove(&oldest);
        }
        true
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
        assert!(forms.take(anna, &number));
        assert!(!forms.take(anna, &number));
        assert!(forms.take(bert, &number));
        forms.give_back(anna, &number);
        assert!(forms.take(anna, &number));
        assert!(!forms.take(anna, ""));
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let forms = UsedForms::default();
        let anna = AccountId::from_bytes([1; 16]);
        for count in 0..=MOST {
            assert!(forms.take(anna, &format!("{count:022}")));
        }
        assert!(forms.take(anna, &format!("{:022}", 0)));
        assert!(!forms.take(anna, &format!("{MOST:022}")));
    }
}

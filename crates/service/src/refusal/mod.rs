//! Look up a refusal reference: why was I refused?

use postern_domain::account::Account;
use postern_domain::app_password::AppPassword;
use postern_domain::sign_in::{RefusalReason, RefusalReference, SignInEvent};
pub use postern_storage::EventFilter;

use crate::{By, Failure, Service};

/// A refusal, explained.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The event.
    pub event: SignInEvent,
    /// Why.
    pub reason: RefusalReason,
    /// The account, when its name was known.
    pub account: Option<Account>,
    /// The app password, when one was recognised.
    pub app_password: Option<AppPassword>,
    /// What happened, in one plain sentence.
    pub what: String,
    /// The one thing to do about it, in one plain sentence.
    pub remedy: String,
}

/// Why a refusal was not explained.
#[derive(Debug, thiserror::Error)]
pub enum LookUpError {
    /// No refusal has that reference, or it is another account's, which must not be told apart.
    #[error(
        "no refusal with that reference concerns you: check it, it has the form 7Q3K-M2XA; an administrator can look up every one"
    )]
    NotFound,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Service {
    /// Explains a refusal: to the owner of the account that it concerns, to an administrator, to an operator.
    ///
    /// # Errors
    /// [`LookUpError`].
    pub async fn look_up_refusal(
        &self,
        _by: By<'_>,
        _reference: RefusalReference,
    ) -> Result<Explanation, LookUpError> {
        todo!()
    }

    /// Sign-in events, newest first: all for an operator or administrator, their own for anybody else.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn list_sign_in_events(
        &self,
        _by: By<'_>,
        _filter: EventFilter,
    ) -> Result<Vec<SignInEvent>, Failure> {
        todo!()
    }
}

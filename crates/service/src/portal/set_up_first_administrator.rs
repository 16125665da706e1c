//! The first administrator, by a one-time link.

use postern_domain::Timestamp;
use postern_domain::account::password::{AccountPassword, UnfitPassword};
use postern_domain::account::{Account, AccountName};
use zeroize::Zeroizing;

use crate::{Failure, Service};

/// A one-time link, shown on the machine's console only.
pub struct SetupLink {
    /// The whole address, with the token in it.
    pub url: Zeroizing<String>,
    /// When it ends: 24 hours after it was made.
    pub expires_at: Timestamp,
}

/// Why the first administrator was not set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The link was used, has run out, or is none.
    #[error("this link was used already or has run out: start the server anew for another")]
    BadLink,
    /// The address is taken.
    #[error("an account with that address is there already")]
    AddressTaken,
    /// The password may not be one.
    #[error("the password is {0}")]
    UnfitPassword(#[from] UnfitPassword),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Service {
    /// Makes the link when there is no administrator yet; a link made before is void.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn make_setup_link(&self) -> Result<Option<SetupLink>, Failure> {
        todo!()
    }

    /// Whether the link's token is good, without using it up.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn setup_link_is_good(&self, _token: &str) -> Result<bool, Failure> {
        todo!()
    }

    /// Uses the link up and adds the first administrator, MFA *Enforced*, who then signs in and registers a method.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub async fn set_up_first_administrator(
        &self,
        _token: &str,
        _name: AccountName,
        _password: AccountPassword,
    ) -> Result<Account, SetUpError> {
        todo!()
    }
}

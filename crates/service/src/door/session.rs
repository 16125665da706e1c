//! The proof that a program signed in at a door.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::app_password::AppPassword;
use postern_domain::door::Door;
use postern_domain::id::{DoorSessionId, SecretId};

/// A program that signed in at a door. Only [`crate::Service::sign_in_at_door`] makes one; a relay cannot run without.
#[derive(Debug)]
pub struct DoorSession {
    pub(crate) id: DoorSessionId,
    pub(crate) door: Door,
    pub(crate) account: Account,
    pub(crate) app_password: Option<AppPassword>,
    /// Which secret of the app password it signed in with.
    pub(crate) secret: Option<SecretId>,
    pub(crate) address: IpAddr,
    pub(crate) client: Option<String>,
    pub(crate) started_at: Timestamp,
}

impl DoorSession {
    /// Names the session.
    #[must_use]
    pub const fn id(&self) -> DoorSessionId {
        self.id
    }

    /// Where it signed in.
    #[must_use]
    pub const fn door(&self) -> Door {
        self.door
    }

    /// The account, as it was at sign-in.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The app password, as it was at sign-in; none: the account password.
    #[must_use]
    pub const fn app_password(&self) -> Option<&AppPassword> {
        self.app_password.as_ref()
    }

    /// The client's address.
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// What the client calls itself.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// When it signed in.
    #[must_use]
    pub const fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// Whether the session may send as `address`. A session by account password may use the account's own addresses.
    #[must_use]
    pub fn permits_sender(&self, address: &str) -> bool {
        let restriction = self.app_password.as_ref().map(|app_password| app_password.sender.clone());
        restriction.unwrap_or_default().permits(&self.account, address)
    }
}

//! The proof that a program signed in at a door.

use std::net::IpAddr;
use std::sync::Arc;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName};
use postern_domain::app_password::{AppPassword, SenderRestriction};
use postern_domain::door::Door;
use postern_domain::id::{DoorSessionId, SecretId};
use postern_domain::impersonation::Mailbox;

use crate::meters::SessionPlace;

/// A program that signed in at a door. Only [`crate::Service::sign_in_at_door`] makes one; a relay cannot run without.
#[derive(Debug)]
pub struct DoorSession {
    pub(crate) id: DoorSessionId,
    pub(crate) door: Door,
    pub(crate) account: Account,
    pub(crate) app_password: Option<AppPassword>,
    /// Which secret of the app password it signed in with.
    pub(crate) secret: Option<SecretId>,
    /// When the account password that it signed in with was set; none: an app password.
    pub(crate) password_changed_at: Option<Timestamp>,
    pub(crate) address: IpAddr,
    pub(crate) client: Option<String>,
    pub(crate) started_at: Timestamp,
    /// The mailbox of another, when it acts for one.
    pub(crate) acting_for: Option<ActingFor>,
    /// Its place among the sessions of the app password; held for as long as somebody holds the session.
    pub(crate) place: Option<Arc<SessionPlace>>,
}

/// The mailbox of another that a session acts for.
#[derive(Clone, Debug)]
pub(crate) struct ActingFor {
    /// Its primary address.
    pub(crate) name: AccountName,
    /// Its account, when the directory has one.
    pub(crate) account: Option<Account>,
}

impl ActingFor {
    /// The mailbox, as grants are asked about it.
    pub(crate) fn mailbox(&self) -> Mailbox<'_> {
        self.account.as_ref().map_or(Mailbox::Foreign(&self.name), Mailbox::Account)
    }
}

impl DoorSession {
    /// The same session at a mailbox: another's, or its own.
    pub(crate) fn for_mailbox(&self, acting_for: Option<ActingFor>) -> Self {
        Self {
            id: self.id,
            door: self.door,
            account: self.account.clone(),
            app_password: self.app_password.clone(),
            secret: self.secret,
            password_changed_at: self.password_changed_at,
            address: self.address,
            client: self.client.clone(),
            started_at: self.started_at,
            acting_for,
            place: self.place.clone(),
        }
    }

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

    /// The primary address of the mailbox that is opened: its own, or the one it acts for.
    #[must_use]
    pub fn mailbox(&self) -> &AccountName {
        self.acting_for.as_ref().map_or(&self.account.name, |other| &other.name)
    }

    /// The account whose mailbox is opened; none for a mailbox that belongs to no account of the directory.
    #[must_use]
    pub fn mailbox_account(&self) -> Option<&Account> {
        self.acting_for.as_ref().map_or(Some(&self.account), |other| other.account.as_ref())
    }

    /// Whether the mailbox is another's.
    #[must_use]
    pub const fn is_acting_for_another(&self) -> bool {
        self.acting_for.is_some()
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

    /// Whether the session may send as `address`. A session by account password may use the account's own addresses;
    /// one that acts for another mailbox uses that one's in their place.
    #[must_use]
    pub fn permits_sender(&self, address: &str) -> bool {
        let restriction = self.app_password.as_ref().map(|app_password| app_password.sender.clone());
        let restriction = restriction.unwrap_or_default();
        match self.mailbox_account() {
            Some(account) => restriction.permits(account, address),
            None if restriction == SenderRestriction::AccountAddresses => {
                self.mailbox().as_str().eq_ignore_ascii_case(address)
            }
            // What the account's addresses are does not matter to the others.
            None => restriction.permits(&self.account, address),
        }
    }
}

//! For whom an app password is created, and where the form for it is.

use std::sync::Arc;

use postern_domain::account::{Account, AccountKind};
use postern_domain::setting::Settings;

use crate::form::Fields;
use crate::portal::attributes::Wrong;
use crate::portal::policy::Policy;
use crate::portal::{Portal, paths};
use crate::session::Inside;

/// For whom an app password is created, and where the form for it is.
pub(crate) struct Whose {
    pub(super) account: Account,
    pub(super) settings: Arc<Settings>,
    /// It is the reader's own.
    pub(super) is_own: bool,
    /// Where the form goes, and where it leads back to.
    pub(super) action: String,
    pub(super) back: String,
}

impl Whose {
    pub(super) fn own(portal: &Portal, inside: &Inside) -> Self {
        let account = inside.account().clone();
        Self {
            settings: portal.service.settings_of(&account),
            account,
            is_own: true,
            action: paths::CREATE.to_owned(),
            back: paths::SECURITY_INFO.to_owned(),
        }
    }

    /// Of an account of the admin area, whose page is at `back`.
    pub(crate) fn theirs(portal: &Portal, account: Account, back: String) -> Self {
        Self {
            settings: portal.service.settings_of(&account),
            account,
            is_own: false,
            action: format!("{back}/app-passwords/new"),
            back,
        }
    }

    pub(super) fn policy(&self, portal: &Portal) -> Policy {
        Policy::new(&self.settings, portal.config.doors, portal.now())
    }

    /// Whether somebody else will know the secret of a person's app password.
    pub(super) fn on_behalf(&self) -> bool {
        !self.is_own && self.account.kind == AccountKind::Person
    }

    /// Whether it is understood that somebody else will know the secret, where that is so.
    pub(super) fn is_confirmed(&self, fields: &Fields) -> bool {
        !self.on_behalf() || fields.find("known").is_some()
    }

    /// The mailboxes of others that the account may act for.
    pub(super) fn acts_for(&self) -> Option<String> {
        self.account.grant.as_ref().map(ToString::to_string)
    }
}

pub(super) fn not_confirmed() -> Wrong {
    let text = "Confirm that you will know the secret, or let the owner create it.".to_owned();
    Wrong { field: "known", text }
}

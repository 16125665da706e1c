//! The words for each reason: what happened, in one sentence, and the one thing to do about it, in another.

use postern_domain::account::{Account, AccountStatus};
use postern_domain::app_password::{AppPassword, EffectiveState};
use postern_domain::sign_in::{RefusalReason, SignInEvent};
use postern_domain::text::counted;

mod impersonation;

/// What an explanation is made from.
pub(super) struct Facts<'a> {
    pub(super) event: &'a SignInEvent,
    pub(super) reason: RefusalReason,
    /// The account that the user name named.
    pub(super) named: Option<&'a Account>,
    /// The app password that was recognised, where the reader may know it, with its account.
    pub(super) app_password: Option<(&'a AppPassword, &'a Account)>,
    /// The account of the mailbox that the program asked to act for, when there is one; it may be deleted.
    pub(super) target: Option<&'a Account>,
    /// What the reader may do about it that its owner may not.
    pub(super) powers: Powers,
}

/// What whoever reads an explanation may do as an administrator.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Powers {
    /// Change the settings.
    pub(super) settings: bool,
    /// Block and unblock the account that was named.
    pub(super) blocks: bool,
    /// Suspend and resume the app password that was recognised.
    pub(super) app_passwords: bool,
    /// Change what accounts may act for.
    pub(super) grants: bool,
}

impl Facts<'_> {
    /// What happened.
    pub(super) fn what(&self) -> String {
        let (place, address) = (self.event.place.name(), self.event.address);
        let (app_password, account) = (self.the_app_password(), self.the_account());
        match self.reason {
            RefusalReason::UnknownAccount if self.app_password.is_some() => {
                format!("{app_password} was right, but the user name sent with it belongs to no account.")
            }
            RefusalReason::UnknownAccount => "The user name that was sent belongs to no account.".to_owned(),
            RefusalReason::WrongSecret => format!(
                "The password that was sent is neither the account password of {account} nor one of its app passwords."
            ),
            RefusalReason::MistypedAppPassword => {
                "What was sent has the form of an app password, with a typing error in it: its check symbol does not fit."
                    .to_owned()
            }
            RefusalReason::OtherAccountsAppPassword => {
                format!(
                    "{app_password} was right, but it does not belong to {account}, whose name was sent with it."
                )
            }
            RefusalReason::AccountPasswordUnderMfa => format!(
                "The account password of {account} was sent, and this account is protected by a second factor, which a program cannot give."
            ),
            RefusalReason::AccountPasswordsOff => format!(
                "The account password of {account} was sent, and your organization takes no account passwords from programs."
            ),
            RefusalReason::AccountBlocked => self.blocked(),
            RefusalReason::DoorOff => format!("The {place} door is switched off."),
            RefusalReason::AppPasswordsOff => {
                "Your organization takes no app passwords at present.".to_owned()
            }
            RefusalReason::Revoked
            | RefusalReason::Expired
            | RefusalReason::IdleExpired
            | RefusalReason::Suspended => self.ended(),
            RefusalReason::RotatedAway => {
                format!(
                    "{app_password} has a new secret, and the old one is still being tried from {address}."
                )
            }
            RefusalReason::OutOfScope | RefusalReason::OutOfNetwork => self.beyond(),
            RefusalReason::ImpersonationNotGranted => self.not_granted(),
            RefusalReason::LimitReached => match self.app_password {
                Some((found, _)) => {
                    format!("{app_password} was used more than it may be, which is {}.", found.limits)
                }
                None => format!("{app_password} was used more than it may be."),
            },
            RefusalReason::MailboxNotConnected => self.not_connected(),
            RefusalReason::TooManyWrongSecrets => format!(
                "Too many different wrong passwords for {account} came from {address}, so that this one was not looked at."
            ),
            RefusalReason::AppPasswordAtPortal => {
                format!("{app_password} was typed at the portal, which takes no app passwords.")
            }
            RefusalReason::WrongSecondFactor => {
                format!(
                    "The account password of {account} was right, but the code of the second factor was not."
                )
            }
            RefusalReason::WrongPasskey => {
                "The passkey that was used at the portal is registered for no account, is another account's, or did not verify who used it."
                    .to_owned()
            }
            RefusalReason::UnknownOutsideIdentity | RefusalReason::OutsideAnswerRefused => {
                outside(self.reason).to_owned()
            }
            RefusalReason::ClonedPasskey => format!(
                "The passkey of {account} was right, but its signature counter did not grow: there may be a copy of it elsewhere."
            ),
        }
    }

    /// An app password was tried where it is not good for.
    fn beyond(&self) -> String {
        let (place, address) = (self.event.place.name(), self.event.address);
        let app_password = self.the_app_password();
        let found = self.app_password.map(|(found, _)| found);
        match (self.reason, found) {
            (RefusalReason::OutOfNetwork, Some(found)) => {
                format!("{app_password} is good from {}, and it was tried from {address}.", found.networks)
            }
            (RefusalReason::OutOfNetwork, None) => {
                format!("{app_password} is not good from {address}.")
            }
            (_, Some(found)) => {
                format!("{app_password} is good for {}, and it was tried at the {place} door.", found.scope)
            }
            (_, None) => format!("{app_password} is not good for the {place} door."),
        }
    }

    /// The one thing to do. `at_page` says where app passwords are managed (` at https://…`), and nothing to whoever is
    /// there.
    pub(super) fn remedy(&self, at_page: &str) -> String {
        let (place, address) = (self.event.place.name(), self.event.address);
        match self.reason {
            RefusalReason::UnknownAccount => match self.app_password {
                Some((_, owner)) => format!("Set the program's user name to {}.", owner.name),
                None => "Set the program's user name to the whole e-mail address of the account.".to_owned(),
            },
            RefusalReason::OtherAccountsAppPassword => match self.app_password {
                Some((_, owner)) => format!("Set the program's user name to {}.", owner.name),
                None => format!("Create an app password for {}{at_page} and put it in the program.", self.the_account()),
            },
            RefusalReason::WrongSecret => {
                format!("Create an app password{at_page} and put it in the program, without anything before or after it.")
            }
            RefusalReason::MistypedAppPassword => format!(
                "Type or copy the app password into the program at {address} again; if it is no longer at hand, create another{at_page}."
            ),
            RefusalReason::AccountPasswordUnderMfa | RefusalReason::AccountPasswordsOff => format!(
                "Create an app password{at_page} and put it in the program in the place of the account password."
            ),
            RefusalReason::AccountBlocked | RefusalReason::DoorOff | RefusalReason::AppPasswordsOff => {
                self.undo().to_owned()
            }
            RefusalReason::Revoked => format!(
                "Create a new app password{at_page} for the program at {address}, or switch that program off."
            ),
            RefusalReason::Expired | RefusalReason::IdleExpired => format!(
                "Renew it{at_page} if the program at {address} is to go on; switch that program off if it is not."
            ),
            RefusalReason::Suspended if self.is_suspended_by_another() && self.powers.app_passwords => {
                format!("Resume it if the program at {address} may work again; revoke it if it may not.")
            }
            RefusalReason::Suspended if self.is_suspended_by_another() => {
                format!("Ask an administrator whether it may work again, if the program at {address} is yours.")
            }
            RefusalReason::Suspended => {
                format!("Resume it{at_page} if the program at {address} is yours; revoke it if it is not.")
            }
            RefusalReason::RotatedAway => format!(
                "Put the new secret in the program at {address}; if it is lost, rotate the app password once more{at_page}."
            ),
            RefusalReason::OutOfScope => {
                format!("Make it good for {place} too{at_page} if the program needs that.")
            }
            RefusalReason::OutOfNetwork => format!(
                "Make it good from {address} too{at_page} if that address is yours; revoke it if it is not, as somebody else has it."
            ),
            RefusalReason::ImpersonationNotGranted => self.grant_remedy(),
            RefusalReason::LimitReached => {
                "Let the program sign in less often, or close connections that it does not need.".to_owned()
            }
            RefusalReason::MailboxNotConnected => match &self.event.acting_for {
                Some(mailbox) => format!(
                    "Ask the owner of {mailbox} to connect it{at_page}; the program goes on with the password that it has."
                ),
                None => format!("Connect it{at_page}; the program goes on with the password that it has."),
            },
            RefusalReason::TooManyWrongSecrets => format!(
                "Correct the password in the program at {address} and wait a quarter of an hour; an app password works meanwhile."
            ),
            RefusalReason::AppPasswordAtPortal => {
                "Sign in to the portal with the account password.".to_owned()
            }
            RefusalReason::WrongSecondFactor => {
                "Try the newest code if that was you; change the account password now if it was not, as somebody knows it."
                    .to_owned()
            }
            RefusalReason::WrongPasskey => {
                "Sign in with the account password, and register the passkey under Security info.".to_owned()
            }
            RefusalReason::UnknownOutsideIdentity => format!(
                "Sign in with the account password{at_page} and link the identity there, or ask an administrator to link it."
            ),
            RefusalReason::OutsideAnswerRefused => {
                "Begin the sign-in again; if that does not help, ask an administrator to look at the identity provider."
                    .to_owned()
            }
            RefusalReason::ClonedPasskey => {
                "Delete that passkey under Security info and register another one.".to_owned()
            }
        }
    }

    /// What an administrator has done, undone by whoever may, or else by asking.
    fn undo(&self) -> &'static str {
        let is_deleted =
            self.named.is_some_and(|account| matches!(account.status, AccountStatus::Deleted { .. }));
        match (self.reason, self.powers) {
            (RefusalReason::DoorOff, Powers { settings: true, .. }) => {
                "Take the door out of the setting `doors_off` if programs are to come in by it."
            }
            (RefusalReason::DoorOff, _) => "Ask an administrator when the door opens again.",
            (RefusalReason::AppPasswordsOff, Powers { settings: true, .. }) => {
                "Set `app_passwords_at_doors` to true if they are to be taken again."
            }
            (RefusalReason::AppPasswordsOff, _) => "Ask an administrator when they are taken again.",
            (_, Powers { blocks: true, .. }) if is_deleted => {
                "Add an account with that name if its owner is to come back: one that was deleted does not."
            }
            (_, Powers { blocks: true, .. }) => "Unblock the account if it may come back.",
            _ => "Ask an administrator whether the account may come back.",
        }
    }

    /// Whether the app password was suspended by somebody else than its owner, who does not resume it then.
    pub(super) fn is_suspended_by_another(&self) -> bool {
        self.app_password.is_some_and(|(found, owner)| !found.suspended_by_owner(owner))
    }

    fn not_connected(&self) -> String {
        let place = self.event.place.name();
        let mailbox = self.event.acting_for.as_ref().map_or_else(|| self.the_account(), ToString::to_string);
        format!(
            "The password was right, but the mailbox {mailbox} behind the {place} door is not connected: nobody has connected it, or the connection does not hold any more."
        )
    }

    fn the_app_password(&self) -> String {
        match self.app_password {
            Some((app_password, _)) => {
                format!("The app password \u{201c}{}\u{201d}", app_password.name)
            }
            None => "The app password".to_owned(),
        }
    }

    fn the_account(&self) -> String {
        self.named.map_or_else(|| "the account".to_owned(), |account| account.name.to_string())
    }

    fn blocked(&self) -> String {
        let account = self.the_account();
        match self.named.map(|account| &account.status) {
            Some(AccountStatus::Blocked { at, by }) => {
                format!("The account {account} was blocked on {at} by {by}.")
            }
            Some(AccountStatus::Deleted { at, by }) => {
                format!("The account {account} was deleted on {at} by {by}.")
            }
            Some(AccountStatus::Active) | None => {
                format!("The account {account} was blocked at that time.")
            }
        }
    }

    /// The states of an app password that is over or set aside. It is asked for its state at the time of the attempt;
    /// when somebody changed it since, the reason alone is left to tell.
    fn ended(&self) -> String {
        let (app_password, address) = (self.the_app_password(), self.event.address);
        let tried = format!("and is still being tried from {address}");
        let state = self.app_password.map(|(found, _)| (found, found.state_at(self.event.at)));
        match (self.reason, state) {
            (RefusalReason::Revoked, Some((_, EffectiveState::Revoked { at, by, reason }))) => {
                let why = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
                format!("{app_password} was revoked on {at} by {by}{why}, {tried}.")
            }
            (RefusalReason::Suspended, Some((_, EffectiveState::Suspended { at, by }))) => {
                format!("{app_password} was suspended on {at} by {by}, {tried}.")
            }
            (RefusalReason::Expired, Some((_, EffectiveState::Expired { at }))) => {
                format!("{app_password} expired on {at}, {tried}.")
            }
            (RefusalReason::IdleExpired, Some((found, EffectiveState::IdleExpired { at }))) => {
                let hours = found.idle_expiry.unwrap_or_default().as_secs() / 3600;
                let idle = match hours.is_multiple_of(24) {
                    true => counted(hours / 24, "day"),
                    false => counted(hours, "hour"),
                };
                format!("{app_password} was unused for {idle} and ended by that on {at}, {tried}.")
            }
            (reason, _) => format!("{app_password} was {} at that time, {tried}.", reason.name()),
        }
    }
}

/// What happened at an outside identity provider.
const fn outside(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::UnknownOutsideIdentity => {
            "An outside identity provider vouched for somebody who is linked to no account here."
        }
        _ => {
            "What came as the answer of an outside identity provider does not hold: it is stale, forged, or was meant for another request."
        }
    }
}

#[cfg(test)]
pub(super) mod tests;

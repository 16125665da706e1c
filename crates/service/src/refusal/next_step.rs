//! The one next step after a refusal, as something that can be done on a page.

use std::net::IpAddr;

use postern_domain::account::AccountName;
use postern_domain::door::Door;
use postern_domain::id::{AccountId, AppPasswordId};
use postern_domain::sign_in::{Place, RefusalReason};

use super::explain::Facts;

/// What whoever reads an explanation can do next. A page of the portal is made for each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NextStep {
    /// Create an app password and put it in the program.
    CreateAppPassword {
        /// The door at which the program was refused.
        door: Option<Door>,
        /// An app password that is over and whose place it takes.
        like: Option<AppPasswordId>,
    },
    /// Put the right user name in the program; what to type where stands with the app password.
    CorrectUserName {
        /// The user name.
        to: AccountName,
        /// The app password.
        app_password: AppPasswordId,
    },
    /// Let the app password be used from that address too, if it is theirs.
    AddNetwork {
        /// The app password.
        app_password: AppPasswordId,
        /// The address that it was tried from.
        address: IpAddr,
    },
    /// Let the app password be used at that door too.
    AddDoor {
        /// The app password.
        app_password: AppPasswordId,
        /// The door that it was tried at.
        door: Door,
    },
    /// Give the app password a later expiry, or a longer idle expiry.
    Renew {
        /// The app password.
        app_password: AppPasswordId,
    },
    /// Resume the app password.
    Resume {
        /// The app password.
        app_password: AppPasswordId,
    },
    /// Give the app password a new secret, as the newest is lost.
    Rotate {
        /// The app password.
        app_password: AppPasswordId,
    },
    /// Raise the limits of the app password, or let its program do less.
    ChangeLimits {
        /// The app password.
        app_password: AppPasswordId,
    },
    /// Connect the mailbox behind the door, or give its password: for the first time, or again.
    ConnectMailbox,
    /// Sign in to the portal again, with the account password and the second factor.
    SignInAgain,
    /// Look at the registered methods, and delete one that is lost or was copied.
    ReviewMethods,
    /// Change the account password, as somebody else may know it.
    ChangeAccountPassword,
    /// Ask the administrators, with the facts attached.
    AskAdministrator,
    /// For administrators: change the settings (doors that are off, app passwords that are not taken).
    OpenSettings,
    /// For administrators: unblock the account, change what it may act for, or tell its owner what to do.
    OpenAccount {
        /// The account.
        account: AccountId,
    },
    /// For administrators: nobody's account is concerned. What the program sends must be corrected where it runs.
    CorrectProgram,
}

/// Who reads an explanation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    /// They own the account that was named.
    pub(super) owns_account: bool,
    /// They own the app password that was recognised.
    pub(super) owns_app_password: bool,
    /// They see the refusals of others.
    pub(super) administers: bool,
    /// Owners may create app passwords.
    pub(super) may_create: bool,
}

/// The next step. What an owner can do is theirs to do, so that an administrator is led to the account of anybody else.
pub(super) fn next_step(facts: &Facts<'_>, reader: Reader) -> NextStep {
    let steps = Steps { facts, reader };
    match facts.reason {
        RefusalReason::UnknownAccount | RefusalReason::OtherAccountsAppPassword => steps.user_name(),
        RefusalReason::WrongSecret
        | RefusalReason::MistypedAppPassword
        | RefusalReason::AccountPasswordUnderMfa
        | RefusalReason::AccountPasswordsOff
        | RefusalReason::TooManyWrongSecrets => steps.create(None),
        RefusalReason::DoorOff | RefusalReason::AppPasswordsOff => steps.of_administrators(true),
        RefusalReason::Revoked => steps.create(facts.app_password.map(|(found, _)| found.id)),
        RefusalReason::Expired | RefusalReason::IdleExpired => {
            steps.on_app_password(|app_password| NextStep::Renew { app_password })
        }
        RefusalReason::Suspended => match facts.app_password {
            // Its owner does not resume what was taken from them.
            Some((found, _)) if facts.is_suspended_by_another() && facts.powers.app_passwords => {
                NextStep::Resume { app_password: found.id }
            }
            Some(_) if facts.is_suspended_by_another() => steps.of_administrators(false),
            _ => steps.on_app_password(|app_password| NextStep::Resume { app_password }),
        },
        RefusalReason::RotatedAway => steps.on_app_password(|app_password| NextStep::Rotate { app_password }),
        RefusalReason::OutOfScope => steps.on_app_password(|app_password| match facts.event.place {
            Place::Door(door) => NextStep::AddDoor { app_password, door },
            Place::Portal => NextStep::SignInAgain,
        }),
        RefusalReason::OutOfNetwork => steps.on_app_password(|app_password| NextStep::AddNetwork {
            app_password,
            address: facts.event.address,
        }),
        RefusalReason::LimitReached => {
            steps.on_app_password(|app_password| NextStep::ChangeLimits { app_password })
        }
        RefusalReason::MailboxNotConnected if steps.is_own_mailbox() => NextStep::ConnectMailbox,
        RefusalReason::OutsideAnswerRefused | RefusalReason::AppPasswordAtPortal if reader.owns_account => {
            NextStep::SignInAgain
        }
        RefusalReason::AccountBlocked
        | RefusalReason::ImpersonationNotGranted
        | RefusalReason::UnknownOutsideIdentity
        | RefusalReason::OutsideAnswerRefused => steps.of_administrators(false),
        RefusalReason::WrongSecondFactor if reader.owns_account => NextStep::ChangeAccountPassword,
        RefusalReason::WrongPasskey | RefusalReason::ClonedPasskey if reader.owns_account => {
            NextStep::ReviewMethods
        }
        RefusalReason::MailboxNotConnected
        | RefusalReason::AppPasswordAtPortal
        | RefusalReason::WrongSecondFactor
        | RefusalReason::WrongPasskey
        | RefusalReason::ClonedPasskey => steps.of_the_account(),
    }
}

struct Steps<'a> {
    facts: &'a Facts<'a>,
    reader: Reader,
}

impl Steps<'_> {
    /// A program that sent the wrong user name with a right app password.
    fn user_name(&self) -> NextStep {
        match self.facts.app_password {
            Some((found, owner)) if self.reader.owns_app_password => {
                NextStep::CorrectUserName { to: owner.name.clone(), app_password: found.id }
            }
            // Who was named by mistake may still want an app password of their own.
            _ => self.create(None),
        }
    }

    fn create(&self, like: Option<AppPasswordId>) -> NextStep {
        let door = match self.facts.event.place {
            Place::Door(door) => Some(door),
            Place::Portal => None,
        };
        match (self.reader.owns_account, self.reader.may_create) {
            (true, true) => NextStep::CreateAppPassword { door, like },
            (true, false) => self.of_administrators(true),
            (false, _) => self.of_the_account(),
        }
    }

    /// Whether the mailbox that was to be opened is the reader's.
    fn is_own_mailbox(&self) -> bool {
        self.reader.owns_account && self.facts.event.acting_for.is_none()
    }

    /// Something on the app password that was recognised: its owner does it.
    fn on_app_password(&self, step: impl FnOnce(AppPasswordId) -> NextStep) -> NextStep {
        match self.facts.app_password {
            Some((found, _)) if self.reader.owns_app_password => step(found.id),
            _ => self.of_the_account(),
        }
    }

    /// What only administrators can do: in the settings, or with the account.
    fn of_administrators(&self, in_settings: bool) -> NextStep {
        match in_settings {
            true if self.facts.powers.settings => NextStep::OpenSettings,
            true => NextStep::AskAdministrator,
            false => self.of_the_account(),
        }
    }

    /// What is somebody else's.
    fn of_the_account(&self) -> NextStep {
        let concerned = self.facts.app_password.map(|(_, owner)| owner).or(self.facts.named);
        match concerned {
            _ if !self.reader.administers => NextStep::AskAdministrator,
            Some(account) => NextStep::OpenAccount { account: account.id },
            None => NextStep::CorrectProgram,
        }
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::sign_in::RefusalReason;

    use super::super::explain::Powers;
    use super::super::explain::tests::with_facts;
    use super::*;

    const OWNER: Reader =
        Reader { owns_account: true, owns_app_password: true, administers: false, may_create: true };

    /// The name of the step, without what it is done to.
    fn step(reason: RefusalReason, reader: Reader) -> String {
        let powers = Powers { settings: reader.administers, ..Powers::default() };
        let step =
            with_facts(reason, |facts| format!("{:?}", next_step(&Facts { powers, ..*facts }, reader)));
        step.split(' ').next().unwrap_or_default().to_owned()
    }

    #[test]
    fn every_reason_has_a_step_for_its_owner_and_for_administrators() {
        let stranger = Reader { owns_account: false, owns_app_password: false, ..OWNER };
        let administrator = Reader { administers: true, ..stranger };
        let both = Reader { administers: true, ..OWNER };
        let lines: Vec<String> = RefusalReason::ALL
            .iter()
            .map(|&reason| {
                let [owner, theirs, own] = [OWNER, administrator, both].map(|reader| step(reason, reader));
                // Who may not help themselves is sent to somebody who can, never nowhere.
                assert_eq!(step(reason, stranger), "AskAdministrator", "{reason:?}");
                format!("{}: {owner}, {theirs}, {own}", reason.name())
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        unknown-account: CreateAppPassword, CorrectProgram, CreateAppPassword
        wrong-secret: CreateAppPassword, OpenAccount, CreateAppPassword
        mistyped-app-password: CreateAppPassword, OpenAccount, CreateAppPassword
        other-accounts-app-password: CorrectUserName, OpenAccount, CorrectUserName
        account-password-under-mfa: CreateAppPassword, OpenAccount, CreateAppPassword
        account-passwords-off: CreateAppPassword, OpenAccount, CreateAppPassword
        account-blocked: AskAdministrator, OpenAccount, OpenAccount
        door-off: AskAdministrator, OpenSettings, OpenSettings
        app-passwords-off: AskAdministrator, OpenSettings, OpenSettings
        revoked: CreateAppPassword, OpenAccount, CreateAppPassword
        expired: Renew, OpenAccount, Renew
        idle-expired: Renew, OpenAccount, Renew
        suspended: Resume, OpenAccount, Resume
        rotated-away: Rotate, OpenAccount, Rotate
        out-of-scope: AddDoor, OpenAccount, AddDoor
        out-of-network: AddNetwork, OpenAccount, AddNetwork
        impersonation-not-granted: AskAdministrator, OpenAccount, OpenAccount
        limit-reached: ChangeLimits, OpenAccount, ChangeLimits
        mailbox-not-connected: ConnectMailbox, OpenAccount, ConnectMailbox
        too-many-wrong-secrets: CreateAppPassword, OpenAccount, CreateAppPassword
        app-password-at-portal: SignInAgain, OpenAccount, SignInAgain
        wrong-second-factor: ChangeAccountPassword, OpenAccount, ChangeAccountPassword
        wrong-passkey: ReviewMethods, OpenAccount, ReviewMethods
        cloned-passkey: ReviewMethods, OpenAccount, ReviewMethods
        unknown-outside-identity: AskAdministrator, OpenAccount, OpenAccount
        outside-answer-refused: SignInAgain, OpenAccount, SignInAgain
        ");
    }

    #[test]
    fn who_may_not_create_asks() {
        let may_not = Reader { may_create: false, ..OWNER };
        assert_eq!(step(RefusalReason::WrongSecret, may_not), "AskAdministrator");
        let administrator = Reader { administers: true, ..may_not };
        assert_eq!(step(RefusalReason::WrongSecret, administrator), "OpenSettings");
    }

    /// Who sees the refusals of others need not be who may change the settings: the help desk, an auditor.
    #[test]
    fn nobody_is_led_to_settings_that_are_not_theirs_to_change() {
        let help_desk = Reader { owns_account: false, owns_app_password: false, administers: true, ..OWNER };
        for reason in [RefusalReason::DoorOff, RefusalReason::AppPasswordsOff] {
            let step = with_facts(reason, |facts| next_step(facts, help_desk));
            assert_eq!(step, NextStep::AskAdministrator, "{reason:?}");
        }
    }

    #[test]
    fn a_step_is_done_to_what_was_refused() {
        let step = |reason| with_facts(reason, |facts| next_step(facts, OWNER));
        let app_password = AppPasswordId::from_bytes([3; 16]);
        let address = "10.0.4.7".parse().unwrap();
        assert_eq!(step(RefusalReason::OutOfNetwork), NextStep::AddNetwork { app_password, address });
        let door = Door::Smtp;
        assert_eq!(step(RefusalReason::OutOfScope), NextStep::AddDoor { app_password, door });
        let like = Some(app_password);
        assert_eq!(step(RefusalReason::Revoked), NextStep::CreateAppPassword { door: Some(door), like });
    }
}

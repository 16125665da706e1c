//! The words for a mailbox that a program asked to act for in vain.

use postern_domain::account::{Account, AccountKind, AccountStatus};
use postern_domain::impersonation::{Denial, ImpersonationGrant, Mailbox, may_act_for};

use super::Facts;

impl<'a> Facts<'a> {
    /// Why it is denied now; none when it would be granted, or when nothing that there can be was asked for.
    fn denial(&self) -> Option<Denial> {
        let (account, mailbox) = (self.named?, self.mailbox()?);
        may_act_for(account, self.app_password.map(|(found, _)| found), mailbox).err()
    }

    fn mailbox(&self) -> Option<Mailbox<'a>> {
        let foreign = || self.event.acting_for.as_ref().map(Mailbox::Foreign);
        self.target.map(Mailbox::Account).or_else(foreign)
    }

    /// What happened.
    pub(super) fn not_granted(&self) -> String {
        let account = self.the_account();
        let Some(mailbox) = self.mailbox() else {
            return format!(
                "{account} asked to act for a mailbox by a name that none has: neither an e-mail address nor a security identifier that is known."
            );
        };
        let asked = format!("{account} asked to act for {}", mailbox.name());
        match self.denial() {
            Some(Denial::NoGrant) if self.named.is_some_and(|named| named.kind == AccountKind::Person) => {
                format!("{asked}, and only a service account may act for other mailboxes.")
            }
            Some(Denial::NoGrant) => format!("{asked}; it has no grant to act for any mailbox."),
            Some(Denial::NoAppPassword) => {
                format!("{asked} with its account password, which opens no other mailbox.")
            }
            Some(Denial::NotNamed) => {
                format!(
                    "{asked}; the grant of {account} names {}.",
                    shown(self.named.and_then(|its| its.grant.as_ref()))
                )
            }
            Some(Denial::NotNamedByAppPassword) => {
                let its = self.app_password.and_then(|(found, _)| found.grant.as_ref());
                let name = self.app_password.map_or("", |(found, _)| found.name.as_str());
                format!(
                    "{asked}; the grant of {account} names it, but that of its app password \u{201c}{name}\u{201d} names only {}.",
                    shown(its)
                )
            }
            Some(Denial::TargetBlocked | Denial::TargetDeleted) => {
                format!("{asked}, which its grant names; but that account {}.", self.fate())
            }
            None => format!("{asked}, which was not granted at that time."),
        }
    }

    /// The one thing to do.
    pub(super) fn grant_remedy(&self) -> String {
        let account = self.the_account();
        let Some(mailbox) = self.mailbox() else {
            return "Name the mailbox by its e-mail address in the program.".to_owned();
        };
        let target = mailbox.name();
        match self.denial() {
            Some(Denial::NoGrant) if self.named.is_some_and(|named| named.kind == AccountKind::Person) => {
                format!("Let the program sign in as {target}, or leave its authorization identity empty.")
            }
            Some(Denial::NoGrant | Denial::NotNamed) if self.powers.grants => format!(
                "If it is to, grant it with `postern account grant {account} --add --mailbox {target}`."
            ),
            Some(Denial::NoGrant | Denial::NotNamed) => format!(
                "If it is to, ask an administrator to grant it with `postern account grant {account} --add --mailbox {target}`."
            ),
            Some(Denial::NoAppPassword) => {
                "Create an app password and put it in the program in the place of the account password."
                    .to_owned()
            }
            Some(Denial::NotNamedByAppPassword) => {
                format!("If it is to, create another app password of {account} that may act for {target}.")
            }
            Some(Denial::TargetBlocked | Denial::TargetDeleted) => {
                format!("Take {target} out of the program's list of mailboxes.")
            }
            None => "Let the program try again: it is granted by now.".to_owned(),
        }
    }

    fn fate(&self) -> String {
        match self.target.map(|target: &Account| &target.status) {
            Some(AccountStatus::Blocked { at, by }) => format!("was blocked on {at} by {by}"),
            Some(AccountStatus::Deleted { at, by }) => format!("was deleted on {at} by {by}"),
            Some(AccountStatus::Active) | None => "was blocked at that time".to_owned(),
        }
    }
}

fn shown(grant: Option<&ImpersonationGrant>) -> String {
    grant.map_or_else(|| "no mailbox".to_owned(), ImpersonationGrant::to_string)
}

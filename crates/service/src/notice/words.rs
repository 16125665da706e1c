//! The words of each notice.

use std::fmt::Display;
use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName};
use postern_domain::actor::Actor;
use postern_domain::app_password::AppPasswordName;
use postern_domain::notice::NoticeKind;
use postern_storage::NoticeText;

use super::Notice;

/// For what somebody else may have done in the owner's name.
const CHANGE_PASSWORD: &str = "If this was not you: change your account password at once, revoke the app passwords \
                               and API tokens that you do not know, and tell your administrator.";

/// For what an administrator did.
const ASK_ADMINISTRATOR: &str = "If you did not expect this, ask your administrator.";

/// Puts the words of one notice together.
struct Words {
    kind: NoticeKind,
    subject: String,
    facts: Vec<(String, String)>,
    advice: String,
}

impl Words {
    fn new(kind: NoticeKind, subject: impl Into<String>) -> Self {
        Self { kind, subject: subject.into(), facts: Vec::new(), advice: String::new() }
    }

    fn fact(mut self, words: &str, value: impl Display) -> Self {
        self.facts.push((words.to_owned(), value.to_string()));
        self
    }

    fn fact_if(self, words: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.fact(words, value),
            None => self,
        }
    }

    fn facts(mut self, facts: &[(String, String)]) -> Self {
        self.facts.extend_from_slice(facts);
        self
    }

    fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    /// Who did it and from where, and what to do about it.
    fn done_by(self, by: &Actor, from: Option<IpAddr>, account: &Account) -> Self {
        let advice = if is_owner(by, account) { CHANGE_PASSWORD } else { ASK_ADMINISTRATOR };
        self.fact("Done by", who(by, account)).fact_if("From", from).advice(advice)
    }
}

fn is_owner(by: &Actor, account: &Account) -> bool {
    matches!(by, Actor::Account { id, .. } if *id == account.id)
}

fn who(by: &Actor, account: &Account) -> String {
    if is_owner(by, account) { format!("{} (you)", account.name) } else { by.to_string() }
}

fn addresses(list: &[AccountName]) -> Option<String> {
    let list: Vec<&str> = list.iter().map(AccountName::as_str).collect();
    (!list.is_empty()).then(|| list.join(", "))
}

impl Notice {
    /// What is told of it.
    pub(super) fn text(&self, account: &Account, at: Timestamp) -> NoticeText {
        let Words { kind, subject, facts, advice } = self.words(account);
        NoticeText { at, kind, account: account.id, subject, facts, advice }
    }

    fn words(&self, account: &Account) -> Words {
        match self {
            Self::AppPasswordCreated { .. }
            | Self::AppPasswordRotated { .. }
            | Self::AppPasswordWidened { .. }
            | Self::AppPasswordsRevoked { .. }
            | Self::NewNetwork { .. }
            | Self::AppPasswordExpiresSoon { .. } => self.of_app_password(account),
            Self::ConsentExpiresSoon { provider, expires_at } => Words::new(
                NoticeKind::ConsentExpiresSoon,
                format!("Your mailbox connection to {provider} ends soon"),
            )
            .fact("Provider", provider)
            .fact("Ends", expires_at)
            .advice("Connect the mailbox again on Security info before then, so that your programs go on working."),
            Self::ConsentLapsed { provider, error } => Words::new(
                NoticeKind::ConsentLapsed,
                format!("Your mailbox connection to {provider} has ended"),
            )
            .fact("Provider", provider)
            .fact("What it said", error)
            .advice("Your programs cannot reach the mailbox. Connect it again on Security info."),
            Self::AdministratorSignedIn { role, from, user_agent } => Words::new(
                NoticeKind::AdministratorSignedIn,
                format!("{} signed in ({})", account.name, role.words()),
            )
            .fact("Account", &account.name)
            .fact("Role", role.words())
            .fact("From", from)
            .fact("Browser", user_agent)
            .advice(
                "If this was not that person: block the account, or have all administrators change their passwords.",
            ),
            Self::HelpWanted { reference, facts, message } => Words::new(
                NoticeKind::HelpWanted,
                format!("{} asks for help with the refusal {reference}", account.name),
            )
            .fact("Account", &account.name)
            .fact("Reference", reference)
            .facts(facts)
            .fact_if("Message", Some(message).filter(|message| !message.is_empty()))
            .advice("Look the reference up in the portal; it says what would help."),
            Self::MethodRegistered { .. }
            | Self::MethodDeleted { .. }
            | Self::RecoveryCodesMade { .. }
            | Self::RecoveryCodeUsed { .. }
            | Self::PasskeyCopied { .. }
            | Self::ApiTokenCreated { .. }
            | Self::PasswordChanged { .. }
            | Self::MfaReset { .. }
            | Self::AddressesChanged { .. } => self.of_sign_in(account),
        }
    }

    /// What concerns an app password.
    fn of_app_password(&self, account: &Account) -> Words {
        match self {
            Self::AppPasswordCreated { app_password, scope, networks, by, from } => {
                let words = if is_owner(by, account) {
                    Words::new(
                        NoticeKind::AppPasswordCreated,
                        format!("App password \u{201c}{}\u{201d} created", app_password.as_str()),
                    )
                } else {
                    Words::new(
                        NoticeKind::AppPasswordCreatedOnBehalf,
                        format!(
                            "App password \u{201c}{}\u{201d} created by an administrator",
                            app_password.as_str()
                        ),
                    )
                };
                words
                    .fact("App password", app_password.as_str())
                    .fact("Good for", scope)
                    .fact("From networks", networks)
                    .done_by(by, *from, account)
            }
            Self::AppPasswordRotated { app_password, old_secret_until, by, from } => Words::new(
                NoticeKind::AppPasswordRotated,
                format!("App password \u{201c}{}\u{201d} has a new secret", app_password.as_str()),
            )
            .fact("App password", app_password.as_str())
            .fact_if("Old secret works at most until", *old_secret_until)
            .done_by(by, *from, account),
            Self::AppPasswordWidened { app_password, changes, by, from } => Words::new(
                NoticeKind::AppPasswordWidened,
                format!("App password \u{201c}{}\u{201d} may be used for more", app_password.as_str()),
            )
            .fact("App password", app_password.as_str())
            .facts(changes)
            .done_by(by, *from, account),
            Self::AppPasswordsRevoked { app_passwords, reason, by } => revoked(app_passwords, reason)
                .fact("Done by", who(by, account))
                .advice("The programs that use it cannot sign in any more. If you did not expect this, ask your administrator."),
            Self::NewNetwork { app_password, network, address, door, client } => Words::new(
                NoticeKind::NewNetwork,
                format!("App password \u{201c}{}\u{201d} used from a new network", app_password.as_str()),
            )
            .fact("App password", app_password.as_str())
            .fact("Network", network)
            .fact("Address", address)
            .fact("Door", door)
            .fact_if("Program", client.as_ref())
            .advice("If none of your programs runs there: revoke the app password on Security info and create another."),
            Self::AppPasswordExpiresSoon { app_password, expires_at } => Words::new(
                NoticeKind::AppPasswordExpiresSoon,
                format!("App password \u{201c}{}\u{201d} expires soon", app_password.as_str()),
            )
            .fact("App password", app_password.as_str())
            .fact("Expires", expires_at)
            .advice("If a program still needs it, create another on Security info before then."),
            _ => unreachable!("words() hands over what concerns app passwords"),
        }
    }

    /// What concerns how the owner signs in.
    fn of_sign_in(&self, account: &Account) -> Words {
        match self {
            Self::MethodRegistered { method, label, by, from } => Words::new(
                NoticeKind::MethodRegistered,
                format!("Authentication method registered: {method}"),
            )
            .fact("Method", method)
            .fact("Name", label)
            .done_by(by, *from, account),
            Self::MethodDeleted { method, label, by, from } => {
                Words::new(NoticeKind::MethodDeleted, format!("Authentication method deleted: {method}"))
                    .fact("Method", method)
                    .fact("Name", label)
                    .done_by(by, *from, account)
            }
            Self::RecoveryCodesMade { by, from } => {
                Words::new(NoticeKind::RecoveryCodesMade, "New recovery codes were made")
                    .done_by(by, *from, account)
            }
            Self::ApiTokenCreated { token, scopes, networks, by, from } => Words::new(
                NoticeKind::ApiTokenCreated,
                format!("API token \u{201c}{token}\u{201d} created"),
            )
            .fact("API token", token)
            .fact("May be used for", scopes)
            .fact("From networks", networks)
            .done_by(by, *from, account),
            Self::PasskeyCopied { label, from } => Words::new(
                NoticeKind::PasskeyCopied,
                format!("The passkey \u{201c}{label}\u{201d} was refused: there may be a copy of it"),
            )
            .fact("Name", label)
            .fact("From", from)
            .advice("Delete it on Security info and register another one; if you did not use it, ask your administrator."),
            Self::RecoveryCodeUsed { left, from } => {
                Words::new(NoticeKind::RecoveryCodeUsed, "A recovery code was used to sign in")
                    .fact("Codes left", left)
                    .fact("From", from)
                    .advice(CHANGE_PASSWORD)
            }
            Self::PasswordChanged { by, from } => {
                Words::new(NoticeKind::PasswordChanged, "Your account password was changed")
                    .done_by(by, *from, account)
            }
            Self::MfaReset { what, by } => Words::new(NoticeKind::MfaReset, what.clone())
                .fact("Done by", who(by, account))
                .advice(ASK_ADMINISTRATOR),
            Self::AddressesChanged { added, removed, by, from } => {
                Words::new(NoticeKind::AddressesChanged, "The addresses that get your notices were changed")
                    .fact_if("Added", addresses(added))
                    .fact_if("Removed", addresses(removed))
                    .done_by(by, *from, account)
            }
            _ => unreachable!("words() hands over what concerns signing in"),
        }
    }
}

fn revoked(app_passwords: &[AppPasswordName], reason: &str) -> Words {
    let names: Vec<&str> = app_passwords.iter().map(AppPasswordName::as_str).collect();
    let subject = match names.as_slice() {
        [one] => format!("App password \u{201c}{one}\u{201d} revoked by an administrator"),
        several => format!("{} app passwords revoked by an administrator", several.len()),
    };
    let list = if names.len() == 1 { "App password" } else { "App passwords" };
    Words::new(NoticeKind::AppPasswordRevoked, subject)
        .fact(list, names.join(", "))
        .fact_if("Reason", Some(reason).filter(|reason| !reason.is_empty()))
}

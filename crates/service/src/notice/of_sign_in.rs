//! What is told of how an owner signs in: passwords, methods, codes, browsers, tokens.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::api_token::{ApiToken, Scope};
use postern_domain::notice::NoticeKind;

use super::doer::{Doer, place};
use super::words::{About, CHANGE_PASSWORD, Tidings, Words, moment, usable_from};

/// What is told of how an owner signs in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum SignInTidings {
    /// A method was registered: what it is in words (`authenticator app`), and what its owner calls it.
    MethodRegistered { method: String, label: String, done: Doer },
    /// A method was deleted.
    MethodDeleted { method: String, label: String, done: Doer },
    /// New recovery codes were made; the old ones are void.
    RecoveryCodesMade { done: Doer },
    /// A recovery code was used in the place of a second factor; so many are left.
    RecoveryCodeUsed { left: u32, done: Doer },
    /// A passkey was refused: its signature counter did not grow, so that there may be a copy of it.
    PasskeyCopied { label: String, from: IpAddr },
    /// The account password was changed or set.
    PasswordChanged { done: Doer },
    /// A browser is not asked for a second factor until then.
    BrowserRemembered { until: Timestamp, done: Doer },
    /// Somebody else changed how the second factor is asked for: what was done, as a sentence without its full stop.
    MfaChanged { what: String, done: Doer },
    /// An API token was created.
    TokenCreated { token: ApiToken, done: Doer },
    /// Somebody else than its owner revoked an API token.
    TokenRevoked { token: ApiToken, done: Doer },
    /// An API token is about to expire.
    TokenExpiresSoon { token: ApiToken },
}

impl Tidings for SignInTidings {
    fn words(&self, about: &About<'_>) -> Words {
        match self {
            Self::MethodRegistered { method, label, done } => {
                let subject = format!("Authentication method registered: {method}");
                Words::new(NoticeKind::MethodRegistered, subject)
                    .fact("Method", method)
                    .fact("Name", label)
                    .done_by(done, about)
            }
            Self::MethodDeleted { method, label, done } => {
                Words::new(NoticeKind::MethodDeleted, format!("Authentication method deleted: {method}"))
                    .fact("Method", method)
                    .fact("Name", label)
                    .done_by(done, about)
            }
            Self::RecoveryCodesMade { done } => {
                Words::new(NoticeKind::RecoveryCodesMade, "New recovery codes were made").done_by(done, about)
            }
            Self::RecoveryCodeUsed { left, done } => {
                Words::new(NoticeKind::RecoveryCodeUsed, "A recovery code was used to sign in")
                    .fact("Codes left", left)
                    .done_by(done, about)
            }
            Self::PasskeyCopied { label, from } => {
                let subject =
                    format!("The passkey \u{201c}{label}\u{201d} was refused: there may be a copy of it");
                Words::new(NoticeKind::PasskeyCopied, subject)
                    .fact("Name", label)
                    .fact("From", place(*from, about.trusted))
                    .advice(
                        "Delete it and register another one; if you did not use it, tell your administrator.",
                    )
            }
            Self::PasswordChanged { done } => {
                Words::new(NoticeKind::PasswordChanged, "Your account password was changed")
                    .done_by(done, about)
            }
            Self::BrowserRemembered { until, done } => {
                Words::new(NoticeKind::BrowserRemembered, "A browser is remembered for your account")
                    .fact("No second factor until", moment(*until))
                    .advice(format!("{CHANGE_PASSWORD} You can forget the browser there."))
                    .done_by(done, about)
            }
            Self::MfaChanged { what, done } => {
                Words::new(NoticeKind::MfaChanged, what.clone()).done_by(done, about)
            }
            Self::TokenCreated { token, done } => of_token(NoticeKind::ApiTokenCreated, token, "created")
                .fact("May", may(token))
                .fact("Usable from", usable_from(&token.networks))
                .fact("Expires", moment(token.expires_at))
                .done_by(done, about),
            Self::TokenRevoked { token, done } => of_token(
                NoticeKind::ApiTokenRevoked,
                token,
                "revoked by an administrator",
            )
            .advice(
                "The program that uses it is refused. If you did not expect this, ask your administrator.",
            )
            .done_by(done, about),
            Self::TokenExpiresSoon { token } => {
                let last_use = token.last_use.map(|last| last.at);
                of_token(NoticeKind::ApiTokenExpiresSoon, token, "expires soon")
                    .fact("May", may(token))
                    .fact("Last used", last_use.map_or_else(|| "never".to_owned(), moment))
                    .fact("Expires", moment(token.expires_at))
                    .advice(
                        "No token is renewed. If a program still needs it: create another one, and give it to the program \
                         before then.",
                    )
            }
        }
    }
}

fn of_token(kind: NoticeKind, token: &ApiToken, what: &str) -> Words {
    let name = &token.name;
    Words::new(kind, format!("API token \u{201c}{name}\u{201d} {what}"))
        .fact("API token", name)
        .link("/api-tokens")
}

fn may(token: &ApiToken) -> String {
    token.scopes.iter().map(Scope::words).collect::<Vec<_>>().join("; ")
}

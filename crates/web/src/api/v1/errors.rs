//! What a deed's error is at the API. What a deed adds later is a conflict until it is told here.

use http::header;
use postern_service::account::{AccountError, AddAccountError, BulkError, SetAccountPasswordError};
use postern_service::api::{ApiTokenError, ServicePrincipalError};
use postern_service::app_password::AppPasswordError;
use postern_service::audit::AuditError;
use postern_service::directory::ImportError;
use postern_service::inventory::InventoryError;
use postern_service::live_session::LiveSessionError;
use postern_service::notice::{ListNoticesError, NotificationAddressError};
use postern_service::outside::{LinkIdentityError, UnlinkIdentityError};
use postern_service::portal::EnrolError;
use postern_service::refusal::{AskForHelpError, LookUpError};
use postern_service::setting::SettingError;
use postern_service::upstream::{ConsentError, MailboxPasswordError};

use crate::api::bearer::{ended, sentence};
use crate::api::problem::{FieldError, Problem, ProblemKind};

/// The error's own words, as a problem of a kind.
fn of(kind: ProblemKind, error: &impl ToString) -> Problem {
    Problem::new(kind, sentence(&error.to_string()))
}

/// The error's own words, about a field.
fn about(pointer: &str, error: &impl ToString) -> Problem {
    Problem::field(pointer, sentence(&error.to_string()))
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Failure(failure) => failure.into(),
            AccountError::NoSuchAccount | AccountError::NoSuchMethod => of(ProblemKind::NotFound, &error),
            AccountError::NotAllowed
            | AccountError::HasMoreRights
            | AccountError::TokensOwner
            | AccountError::OwnAccount => of(ProblemKind::NotAllowed, &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<EnrolError> for Problem {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Failure(failure) => failure.into(),
            EnrolError::NoSuchMethod => of(ProblemKind::NotFound, &error),
            EnrolError::SessionOver => ended(),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<AddAccountError> for Problem {
    fn from(error: AddAccountError) -> Self {
        match error {
            AddAccountError::Failure(failure) => failure.into(),
            AddAccountError::NotAllowed | AddAccountError::StepUpNeeded => {
                of(ProblemKind::NotAllowed, &error)
            }
            AddAccountError::TooManyAliases { .. } => about("/aliases", &error),
            AddAccountError::UnfitPassword(_) => about("/password", &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<BulkError> for Problem {
    fn from(error: BulkError) -> Self {
        match error {
            BulkError::Failure(failure) => failure.into(),
            BulkError::NoSuchChange => of(ProblemKind::NotFound, &error),
            BulkError::NotAllowed | BulkError::InNobodysName => of(ProblemKind::NotAllowed, &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Failure(failure) => failure.into(),
            ImportError::NotAllowed => of(ProblemKind::NotAllowed, &error),
            ImportError::Mistakes(mistakes) => Self::fields(
                mistakes
                    .first
                    .iter()
                    .map(|mistake| FieldError {
                        pointer: "/rows".to_owned(),
                        detail: sentence(&mistake.to_string()),
                    })
                    .collect(),
            ),
            ImportError::TooManyMissing { .. } => about("/blockMissing", &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<SetAccountPasswordError> for Problem {
    fn from(error: SetAccountPasswordError) -> Self {
        match error {
            SetAccountPasswordError::Account(error) => error.into(),
            SetAccountPasswordError::UnfitPassword(_) => about("/password", &error),
        }
    }
}

impl From<AppPasswordError> for Problem {
    fn from(error: AppPasswordError) -> Self {
        use AppPasswordError as E;
        match error {
            E::Failure(failure) => failure.into(),
            E::NoSuchAccount | E::NoSuchAppPassword => of(ProblemKind::NotFound, &error),
            E::NotAllowed
            | E::SwitchedOff
            | E::AboveUsual { .. }
            | E::OwnersToWiden
            | E::SuspendedByAnother => of(ProblemKind::NotAllowed, &error),
            E::EmptyScope | E::ScopeNotAllowed { .. } => about("/doors", &error),
            E::ProfileNotAllowed { .. } => about("/profile", &error),
            E::TooManyNetworks { .. } | E::NetworksNeeded => about("/networks", &error),
            E::TooManySenders { .. } => about("/senders", &error),
            E::NotAServiceAccount => about("/mayActForOnly", &error),
            E::ExpiryInThePast | E::ExpiryNeeded { .. } => about("/expiresAt", &error),
            E::IdleExpiryTooShort | E::IdleExpiryNeeded { .. } => about("/idleExpiryDays", &error),
            E::OverlapTooLong => about("/overlapSeconds", &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<LiveSessionError> for Problem {
    fn from(error: LiveSessionError) -> Self {
        match error {
            LiveSessionError::Failure(failure) => failure.into(),
            LiveSessionError::NotAllowed => of(ProblemKind::NotAllowed, &error),
            LiveSessionError::NoSuchAccount | LiveSessionError::NoSuchSession => {
                of(ProblemKind::NotFound, &error)
            }
        }
    }
}

impl From<LookUpError> for Problem {
    fn from(error: LookUpError) -> Self {
        match error {
            LookUpError::Failure(failure) => failure.into(),
            error => of(ProblemKind::NotFound, &error),
        }
    }
}

impl From<SettingError> for Problem {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Failure(failure) => failure.into(),
            SettingError::NotAllowed => of(ProblemKind::NotAllowed, &error),
            SettingError::NoSuchAccount => of(ProblemKind::NotFound, &error),
            SettingError::Invalid(_) => about("/value", &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<ConsentError> for Problem {
    fn from(error: ConsentError) -> Self {
        match error {
            ConsentError::Failure(failure) => failure.into(),
            ConsentError::NotAllowed => of(ProblemKind::NotAllowed, &error),
            ConsentError::NoSuchAccount { .. }
            | ConsentError::NoSuchProvider
            | ConsentError::NoSuchConsent
            | ConsentError::NoSuchPassword => of(ProblemKind::NotFound, &error),
            ConsentError::UnknownDeviceCode => about("/deviceCode", &error),
            ConsentError::TooSoon { after } => {
                let seconds = after.as_secs().max(1).to_string();
                of(ProblemKind::TooManyRequests, &error).header(header::RETRY_AFTER, &seconds)
            }
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<AuditError> for Problem {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Failure(failure) => failure.into(),
            AuditError::NotAllowed => of(ProblemKind::NotAllowed, &error),
            AuditError::NoSuchAccount | AuditError::NoSuchRecord => of(ProblemKind::NotFound, &error),
        }
    }
}

impl From<ApiTokenError> for Problem {
    fn from(error: ApiTokenError) -> Self {
        match error {
            ApiTokenError::Failure(failure) => failure.into(),
            ApiTokenError::NotAllowed | ApiTokenError::AskedByToken => of(ProblemKind::NotAllowed, &error),
            ApiTokenError::NoSuchAccount | ApiTokenError::NoSuchToken => of(ProblemKind::NotFound, &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<ServicePrincipalError> for Problem {
    fn from(error: ServicePrincipalError) -> Self {
        use ServicePrincipalError as E;
        match error {
            E::Failure(failure) => failure.into(),
            E::NotAllowed | E::AskedByToken => of(ProblemKind::NotAllowed, &error),
            E::NoSuchPrincipal => of(ProblemKind::NotFound, &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<InventoryError> for Problem {
    fn from(error: InventoryError) -> Self {
        match error {
            InventoryError::Failure(failure) => failure.into(),
            InventoryError::NotAllowed => of(ProblemKind::NotAllowed, &error),
            InventoryError::NoSuchAccount => about("?owner", &error),
        }
    }
}

impl From<ListNoticesError> for Problem {
    fn from(error: ListNoticesError) -> Self {
        match error {
            ListNoticesError::Failure(failure) => failure.into(),
            error @ ListNoticesError::NotAllowed => of(ProblemKind::NotAllowed, &error),
        }
    }
}

impl From<NotificationAddressError> for Problem {
    fn from(error: NotificationAddressError) -> Self {
        use NotificationAddressError as E;
        match error {
            E::Failure(failure) => failure.into(),
            E::NoSuchAccount | E::NoSuchAddress => of(ProblemKind::NotFound, &error),
            E::NotAllowed | E::OwnersToConfirm => of(ProblemKind::NotAllowed, &error),
            E::OwnAddress => about("/address", &error),
            E::WrongCode => about("/code", &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<AskForHelpError> for Problem {
    fn from(error: AskForHelpError) -> Self {
        match error {
            AskForHelpError::Failure(failure) => failure.into(),
            AskForHelpError::NotFound => Self::not_found("refusal"),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<LinkIdentityError> for Problem {
    fn from(error: LinkIdentityError) -> Self {
        match error {
            LinkIdentityError::Failure(failure) => failure.into(),
            LinkIdentityError::NotAllowed => of(ProblemKind::NotAllowed, &error),
            LinkIdentityError::NoSuchAccount { .. } => of(ProblemKind::NotFound, &error),
            LinkIdentityError::NoSuchProvider => about("/provider", &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<UnlinkIdentityError> for Problem {
    fn from(error: UnlinkIdentityError) -> Self {
        match error {
            UnlinkIdentityError::Failure(failure) => failure.into(),
            UnlinkIdentityError::NotAllowed => of(ProblemKind::NotAllowed, &error),
            UnlinkIdentityError::NoSuchAccount { .. } | UnlinkIdentityError::NoSuchLink => {
                of(ProblemKind::NotFound, &error)
            }
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

impl From<MailboxPasswordError> for Problem {
    fn from(error: MailboxPasswordError) -> Self {
        match error {
            MailboxPasswordError::Failure(failure) => failure.into(),
            MailboxPasswordError::NoSuchUpstream => of(ProblemKind::NotFound, &error),
            MailboxPasswordError::SessionOver => ended(),
            MailboxPasswordError::Unfit => about("/password", &error),
            error => of(ProblemKind::Conflict, &error),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;
    use http::StatusCode;

    use super::*;

    /// Its token was good when the request began: a program learns that from now on it needs another one.
    #[test]
    fn a_token_that_ended_meanwhile_is_challenged() {
        for problem in [EnrolError::SessionOver.into(), MailboxPasswordError::SessionOver.into()] {
            let response = Problem::into_response(problem);
            let challenge = response.headers().get(header::WWW_AUTHENTICATE).unwrap();
            assert_eq!(
                (response.status(), challenge.to_str().unwrap()),
                (
                    StatusCode::UNAUTHORIZED,
                    "Bearer realm=\"postern\", error=\"invalid_token\", error_description=\"the token has ended: create another one\"",
                )
            );
        }
    }
}

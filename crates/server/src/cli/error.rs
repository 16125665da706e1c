//! Why a command did not do as asked, and its exit code.

use std::io;

use postern_domain::impersonation::InvalidGrant;
use postern_service::Failure;
use postern_service::account::{AccountError, AddAccountError, SetAccountPasswordError};
use postern_service::api::{ApiTokenError, ServicePrincipalError};
use postern_service::app_password::AppPasswordError;
use postern_service::audit::{AuditError, VerifyAuditError};
use postern_service::directory::ImportError;
use postern_service::inventory::InventoryError;
use postern_service::live_session::LiveSessionError;
use postern_service::messenger::Undelivered;
use postern_service::notice::NotificationAddressError;
use postern_service::outside::{LinkIdentityError, UnlinkIdentityError};
use postern_service::refusal::LookUpError;
use postern_service::setting::SettingError;
use postern_service::upstream::ConsentError;

use super::app_password::SenderError;
use crate::config::Mistakes;
use crate::demo::DemoError;
use crate::wiring::{OpenError, ServeError};

/// Why a command did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Mistakes in the configuration file.
    #[error("the configuration has mistakes:\n{0}")]
    Configuration(#[from] Mistakes),
    /// `--database` or `POSTERN_DATABASE`. The text itself may hold a password.
    #[error("--database (or POSTERN_DATABASE) is not possible: {expected}")]
    DatabaseUrl {
        /// What it takes.
        expected: String,
    },
    /// Data folder, key file or database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The server did not start.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The story did not come out as told.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// A deed on an account.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// An account was not added.
    #[error(transparent)]
    AddAccount(#[from] AddAccountError),
    /// Accounts were not imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The file to be imported.
    #[error("{file} cannot be read: {error}")]
    ImportFile {
        /// As it was named.
        file: String,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// A password was not set.
    #[error(transparent)]
    SetPassword(#[from] SetAccountPasswordError),
    /// A deed on an API token.
    #[error(transparent)]
    ApiToken(#[from] ApiTokenError),
    /// A deed on a service principal.
    #[error(transparent)]
    ServicePrincipal(#[from] ServicePrincipalError),
    /// A deed on an app password.
    #[error(transparent)]
    AppPassword(#[from] AppPasswordError),
    /// The audit log.
    #[error(transparent)]
    AuditLog(#[from] AuditError),
    /// A deed on live sessions.
    #[error(transparent)]
    LiveSession(#[from] LiveSessionError),
    /// A deed on a consent.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// Notification addresses were not shown or changed.
    #[error(transparent)]
    NotificationAddress(#[from] NotificationAddressError),
    /// Nobody was linked.
    #[error(transparent)]
    LinkIdentity(#[from] LinkIdentityError),
    /// A link was not taken away, or not shown.
    #[error(transparent)]
    UnlinkIdentity(#[from] UnlinkIdentityError),
    /// `--sender`.
    #[error("--sender: {0}")]
    Sender(#[from] SenderError),
    /// The mailboxes of a grant.
    #[error(transparent)]
    Grant(#[from] InvalidGrant),
    /// A setting was not changed.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// `--revoke-existing` with another setting or value.
    #[error("--revoke-existing goes with `users_may_create_app_passwords false` and nothing else")]
    NothingToRevoke,
    /// The inventory or the report was not read.
    #[error(transparent)]
    Inventory(#[from] InventoryError),
    /// There is no such setting.
    #[error("there is no setting `{name}`: `postern setting list` shows those that there are")]
    NoSuchSetting {
        /// What was asked for.
        name: String,
    },
    /// A reference was not found.
    #[error("{}", look_up(.0))]
    LookUp(#[from] LookUpError),
    /// The audit log does not hold, or could not be read.
    #[error(transparent)]
    Audit(#[from] VerifyAuditError),
    /// The two passwords typed differ.
    #[error("the two passwords are not the same: try again")]
    PasswordsDiffer,
    /// There is nobody to ask for a password.
    #[error("a password cannot be asked for here ({0}): give it on standard input with --password-stdin")]
    NoPrompt(#[source] io::Error),
    /// The test mail.
    #[error("the mail was not sent: {error}")]
    TestMail {
        /// Why.
        error: Undelivered,
    },
    /// `doctor` found something; it was printed.
    #[error("{problems} of the checks above failed")]
    Unwell {
        /// How many.
        problems: usize,
    },
    /// A failure of ours.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// Standard input.
    #[error("standard input cannot be read: {0}")]
    Input(#[source] io::Error),
    /// Standard output.
    #[error("the answer cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// The operator may look up every refusal, so that one which is not found is not there.
fn look_up(error: &LookUpError) -> String {
    match error {
        LookUpError::NotFound => {
            "no refusal with that reference is recorded: check it, it has the form 7Q3K-M2XA".to_owned()
        }
        LookUpError::Failure(failure) => failure.to_string(),
    }
}

impl CliError {
    /// The process's exit code: 1 refused or not found, 2 a value that cannot be, 3 the installation fails, 4 the
    /// configuration.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Configuration(_)
            | Self::DatabaseUrl { .. }
            | Self::Serve(
                ServeError::Certificate(_) | ServeError::UpstreamFile { .. } | ServeError::Origin(_),
            ) => 4,
            Self::Sender(_)
            | Self::Grant(_)
            | Self::Setting(SettingError::Invalid(_) | SettingError::NotForGroups { .. })
            | Self::NothingToRevoke
            | Self::NoSuchSetting { .. } => 2,
            error if error.is_ours() => 3,
            _ => 1,
        }
    }

    /// Whether it is no fault of who asked, so that asking again later makes sense.
    fn is_ours(&self) -> bool {
        match self {
            Self::Open(error) => error.is_ours(),
            Self::Failure(_)
            | Self::TestMail { .. }
            | Self::Input(_)
            | Self::Output(_)
            | Self::Serve(_)
            | Self::Account(AccountError::Failure(_))
            | Self::AddAccount(AddAccountError::Failure(_))
            | Self::SetPassword(SetAccountPasswordError::Account(AccountError::Failure(_)))
            | Self::AppPassword(AppPasswordError::Failure(_))
            | Self::ApiToken(ApiTokenError::Failure(_))
            | Self::ServicePrincipal(ServicePrincipalError::Failure(_))
            | Self::AuditLog(AuditError::Failure(_))
            | Self::LiveSession(LiveSessionError::Failure(_))
            | Self::Consent(ConsentError::Failure(_) | ConsentError::Unavailable { .. })
            | Self::NotificationAddress(NotificationAddressError::Failure(_))
            | Self::LinkIdentity(LinkIdentityError::Failure(_))
            | Self::UnlinkIdentity(UnlinkIdentityError::Failure(_))
            | Self::Setting(SettingError::Failure(_))
            | Self::Inventory(InventoryError::Failure(_))
            | Self::LookUp(LookUpError::Failure(_))
            | Self::Audit(VerifyAuditError::Failure(_)) => true,
            _ => false,
        }
    }
}

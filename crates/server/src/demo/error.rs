//! Why the story did not come out as told.

use std::io;

use postern_service::Failure;
use postern_service::account::{AccountError, AddAccountError};
use postern_service::app_password::AppPasswordError;
use postern_service::audit::VerifyAuditError;
use postern_service::live_session::LiveSessionError;
use postern_service::portal::{EnrolError, StartPortalSessionError};
use postern_service::refusal::LookUpError;

use crate::cli::CliError;
use crate::config::Mistakes;
use crate::wiring::ServeError;

/// Why the story did not come out as told.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A step had another end.
    #[error("the demo did not come out as told: expected {expected}, got: {got}")]
    NotAsTold {
        /// What the story says.
        expected: &'static str,
        /// What happened.
        got: String,
    },
    /// A connection broke.
    #[error("the demo's connection broke while {doing}: {source}")]
    Connection {
        /// At what.
        doing: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// Nothing came for ten seconds.
    #[error("the demo waited ten seconds for {what}")]
    TooSlow {
        /// For what.
        what: &'static str,
    },
    /// The demo's own folder.
    #[error("the demo's folder {path}: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The demo's own configuration: a defect of ours.
    #[error("the demo's configuration: {0}")]
    Configuration(#[from] Mistakes),
    /// The server did not start.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The demo's client cannot use the server's certificate.
    #[error("the demo's client cannot use the certificate: {0}")]
    Tls(#[from] rustls::Error),
    /// An exchange of HTTP broke.
    #[error("the demo's HTTP connection broke: {0}")]
    Http(#[from] hyper::Error),
    /// The demo's own request: a defect of ours.
    #[error("the demo's request: {0}")]
    Request(#[from] http::Error),
    /// A deed.
    #[error(transparent)]
    AddAccount(#[from] AddAccountError),
    /// A deed.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A deed.
    #[error(transparent)]
    Portal(#[from] StartPortalSessionError),
    /// A deed.
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    /// A deed.
    #[error(transparent)]
    AppPassword(#[from] AppPasswordError),
    /// A deed.
    #[error(transparent)]
    LiveSession(#[from] LiveSessionError),
    /// The audit log.
    #[error(transparent)]
    VerifyAudit(#[from] VerifyAuditError),
    /// A deed.
    #[error(transparent)]
    LookUp(#[from] LookUpError),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// Standard output.
    #[error(transparent)]
    Output(Box<CliError>),
}

impl From<CliError> for DemoError {
    fn from(error: CliError) -> Self {
        Self::Output(Box::new(error))
    }
}

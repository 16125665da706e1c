//! `postern doctor`: what is wrong, and the one thing to do about it.

mod certificate;
mod check;
mod clock;
mod key_file;
mod ports;
mod reference;
mod upstreams;

use clap::Args;
use postern_domain::sign_in::RefusalReference;

use super::{CliError, Context};
use crate::wiring::OpenError;
use check::Report;

/// Checks the installation; with --reference, explains a refusal.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The reference at the end of a refusal, as in 7Q3K-M2XA
    #[arg(long, value_name = "REF")]
    reference: Option<RefusalReference>,
}

impl Doctor {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self.reference {
            Some(reference) => reference::explain(context, reference).await,
            None => check_all(context).await,
        }
    }
}

/// Every check, the ones that others depend on first. A check that fails does not keep the next from being made.
async fn check_all(context: &mut Context) -> Result<(), CliError> {
    let mut report = Report::default();
    let config = context.config()?;
    let file = config
        .file
        .as_ref()
        .map_or_else(|| "none, the defaults hold".to_owned(), |file| file.display().to_string());
    report.good("configuration", file);
    key_file::check(&mut report, &config);
    match context.service().await {
        Ok(service) => {
            report.good("database", config.database.shown());
            clock::check(&mut report, &service).await;
            certificate::check(&mut report, &config, service.clock().now());
            service.close().await;
        }
        Err(error) => {
            report.bad("database", error.to_string(), remedy(&error));
        }
    }
    ports::check(&mut report, &config).await;
    upstreams::check(&mut report, &config).await;
    report.finish(context)
}

/// What to do when the database cannot be used.
fn remedy(error: &CliError) -> &'static str {
    match error {
        CliError::Open(OpenError::Database { .. }) => "start the database, or correct [database] url",
        CliError::Open(OpenError::DataFolder { .. }) => {
            "correct [data] directory, or name another with --data"
        }
        _ => "put the key file that belongs to this database in its place, and never without the other",
    }
}

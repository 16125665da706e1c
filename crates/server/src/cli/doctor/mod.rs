//! `postern doctor`: what is wrong, and the one thing to do about it.

mod certificate;
mod check;
mod clock;
mod messenger;
mod ports;
mod providers;
mod reference;
mod upstreams;

use clap::Args;
use postern_domain::account::AccountName;
use postern_domain::sign_in::RefusalReference;

use super::{CliError, Context};
use check::Report;

/// Checks the installation; with --reference, explains a refusal.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The reference at the end of a refusal, as in 7Q3K-M2XA
    #[arg(long, value_name = "REF")]
    reference: Option<RefusalReference>,
    /// Sends a mail there, through the configured mail server, and checks nothing else
    #[arg(long, value_name = "ADDRESS", conflicts_with = "reference")]
    send_test_mail: Option<AccountName>,
}

impl Doctor {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match (self.reference, self.send_test_mail) {
            (Some(reference), _) => reference::explain(context, reference).await,
            (None, Some(address)) => messenger::send_test_mail(context, address).await,
            (None, None) => check_all(context).await,
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
    match context.service().await {
        Ok(service) => {
            report.good("database", config.database.shown());
            report.good("keys", config.data.key_file.display().to_string());
            clock::check(&mut report, &service, context.by()).await;
            certificate::check(&mut report, &config, service.clock().now());
            providers::check(&mut report, &service, context.by()).await;
            messenger::check(&mut report, &config, &service, context.by()).await;
            service.close().await;
        }
        Err(CliError::Open(error)) => {
            let check = if error.is_about_keys() { "keys" } else { "database" };
            report.bad(check, error.problem(), error.remedy());
        }
        Err(error) => return Err(error),
    }
    ports::check(&mut report, &config).await;
    upstreams::check(&mut report, &config).await;
    report.finish(context)
}

//! `postern mfa require-registration`

use clap::Args;
use postern_domain::account::AccountName;
use serde_json::json;

use crate::cli::{CliError, Context};

/// Demands that the owner registers a method anew at the next browser sign-in. Their browser sessions end; app passwords
/// and API tokens stay.
#[derive(Debug, Args)]
pub(crate) struct RequireRegistration {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
    /// Delete the methods and recovery codes that there are: the account password alone leads to the registration then
    #[arg(long)]
    delete_methods: bool,
}

impl RequireRegistration {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let deleted = service.require_registration(context.by(), &self.account, self.delete_methods).await?;
        service.close().await;
        let answer = json!({ "account": self.account.as_str(), "methods_deleted": deleted });
        context.console.answer(&answer, || {
            format!(
                "{} must register a method at the next browser sign-in; methods deleted: {deleted}.",
                self.account
            )
        })
    }
}

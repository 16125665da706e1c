//! `postern account set-password`

use clap::Args;
use serde_json::json;

use super::AccountArgument;
use super::password::PasswordSource;
use crate::cli::{CliError, Context};

/// Sets an account's password; its portal sessions end.
#[derive(Debug, Args)]
pub(crate) struct SetPassword {
    #[command(flatten)]
    account: AccountArgument,
    #[command(flatten)]
    password: PasswordSource,
    /// Leave the account's app passwords and API tokens working; otherwise they are revoked, as whoever knew the password
    /// may have made some
    #[arg(long)]
    keep_app_passwords: bool,
}

impl SetPassword {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let (name, password) = (self.account.account, self.password.read()?);
        let revoked =
            service.set_account_password(context.by(), &name, password, !self.keep_app_passwords).await?;
        service.close().await;
        let answer = json!({ "account": name.as_str(), "app_passwords_revoked": revoked });
        context
            .console
            .answer(&answer, || format!("The password of {name} is set. App passwords revoked: {revoked}."))
    }
}

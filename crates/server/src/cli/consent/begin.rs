//! `postern consent begin`

use clap::Args;
use postern_domain::account::AccountName;
use postern_service::upstream::DeviceProgress;
use serde_json::json;

use crate::cli::{CliError, Context};
use crate::text::show_moment;

/// Prints a code and an address, and waits until the mailbox's owner has entered the code there and consented.
///
/// The provider must issue codes for other devices (RFC 8628). Where the owner can use the portal, the page Mailbox there
/// is simpler.
#[derive(Debug, Args)]
pub(crate) struct Begin {
    /// The account's user name or one of its aliases
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
    /// The provider, by its name in the configuration
    #[arg(long, value_name = "NAME")]
    provider: String,
}

impl Begin {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let begun = service.begin_device_consent(context.by(), &self.account, &self.provider).await;
        let mut waiting = begun?;
        let told = json!({
            "state": "pending",
            "user_code": waiting.user_code,
            "verification_uri": waiting.verification_uri,
            "verification_uri_complete": waiting.verification_uri_complete,
            "expires_at": show_moment(waiting.expires_at),
        });
        let words = format!(
            "Open {} as {}, and enter the code {}. It is good until {}. Waiting…",
            waiting.verification_uri,
            self.account,
            waiting.user_code,
            show_moment(waiting.expires_at)
        );
        context.console.answer(&told, || words)?;
        while {
            tokio::time::sleep(waiting.interval).await;
            service.poll_device_consent(context.by(), &mut waiting).await? == DeviceProgress::Pending
        } {}
        service.close().await;
        let answer = json!({
            "state": "connected",
            "account": self.account.as_str(),
            "provider": self.provider,
        });
        let words = || format!("The mailbox of {} is connected to {}.", self.account, self.provider);
        context.console.answer(&answer, words)
    }
}

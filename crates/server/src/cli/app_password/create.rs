//! `postern app-password create`

use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use postern_domain::account::AccountName;
use postern_domain::app_password::{AppPasswordName, AppPasswordNote, Profile};
use postern_domain::door::Door;
use postern_domain::limits::Limits;
use postern_domain::network::{Networks, parse_network};
use postern_service::app_password::CreateAppPassword;

use super::expiry::Expiry;
use super::impersonation::ImpersonationArguments;
use super::limits::LimitArguments;
use super::sender;
use crate::cli::{CliError, Context};
use crate::text::parse_span;

/// Creates an app password. Its secret is shown this once.
#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Whose it is to be
    #[arg(value_name = "ACCOUNT")]
    account: AccountName,
    /// What uses it, 8 to 64 characters, as in "Contact form"
    #[arg(long)]
    name: AppPasswordName,
    /// What it is good for, separated by commas
    #[arg(long, value_delimiter = ',', default_value = "smtp")]
    protocol: Vec<Door>,
    /// A network or address from which it is good; may be given several times. Without any: from everywhere
    #[arg(long, value_name = "CIDR", value_parser = parse_network)]
    network: Vec<IpNet>,
    /// When it ends: 90d, 2027-03-31 (the end of that day in UTC), or never
    #[arg(long, value_name = "WHEN", default_value = "never")]
    expires: Expiry,
    /// How long it may be unused before it ends, as in 90d
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    idle_expiry: Option<Duration>,
    /// Sender addresses it may use: own (the account's), any, an address or a @domain; may be given several times
    #[arg(long, value_name = "SENDER")]
    sender: Vec<String>,
    /// What else there is to know about it, at most 500 characters: where the device stands, who looks after it
    #[arg(long)]
    note: Option<AppPasswordNote>,
    /// The form of its secret: standard, capitals-and-digits or sixteen-letters
    #[arg(long, default_value = "standard", value_parser = parse_profile)]
    profile: Profile,
    #[command(flatten)]
    limits: LimitArguments,
    #[command(flatten)]
    impersonation: ImpersonationArguments,
}

fn parse_profile(text: &str) -> Result<Profile, &'static str> {
    Profile::from_name(text).ok_or("write standard, capitals-and-digits or sixteen-letters")
}

impl Create {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let now = service.clock().now();
        let account = service.find_account(context.by(), &self.account).await?.account;
        let new = CreateAppPassword {
            account: self.account,
            name: self.name,
            note: self.note,
            profile: self.profile,
            scope: self.protocol.into_iter().collect(),
            networks: Networks::new(self.network),
            expires_at: self.expires.moment(now),
            idle_expiry: self.idle_expiry,
            sender: sender::restriction(&self.sender)?,
            grant: self.impersonation.grant()?,
            limits: self.limits.over(Limits::default()),
            from: None,
        };
        let created = service.create_app_password(context.by(), new).await?;
        service.close().await;
        super::secret::answer(context, &created, &account, now, "Created app password")
    }
}

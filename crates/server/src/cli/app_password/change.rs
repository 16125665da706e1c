//! `postern app-password change`

use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use postern_domain::Timestamp;
use postern_domain::app_password::{AppPasswordName, AppPasswordNote, InvalidAppPasswordNote};
use postern_domain::door::Door;
use postern_domain::network::{Networks, NotANetwork, parse_network};
use postern_service::app_password::ChangeAppPassword;

use super::expiry::Expiry;
use super::selector::Selector;
use super::sender;
use crate::cli::view::AppPasswordView;
use crate::cli::{CliError, Context};
use crate::text::parse_span;

/// Changes what an app password is called and what it may do; what is not given stays. Its owner is told of whatever lets
/// it do more. Its limits are set by `limit`, its mailboxes by `narrow`.
#[derive(Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    which: Selector,
    /// Another name, 8 to 64 characters
    #[arg(long)]
    rename: Option<AppPasswordName>,
    /// What else there is to know about it, at most 500 characters; empty: nothing
    #[arg(long)]
    note: Option<Note>,
    /// What it is good for, separated by commas
    #[arg(long, value_delimiter = ',')]
    protocol: Vec<Door>,
    /// A network or address from which it is good, or any; may be given several times
    #[arg(long, value_name = "CIDR")]
    network: Vec<Network>,
    /// When it ends: 90d, 2027-03-31 (the end of that day in UTC), or never
    #[arg(long, value_name = "WHEN")]
    expires: Option<Expiry>,
    /// How long it may be unused before it ends, as in 90d, or never
    #[arg(long, value_name = "SPAN", value_parser = parse_idle)]
    idle_expiry: Option<IdleExpiry>,
    /// Sender addresses it may use: own (the account's), any, an address or a @domain; may be given several times
    #[arg(long, value_name = "SENDER")]
    sender: Vec<String>,
}

/// A note, or that there is to be none.
#[derive(Debug, Clone)]
struct Note(Option<AppPasswordNote>);

impl FromStr for Note {
    type Err = InvalidAppPasswordNote;

    fn from_str(text: &str) -> Result<Self, InvalidAppPasswordNote> {
        AppPasswordNote::typed(text).map(Self)
    }
}

/// A network, or any.
#[derive(Debug, Clone, Copy)]
struct Network(Option<IpNet>);

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        if text == "any" { Ok(Self(None)) } else { parse_network(text).map(|network| Self(Some(network))) }
    }
}

/// A span, or never.
#[derive(Debug, Clone, Copy)]
struct IdleExpiry(Option<Duration>);

fn parse_idle(text: &str) -> Result<IdleExpiry, String> {
    if text == "never" {
        return Ok(IdleExpiry(None));
    }
    parse_span(text).map(|span| IdleExpiry(Some(span))).map_err(|error| error.to_string())
}

impl Change {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service().await?;
        let now = service.clock().now();
        let (app_password, account) = self.which.find(&service, context.by()).await?;
        let done = service.change_app_password(context.by(), app_password.id, self.into_change(now)?).await?;
        service.close().await;
        let answer = AppPasswordView::new(&done.app_password, &account, now);
        context.console.answer(&answer, || {
            let names: Vec<_> = done.changed.iter().map(|attribute| attribute.name()).collect();
            let what =
                if names.is_empty() { "nothing, as it is so already".to_owned() } else { names.join(", ") };
            format!("Changed \"{}\" of {}: {what}.", done.app_password.name, account.name)
        })
    }

    fn into_change(self, now: Timestamp) -> Result<ChangeAppPassword, CliError> {
        let networks = (!self.network.is_empty()).then(|| {
            // With any among them, it is any.
            let all: Option<Vec<IpNet>> = self.network.iter().map(|network| network.0).collect();
            all.map_or_else(Networks::any, Networks::new)
        });
        let sender = if self.sender.is_empty() { None } else { Some(sender::restriction(&self.sender)?) };
        Ok(ChangeAppPassword {
            name: self.rename,
            note: self.note.map(|note| note.0),
            scope: (!self.protocol.is_empty()).then(|| self.protocol.iter().copied().collect()),
            networks,
            expires_at: self.expires.map(|expiry| expiry.moment(now)),
            idle_expiry: self.idle_expiry.map(|idle| idle.0),
            sender,
            limits: None,
        })
    }
}

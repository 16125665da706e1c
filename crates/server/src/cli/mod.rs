//! The command line: one file for each command.
//!
//! Exit codes: 0 done · 1 refused or not found · 2 wrong usage: an argument or a value that cannot be (clap's, and
//! ours) · 3 the installation fails: database, key file, ports · 4 mistakes in the configuration.

mod account;
mod app_password;
mod audit;
mod check_config;
mod completions;
mod consent;
mod console;
mod context;
#[cfg(test)]
mod deeds;
mod demo;
mod doctor;
mod error;
mod generate;
mod group;
mod inventory;
mod key;
mod mfa;
mod report;
mod serve;
mod service_principal;
mod session;
mod setting;
mod token;
mod view;
mod whole_list;

pub use console::Console;
pub use context::Context;
pub use error::CliError;
use whole_list::whole_list;

use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand};

/// App passwords for programs that cannot answer a second factor.
///
/// Postern is the gateway where such programs sign in (SMTP submission), the portal where people manage their app
/// passwords, and these commands. A command takes effect on a running server within a second.
#[derive(Debug, Parser)]
#[command(name = "postern", version, max_term_width = 110, after_help = EXIT_CODES, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 refused or not found; 2 wrong usage, or a value that cannot be; 3 the installation fails, see
`postern doctor`; 4 mistakes in the configuration.
Without --config, POSTERN_CONFIG is used, and without that the defaults: data in ./postern-data.";

impl Cli {
    /// Reads the command line; ends the process with what is wrong with it.
    #[must_use]
    pub fn read() -> Self {
        Self::try_parse().unwrap_or_else(|mut error| {
            if error.kind() == ErrorKind::MissingSubcommand {
                // clap lists the hidden ones too.
                let command = Self::command();
                let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
                let names = shown.map(|command| command.get_name().to_owned()).collect();
                error.insert(ContextKind::ValidSubcommand, ContextValue::Strings(names));
            }
            error.exit()
        })
    }
}

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Where")]
    pub(crate) config: Option<PathBuf>,
    /// The data folder; goes before the configuration
    #[arg(long, global = true, value_name = "DIR", help_heading = "Where")]
    pub(crate) data: Option<PathBuf>,
    /// The database, sqlite:PATH or postgres://…; goes before the configuration
    #[arg(long, global = true, value_name = "URL", help_heading = "Where")]
    pub(crate) database: Option<String>,
    /// Answer in JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve(serve::Serve),
    /// Play the main jobs from end to end, then stay up for you to try
    Demo(demo::Demo),
    /// Accounts
    #[command(subcommand)]
    Account(account::Command),
    /// Groups of accounts, by which grants and upstreams mean several at once
    #[command(subcommand)]
    Group(group::Command),
    /// The multi-factor authentication of an account
    #[command(subcommand)]
    Mfa(mfa::Command),
    /// App passwords
    #[command(subcommand)]
    AppPassword(app_password::Command),
    /// Settings of the organization
    #[command(subcommand)]
    Setting(setting::Command),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// Sessions
    #[command(subcommand)]
    Session(session::Command),
    /// API tokens, with which scripts do what their owners may
    #[command(subcommand)]
    Token(token::Command),
    /// Service principals: programs with permissions of their own at the API
    #[command(subcommand)]
    ServicePrincipal(service_principal::Command),
    /// The consents of mailbox owners
    #[command(subcommand)]
    Consent(consent::Command),
    /// The keys outside the database
    #[command(subcommand)]
    Key(key::Command),
    /// List every credential with which nobody answers a second factor, with what is wrong with it
    Inventory(inventory::Inventory),
    /// Report how programs sign in, and what they are refused for
    Report(report::Report),
    /// Say what is wrong and what to do about it
    Doctor(doctor::Doctor),
    /// Report all mistakes in a configuration file
    CheckConfig(check_config::CheckConfig),
    /// Print completions for a shell
    Completions(completions::Completions),
    /// Print a reference file of the documentation
    #[command(subcommand, hide = true)]
    Generate(generate::Command),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// [`CliError`].
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Serve(command) => command.run(context).await,
            Self::Inventory(command) => command.run(context).await,
            Self::Report(command) => command.run(context).await,
            Self::Demo(command) => command.run(context).await,
            Self::Account(command) => command.run(context).await,
            Self::Group(command) => command.run(context).await,
            Self::Mfa(command) => command.run(context).await,
            Self::AppPassword(command) => command.run(context).await,
            Self::Setting(command) => command.run(context).await,
            Self::Audit(command) => command.run(context).await,
            Self::Session(command) => command.run(context).await,
            Self::Token(command) => command.run(context).await,
            Self::ServicePrincipal(command) => command.run(context).await,
            Self::Consent(command) => command.run(context).await,
            Self::Key(command) => command.run(context).await,
            Self::Doctor(command) => command.run(context).await,
            Self::CheckConfig(command) => command.run(context),
            Self::Completions(command) => command.run(context),
            Self::Generate(command) => command.run(context),
        }
    }
}

//! `postern account add`

use clap::{Args, ValueEnum};
use postern_domain::account::{AccountKind, AccountName, Role};
use postern_domain::mfa::MfaState;
use postern_service::account::AddAccount;

use super::password::PasswordSource;
use crate::cli::view::AccountView;
use crate::cli::{CliError, Context};

/// Adds an account.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The user name: an e-mail address
    #[arg(value_name = "ACCOUNT")]
    name: AccountName,
    /// A further address; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    alias: Vec<AccountName>,
    /// Person or service account
    #[arg(long, value_enum, default_value_t = Kind::Person)]
    kind: Kind,
    /// What it may do for others: member, help-desk, auditor, authentication-administrator or global-administrator
    #[arg(long, value_parser = parse_role, default_value = Role::Member.name())]
    role: Role,
    /// The MFA state: disabled, enabled or enforced; otherwise the setting for new accounts
    #[arg(long, value_name = "STATE")]
    mfa: Option<MfaState>,
    /// Leave it without a password: nobody can sign in to the portal with it
    #[arg(long, conflicts_with = "password_stdin")]
    no_password: bool,
    #[command(flatten)]
    password: PasswordSource,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Person,
    #[value(alias = "service")]
    ServiceAccount,
}

/// The role of that name.
pub(super) fn parse_role(text: &str) -> Result<Role, &'static str> {
    Role::from_name(text)
        .ok_or("write member, help-desk, auditor, authentication-administrator or global-administrator")
}

impl Add {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let service = context.service_or_new().await?;
        let password = if self.no_password { None } else { Some(self.password.read()?) };
        let new = AddAccount {
            name: self.name,
            aliases: self.alias,
            kind: match self.kind {
                Kind::Person => AccountKind::Person,
                Kind::ServiceAccount => AccountKind::ServiceAccount,
            },
            role: self.role,
            mfa: self.mfa,
            password,
        };
        let account = service.add_account(context.by(), new).await?;
        service.close().await;
        context
            .console
            .answer(&AccountView::new(&account), || format!("Added {}, MFA {}.", account.name, account.mfa))
    }
}

//! A password from a prompt without echo, or from standard input; never from an argument, which every user can see.

use std::io::{self, BufRead};

use clap::Args;
use postern_domain::account::password::AccountPassword;
use zeroize::Zeroizing;

use crate::cli::CliError;

/// Where the password comes from.
#[derive(Debug, Args)]
pub(super) struct PasswordSource {
    /// Read the password from the first line of standard input instead of asking for it
    #[arg(long)]
    pub(super) password_stdin: bool,
}

impl PasswordSource {
    /// The password, asked for twice at a prompt.
    ///
    /// # Errors
    /// [`CliError::Input`], [`CliError::NoPrompt`], [`CliError::PasswordsDiffer`].
    pub(super) fn read(&self) -> Result<AccountPassword, CliError> {
        if self.password_stdin {
            let mut line = Zeroizing::new(String::new());
            io::stdin().lock().read_line(&mut line).map_err(CliError::Input)?;
            return Ok(AccountPassword::typed(line.trim_end_matches(['\n', '\r'])));
        }
        let first = prompt("Password: ")?;
        let second = prompt("Once more: ")?;
        if *first != *second {
            return Err(CliError::PasswordsDiffer);
        }
        Ok(AccountPassword::typed(&first))
    }
}

fn prompt(text: &str) -> Result<Zeroizing<String>, CliError> {
    rpassword::prompt_password(text).map(Zeroizing::new).map_err(CliError::NoPrompt)
}

//! `--max-sessions` and its like.

use std::str::FromStr;

use clap::Args;
use postern_domain::limits::{Allowance, InvalidAllowance, Limits};

/// The limits of an app password; what is not given stays as it is.
#[derive(Debug, Args)]
pub(super) struct LimitArguments {
    /// Sessions at once: a number, or usual (50)
    #[arg(long, value_name = "NUMBER", help_heading = "Limits")]
    max_sessions: Option<Limit>,
    /// Sign-ins in any minute: a number, or usual (600)
    #[arg(long, value_name = "NUMBER", help_heading = "Limits")]
    max_sign_ins: Option<Limit>,
    /// Messages in any hour at the SMTP door: a number, or usual (as many as it likes)
    #[arg(long, value_name = "NUMBER", help_heading = "Limits")]
    max_messages: Option<Limit>,
    /// Recipients in any hour at the SMTP door: a number, or usual (as many as it likes)
    #[arg(long, value_name = "NUMBER", help_heading = "Limits")]
    max_recipients: Option<Limit>,
}

/// A number, or what holds where nothing is said.
#[derive(Debug, Clone, Copy)]
struct Limit(Option<Allowance>);

impl FromStr for Limit {
    type Err = InvalidAllowance;

    fn from_str(text: &str) -> Result<Self, InvalidAllowance> {
        if text == "usual" { Ok(Self(None)) } else { text.parse().map(|number| Self(Some(number))) }
    }
}

impl LimitArguments {
    /// Whether none is given.
    pub(super) fn are_none(&self) -> bool {
        let given = [self.max_sessions, self.max_sign_ins, self.max_messages, self.max_recipients];
        given.iter().all(Option::is_none)
    }

    /// These in the place of those.
    pub(super) fn over(&self, before: Limits) -> Limits {
        let chosen = |limit: Option<Limit>, before| limit.map_or(before, |limit| limit.0);
        Limits {
            sessions: chosen(self.max_sessions, before.sessions),
            sign_ins_per_minute: chosen(self.max_sign_ins, before.sign_ins_per_minute),
            messages_per_hour: chosen(self.max_messages, before.messages_per_hour),
            recipients_per_hour: chosen(self.max_recipients, before.recipients_per_hour),
        }
    }
}

//! What the commands show of grants and limits, in JSON.

use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::limits::{Allowance, Limits};
use serde::Serialize;

/// The mailboxes that a grant names.
#[derive(Serialize)]
pub(in crate::cli) struct GrantView {
    all: bool,
    mailboxes: Vec<String>,
    groups: Vec<String>,
    domains: Vec<String>,
}

impl GrantView {
    pub(in crate::cli) fn new(grant: &ImpersonationGrant) -> Self {
        match grant {
            ImpersonationGrant::All => {
                Self { all: true, mailboxes: Vec::new(), groups: Vec::new(), domains: Vec::new() }
            }
            ImpersonationGrant::Named(named) => Self {
                all: false,
                mailboxes: named.mailboxes().iter().map(ToString::to_string).collect(),
                groups: named.groups().iter().map(ToString::to_string).collect(),
                domains: named.domains().iter().map(ToString::to_string).collect(),
            },
        }
    }
}

/// The limits in force; null where there is none.
#[derive(Serialize)]
pub(super) struct LimitsView {
    sessions: u32,
    sign_ins_per_minute: u32,
    messages_per_hour: Option<u32>,
    recipients_per_hour: Option<u32>,
}

impl LimitsView {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            sessions: limits.sessions(),
            sign_ins_per_minute: limits.sign_ins_per_minute(),
            messages_per_hour: limits.messages_per_hour.map(Allowance::get),
            recipients_per_hour: limits.recipients_per_hour.map(Allowance::get),
        }
    }
}

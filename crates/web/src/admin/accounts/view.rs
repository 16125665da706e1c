//! Accounts as administrators read them.

use postern_domain::Timestamp;
use postern_domain::account::{AccountKind, AccountStatus};
use postern_domain::mfa::MfaState;
use postern_service::account::ListedAccount;

use crate::view::{Moment, Tone};

/// An account in a list.
pub(crate) struct AccountRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) aliases: usize,
    pub(crate) kind: &'static str,
    /// Of somebody who has one.
    pub(crate) role: Option<&'static str>,
    pub(crate) blocked: bool,
    pub(crate) mfa: &'static str,
    pub(crate) tone: Tone,
    pub(crate) methods: u32,
    pub(crate) app_passwords: u32,
    pub(crate) last_sign_in: Option<Moment>,
}

pub(crate) fn account_row(listed: &ListedAccount, now: Timestamp) -> AccountRow {
    let account = &listed.account;
    AccountRow {
        id: account.id.to_string(),
        name: account.name.to_string(),
        aliases: account.aliases.len(),
        kind: kind_words(account.kind),
        role: account.role.is_privileged().then(|| account.role.words()),
        blocked: matches!(account.status, AccountStatus::Blocked { .. }),
        mfa: mfa_words(account.mfa),
        tone: mfa_tone(account.mfa),
        methods: listed.methods,
        app_passwords: listed.app_passwords,
        last_sign_in: listed.last_sign_in.map(|at| Moment::new(at, now)),
    }
}

pub(crate) const fn kind_words(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Person => "Person",
        AccountKind::ServiceAccount => "Service account",
    }
}

pub(crate) const fn mfa_words(state: MfaState) -> &'static str {
    match state {
        MfaState::Disabled => "Disabled",
        MfaState::Enabled => "Enabled",
        MfaState::Enforced => "Enforced",
    }
}

pub(crate) const fn mfa_tone(state: MfaState) -> Tone {
    match state {
        MfaState::Disabled => Tone::Ended,
        MfaState::Enabled => Tone::Waiting,
        MfaState::Enforced => Tone::Good,
    }
}

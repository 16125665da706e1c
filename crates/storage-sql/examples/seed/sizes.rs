//! How many of what.

/// How many of what.
pub(crate) struct Sizes {
    /// Accounts.
    pub(crate) accounts: u64,
    /// App passwords.
    pub(crate) app_passwords: u64,
    /// Sign-in events.
    pub(crate) events: u64,
    /// Audit records.
    pub(crate) records: u64,
}

impl Sizes {
    /// What so many accounts usually have.
    pub(crate) const fn usual(accounts: u64) -> Self {
        Self { accounts, app_passwords: accounts * 10, events: accounts * 20, records: accounts * 2 }
    }
}

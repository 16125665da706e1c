//! Putting audit records together.

use postern_domain::Timestamp;
use postern_domain::actor::Actor;
use postern_domain::audit::{NewAuditRecord, Operation};
use postern_domain::id::{AccountId, AppPasswordId};

/// An audit record in the making.
pub(crate) struct Record {
    operation: Operation,
    account: Option<AccountId>,
    app_password: Option<AppPasswordId>,
    details: Vec<(String, String)>,
}

impl Record {
    pub(crate) const fn of(operation: Operation) -> Self {
        Self { operation, account: None, app_password: None, details: Vec::new() }
    }

    pub(crate) const fn account(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    pub(crate) const fn app_password(mut self, app_password: AppPasswordId) -> Self {
        self.app_password = Some(app_password);
        self
    }

    /// A further fact. Never a secret.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over what they have: a text, a number, a reference"
    )]
    pub(crate) fn detail(mut self, name: &str, value: impl ToString) -> Self {
        self.details.push((name.to_owned(), value.to_string()));
        self
    }

    /// A further fact, where there is one.
    pub(crate) fn detail_if(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.detail(name, value),
            None => self,
        }
    }

    pub(crate) fn by(mut self, actor: Actor, at: Timestamp) -> NewAuditRecord {
        self.details.sort();
        NewAuditRecord {
            at,
            actor,
            operation: self.operation,
            account: self.account,
            app_password: self.app_password,
            details: self.details,
        }
    }
}

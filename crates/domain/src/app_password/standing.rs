//! Who may let an app password do more, and who may resume a suspended one: the one rule, which the deeds ask and by which
//! pages offer them.

use super::{AppPassword, StoredState};
use crate::account::{Account, AccountKind};

/// How somebody stands to an app password.
///
/// Doing less (narrowing, suspending, revoking) is for its owner and for every administrator whose role covers the account.
/// Doing more is its owner's to answer for; an administrator may do it for a service account only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// It is theirs.
    pub owns: bool,
    /// Their role manages the app passwords of its account.
    pub administers: bool,
    /// They are at the machine.
    pub operates: bool,
}

impl Standing {
    /// Whether they may let an app password of `account` do more than it does, or have its new secret.
    #[must_use]
    pub fn may_widen(self, account: &Account) -> bool {
        self.operates || self.owns || (self.administers && account.kind == AccountKind::ServiceAccount)
    }

    /// Whether they may resume it. What its owner suspended is like any widening. What somebody else suspended its owner
    /// does not resume: it was taken from them; who administers it does, whosever it is.
    #[must_use]
    pub fn may_resume(self, app_password: &AppPassword, account: &Account) -> bool {
        match app_password.state {
            StoredState::Suspended { .. } if !app_password.suspended_by_owner(account) => {
                self.operates || self.administers
            }
            _ => self.may_widen(account),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::app_password::sender::tests::anna;
    use crate::app_password::test::app_password;

    const NOBODY: Standing = Standing { owns: false, administers: false, operates: false };

    fn suspended(by: &str) -> AppPassword {
        let state = StoredState::Suspended { at: Timestamp::from_millis(1), by: by.to_owned() };
        AppPassword { state, ..app_password() }
    }

    #[test]
    fn who_may_widen_and_resume() {
        let person = anna();
        let program = Account { kind: AccountKind::ServiceAccount, ..anna() };
        let own = format!("account {}", person.name);
        let rows: Vec<String> = [
            ("owner", Standing { owns: true, ..NOBODY }),
            ("administrator", Standing { administers: true, ..NOBODY }),
            ("operator", Standing { operates: true, ..NOBODY }),
            ("auditor", NOBODY),
        ]
        .iter()
        .map(|(who, standing)| {
            let may = [&person, &program].map(|account| {
                let resume = |by: &str| standing.may_resume(&suspended(by), account);
                [standing.may_widen(account), resume(&own), resume("account root@example.test")]
            });
            format!("{who}: {may:?}")
        })
        .collect();
        // Of a person, of a service account: widen, resume what the owner suspended, resume what another suspended.
        assert_eq!(
            rows,
            [
                "owner: [[true, true, false], [true, true, false]]",
                "administrator: [[false, false, true], [true, true, true]]",
                "operator: [[true, true, true], [true, true, true]]",
                "auditor: [[false, false, false], [false, false, false]]",
            ]
        );
    }

    #[test]
    fn an_owner_is_known_by_account_alias_and_token() {
        let anna = anna();
        for (by, is_owner) in [
            (format!("account {}", anna.name), true),
            (format!("API token Backup of all of {}", anna.name), true),
            ("account root@example.test".to_owned(), false),
            (format!("operator {}", anna.name), false),
            (format!("service principal {}", anna.name), false),
            ("system".to_owned(), false),
        ] {
            assert_eq!(suspended(&by).suspended_by_owner(&anna), is_owner, "{by}");
        }
        assert!(!app_password().suspended_by_owner(&anna));
    }
}

//! The audit log before the last 30 days; the records of those stand between the seals of their sign-ins.

use postern_domain::Timestamp;
use postern_domain::actor::Actor;
use postern_domain::audit::{NewAuditRecord, Operation};
use postern_domain::id::{AccountId, AppPasswordId};
use postern_storage::Store;

use super::sample::on_the_way;
use super::{Filled, University, id};

/// Records in one transaction.
const AT_ONCE: u64 = 5_000;
/// So many days are in it.
const DAYS: u64 = 300;
/// The last ones are added with the sign-ins.
const WITH_SIGN_INS: u64 = 30;

impl University {
    pub(super) async fn add_audit_records(&mut self, store: &dyn Store) -> Filled {
        let records = self.sizes.records - self.records_with_sign_ins();
        for portion in Self::portions(records, AT_ONCE) {
            let records = portion.map(|number| self.record(on_the_way(number, self.sizes.records, DAYS)));
            let records = records.collect();
            let mut transaction = store.begin().await?;
            transaction.append_audit_records(records).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// How many are added with the sign-ins.
    pub(super) const fn records_with_sign_ins(&self) -> u64 {
        self.sizes.records * WITH_SIGN_INS / DAYS
    }

    /// What somebody did at `at`.
    pub(super) fn record(&mut self, at: Timestamp) -> NewAuditRecord {
        let number = self.sample.below(self.app_passwords.len() as u64);
        let account = self.app_passwords[usize::try_from(number).unwrap_or_default()].account;
        let of_app_password = !self.sample.one_in(3);
        let operation = *self.sample.pick(if of_app_password {
            &[Operation::CreateAppPassword, Operation::RevokeAppPassword, Operation::RotateAppPassword]
        } else {
            &[Operation::ChangeMfaState, Operation::BlockAccount, Operation::SignInToPortal]
        });
        let name = self.person(account).name.clone();
        let actor = match self.sample.below(20) {
            0 => Actor::Operator { user: "root".to_owned() },
            1 => Actor::System,
            2 | 3 => {
                let administrator = self.sample.below(30.min(self.sizes.accounts));
                let name = self.person(administrator).name.clone();
                Actor::Account { id: AccountId::from_bytes(id(1, administrator)), name }
            }
            _ => Actor::Account { id: AccountId::from_bytes(id(1, account)), name },
        };
        NewAuditRecord {
            at,
            actor,
            operation,
            account: Some(AccountId::from_bytes(id(1, account))),
            app_password: of_app_password.then(|| AppPasswordId::from_bytes(id(2, number))),
            details: vec![
                ("from".to_owned(), self.sample.address().to_string()),
                ("name".to_owned(), format!("Number {number}")),
            ],
        }
    }
}

//! Accounts with their groups and methods.

use postern_domain::account::{Account, AccountKind, AccountStatus, GroupName, Role};
use postern_domain::id::{AccountId, MethodId};
use postern_domain::mfa::{AuthenticationMethod, MethodKind, MfaState};
use postern_storage::{MethodRecord, Sealed, Store};

use super::{Filled, Person, University, id};

/// Accounts in one transaction.
const AT_ONCE: u64 = 5_000;

const FIRST: &[&str] =
    &["anna", "bo", "carla", "dmitri", "emma", "farid", "greta", "hans", "ines", "jonas", "karin", "li"];
const LAST: &[&str] =
    &["lindqvist", "nystrom", "ruiz", "orlov", "clarke", "haddad", "meyer", "novak", "okafor", "silva"];
const GROUPS: &[&str] = &["staff", "students", "library", "physics", "medicine", "lists"];
/// Small groups beside the large ones.
const TEAMS: u64 = 400;

impl University {
    pub(super) async fn add_accounts(&mut self, store: &dyn Store) -> Filled {
        for portion in Self::portions(self.sizes.accounts, AT_ONCE) {
            let mut transaction = store.begin().await?;
            for number in portion {
                let account = self.account(number)?;
                transaction.insert_account(&account).await?;
                let is_deleted = matches!(account.status, AccountStatus::Deleted { .. });
                if account.mfa == MfaState::Enforced && !is_deleted && !self.sample.one_in(20) {
                    transaction.insert_method(account.id, &self.method(number)).await?;
                }
                self.people.push(Person { name: account.name, mfa: account.mfa, is_deleted });
            }
            transaction.commit().await?;
        }
        Ok(())
    }

    fn account(&mut self, number: u64) -> Result<Account, Box<dyn std::error::Error>> {
        let sample = &mut self.sample;
        let (first, last) = (*sample.pick(FIRST), *sample.pick(LAST));
        let alias = format!("{}{number}@alumni.example.edu", &first[..1]);
        let mut names: Vec<String> =
            GROUPS.iter().filter(|_| sample.one_in(3)).map(|&group| group.to_owned()).collect();
        if sample.one_in(2) {
            names.push(format!("team-{}", sample.below(TEAMS)));
        }
        names.sort();
        let groups: Result<Vec<GroupName>, _> = names.iter().map(|name| name.parse()).collect();
        let by = "operator root".to_owned();
        let status = match sample.below(500) {
            _ if number < 30 => AccountStatus::Active,
            0 | 1 => AccountStatus::Blocked { at: sample.moment(90), by },
            2..5 => AccountStatus::Deleted { at: sample.moment(90), by },
            _ => AccountStatus::Active,
        };
        Ok(Account {
            id: AccountId::from_bytes(id(1, number)),
            name: format!("{first}.{last}{number}@example.edu").parse()?,
            aliases: if sample.one_in(3) { vec![alias.parse()?] } else { Vec::new() },
            kind: if sample.one_in(50) { AccountKind::ServiceAccount } else { AccountKind::Person },
            role: match number {
                0..3 => Role::GlobalAdministrator,
                3..10 => Role::AuthenticationAdministrator,
                10..25 => Role::HelpDesk,
                25..30 => Role::Auditor,
                _ => Role::Member,
            },
            status,
            mfa: *sample.pick(&[
                MfaState::Disabled,
                MfaState::Enabled,
                MfaState::Enforced,
                MfaState::Enforced,
            ]),
            groups: groups?,
            sid: None,
            grant: None,
            created_at: sample.moment(1000),
            sessions_valid_since: None,
            default_method: None,
            must_register_again: sample.one_in(1000),
        })
    }

    fn method(&mut self, number: u64) -> MethodRecord {
        let sample = &mut self.sample;
        let method = AuthenticationMethod {
            id: MethodId::from_bytes(id(3, number)),
            kind: MethodKind::AuthenticatorApp,
            label: "Phone".to_owned(),
            hint: None,
            registered_at: sample.moment(300),
            last_used_at: Some(sample.moment(30)),
        };
        let secret = Sealed { key_version: 1, bytes: sample.bytes().to_vec() };
        MethodRecord { method, secret, last_step: None, credential: None }
    }
}

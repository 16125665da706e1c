//! App passwords of every kind: in use, stale, never used, expired, suspended, revoked, too wide.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::app_password::{AppPassword, Created, LastUse, Profile, SenderRestriction, StoredState};
use postern_domain::door::{Door, DoorSet};
use postern_domain::id::{AccountId, AppPasswordId, SecretId};
use postern_domain::network::{Networks, network_of};
use postern_storage::{FastVerifier, Locator, NewSecret, Store, Verifier};

use super::sample::on_the_way;
use super::{Filled, Kept, NOW, University, id};

/// App passwords in one transaction.
const AT_ONCE: u64 = 20_000;
/// They were made in so many days.
const DAYS: u64 = 700;

const PROGRAMS: &[&str] =
    &["Contact form", "Scanner", "Thunderbird", "Phone", "Backup job", "Old Outlook", "Calendar sync"];
/// One in fifty is of one of the accounts that a department's machines share.
const SHARED: u64 = 200;

impl University {
    pub(super) async fn add_app_passwords(&mut self, store: &dyn Store) -> Filled {
        for portion in Self::portions(self.sizes.app_passwords, AT_ONCE) {
            let mut transaction = store.begin().await?;
            for number in portion {
                let app_password = self.app_password(number)?;
                let secret = NewSecret {
                    id: SecretId::from_bytes(id(4, number)),
                    locator: Locator(self.sample.bytes()),
                    verifier: Verifier::Fast(FastVerifier {
                        key_version: 1,
                        salt: self.sample.bytes(),
                        hash: [7; 32],
                    }),
                    created_at: app_password.created.at,
                };
                transaction.insert_app_password(&app_password, &secret).await?;
            }
            transaction.commit().await?;
        }
        Ok(())
    }

    fn app_password(&mut self, number: u64) -> Result<AppPassword, Box<dyn std::error::Error>> {
        let created_at = on_the_way(number, self.sizes.app_passwords, DAYS);
        let sample = &mut self.sample;
        let among = if sample.one_in(50) { SHARED.min(self.sizes.accounts) } else { self.sizes.accounts };
        let account = sample.below(among);
        let door =
            *sample.pick(&[Door::Smtp, Door::Imap, Door::Imap, Door::Pop3, Door::Ews, Door::ActiveSync]);
        let last_use = self.last_use(created_at, door);
        let state = self.state(account, created_at);
        let sample = &mut self.sample;
        // Some are good for a year, some until shortly ahead, some for ever.
        let expires_at = match sample.below(20) {
            0..9 => Some(created_at.plus(Duration::from_secs(365 * 86_400))),
            9 => Some(NOW.plus(Duration::from_secs(sample.below(60 * 86_400)))),
            _ => None,
        };
        let is_revoked = matches!(state, StoredState::Revoked { .. });
        let has_ended = is_revoked || expires_at.is_some_and(|at| at <= NOW);
        self.app_passwords.push(Kept { account, door, created_at, has_ended, is_revoked });
        let scope = match sample.below(20) {
            0..4 => DoorSet::all(),
            4..10 => DoorSet::from_iter([Door::Smtp, Door::Imap, door]),
            _ => DoorSet::from_iter([door]),
        };
        let network = network_of(sample.address());
        Ok(AppPassword {
            id: AppPasswordId::from_bytes(id(2, number)),
            account: AccountId::from_bytes(id(1, account)),
            name: format!("{} number {number}", sample.pick(PROGRAMS)).parse()?,
            note: None,
            profile: Profile::Standard,
            scope,
            networks: if sample.one_in(6) { Networks::new([network]) } else { Networks::any() },
            expires_at,
            idle_expiry: sample.one_in(4).then_some(Duration::from_secs(180 * 86_400)),
            sender: SenderRestriction::AccountAddresses,
            grant: None,
            limits: postern_domain::limits::Limits::default(),
            state,
            created: Created { at: created_at, by: "account of the owner".to_owned(), from: None },
            use_count: last_use.as_ref().map_or(0, |_| sample.below(5_000) + 1),
            last_use,
            overlap_until: None,
            renewed_at: None,
        })
    }

    /// One in eight was never used; of the others most are in use, and some were left.
    fn last_use(&mut self, created_at: Timestamp, door: Door) -> Option<LastUse> {
        let sample = &mut self.sample;
        let days = match sample.below(16) {
            0 | 1 => return None,
            2..12 => 14,
            12..14 => 90,
            _ => DAYS,
        };
        Some(LastUse {
            at: sample.moment_since(days, created_at),
            door,
            address: sample.address(),
            client: Some(format!("client{}.example.edu", sample.below(300))),
        })
    }

    fn state(&mut self, account: u64, created_at: Timestamp) -> StoredState {
        let owner_is_gone = self.person(account).is_deleted;
        let sample = &mut self.sample;
        let (at, by) = (sample.moment_since(90, created_at), "account of the owner".to_owned());
        match sample.below(50) {
            _ if owner_is_gone => StoredState::Revoked { at, by, reason: "account deleted".to_owned() },
            0..10 => StoredState::Revoked { at, by, reason: "replaced".to_owned() },
            10 => StoredState::Suspended { at, by },
            _ => StoredState::Active,
        }
    }
}

//! A database full of app passwords, and some of their secrets.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use postern_domain::account::{Account, AccountKind, AccountName, AccountStatus, Role};
use postern_domain::app_password::{
    AppPassword, AppPasswordSecret, Created, Profile, SenderRestriction, StoredState,
};
use postern_domain::door::{Door, DoorSet};
use postern_domain::id::{AccountId, AppPasswordId, SecretId};
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::{Clock, Random};
use postern_service::keys::KeyRing;
use postern_service::system::SystemClock;
use postern_storage::{Locator, NewSecret, Store, Transaction, Verifier};
use postern_storage_sql::Location;
use postern_testkit::TestRandom;
use tempfile::TempDir;

use crate::Outcome;

/// App passwords of each account: what somebody with a phone, a tablet, a printer, a web site and a CRM has.
const OF_AN_ACCOUNT: usize = 5;

/// Accounts in one transaction: few enough that the write-ahead log stays in memory.
const ACCOUNTS_AT_ONCE: usize = 2_000;

/// Most secrets that are kept to sign in with, spread evenly over all.
const MOST_KEPT: usize = 131_072;

/// A database in a folder that goes when this is dropped.
pub(crate) struct Population {
    folder: TempDir,
    /// The store.
    pub(crate) store: Arc<dyn Store>,
    /// Secrets to sign in with, in random order.
    pub(crate) credentials: Vec<Credential>,
}

/// What a program signs in with.
pub(crate) struct Credential {
    /// The account's name.
    pub(crate) name: AccountName,
    /// The secret, as copied.
    pub(crate) secret: String,
    /// What it is found by.
    pub(crate) locator: Locator,
}

/// The keys of the database. The same each time, for a ring cannot be copied.
pub(crate) fn keys() -> KeyRing {
    KeyRing::ephemeral(&TestRandom::seeded(0))
}

impl Population {
    /// Fills a new database with `size` app passwords.
    pub(crate) async fn grow(size: usize) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("postern-bench-").tempdir()?;
        let store = postern_storage_sql::open(&Location::Sqlite(file_in(&folder))).await?;
        let mut population = Self { folder, store, credentials: Vec::new() };
        population.fill(size).await?;
        // Everything goes from the write-ahead log into the database, as it is after a quiet hour.
        let settle = rusqlite::Connection::open(population.file())?;
        settle.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
        Ok(population)
    }

    /// The database's file.
    pub(crate) fn file(&self) -> PathBuf {
        file_in(&self.folder)
    }

    async fn fill(&mut self, size: usize) -> Outcome<()> {
        let seeder = Seeder { keys: keys(), random: TestRandom::seeded(size as u64), clock: SystemClock };
        let every = size.div_ceil(MOST_KEPT);
        let mut done = 0;
        while done < size {
            let mut transaction = self.store.begin().await?;
            for _ in 0..ACCOUNTS_AT_ONCE.min((size - done).div_ceil(OF_AN_ACCOUNT)) {
                let account = seeder.account(done);
                transaction.insert_account(&account).await?;
                for number in 0..OF_AN_ACCOUNT.min(size - done) {
                    let credential = seeder.app_password(&mut *transaction, &account, number).await?;
                    if done % every == 0 {
                        self.credentials.push(credential);
                    }
                    done += 1;
                }
            }
            transaction.commit().await?;
        }
        shuffle(&mut self.credentials, &seeder.random);
        Ok(())
    }
}

fn file_in(folder: &TempDir) -> PathBuf {
    Path::new(folder.path()).join("postern.db")
}

/// Makes accounts and app passwords, without the deeds: a deed is a transaction each, and a million of them take hours.
struct Seeder {
    keys: KeyRing,
    random: TestRandom,
    clock: SystemClock,
}

impl Seeder {
    fn account(&self, number: usize) -> Account {
        let name = format!("person{number}@bench.example.test");
        Account {
            id: AccountId::generate(&self.clock, &self.random),
            name: name.parse().expect("a name made of letters and digits is an address"),
            aliases: Vec::new(),
            kind: AccountKind::Person,
            role: Role::Member,
            status: AccountStatus::Active,
            mfa: MfaState::Enforced,
            groups: Vec::new(),
            sid: None,
            grant: None,
            created_at: self.clock.now(),
            sessions_valid_since: None,
            default_method: None,
            must_register_again: false,
        }
    }

    async fn app_password(
        &self,
        transaction: &mut dyn Transaction,
        account: &Account,
        number: usize,
    ) -> Outcome<Credential> {
        let app_password = AppPassword {
            id: AppPasswordId::generate(&self.clock, &self.random),
            account: account.id,
            name: format!("Program number {number}").parse()?,
            note: None,
            profile: Profile::Standard,
            scope: DoorSet::from_iter([Door::Smtp, Door::Imap]),
            networks: Networks::any(),
            expires_at: None,
            idle_expiry: None,
            sender: SenderRestriction::AccountAddresses,
            grant: None,
            limits: postern_domain::limits::Limits::default(),
            state: StoredState::Active,
            created: Created { at: self.clock.now(), by: account.name.to_string(), from: None },
            last_use: None,
            use_count: 0,
            overlap_until: None,
            renewed_at: None,
        };
        let secret = AppPasswordSecret::generate(Profile::Standard, &self.random);
        let (locator, verifier) =
            self.keys.protect(&secret, &self.random).ok_or("the standard profile allows a fast hash")?;
        let stored = NewSecret {
            id: SecretId::generate(&self.clock, &self.random),
            locator,
            verifier: Verifier::Fast(verifier),
            created_at: self.clock.now(),
        };
        transaction.insert_app_password(&app_password, &stored).await?;
        Ok(Credential { name: account.name.clone(), secret: secret.expose_ungrouped().to_string(), locator })
    }
}

/// Fisher and Yates's shuffle.
fn shuffle<T>(list: &mut [T], random: &dyn Random) {
    for last in (1..list.len()).rev() {
        let number = u64::from_be_bytes(postern_domain::random::bytes(random));
        let other = number % (last as u64 + 1);
        list.swap(last, usize::try_from(other).unwrap_or_default());
    }
}

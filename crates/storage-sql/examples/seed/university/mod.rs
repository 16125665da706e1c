//! What a university has after some years, the same for the same number: accounts, app passwords, sign-ins, the audit
//! log, notices and the rest. Everything goes in through the storage traits, as the server's own writes do; the audit
//! records are linked, and the sign-ins sealed, by the code that does it in the server.

mod accounts;
mod app_passwords;
mod audit;
mod others;
mod sample;
mod sign_ins;
mod sums;

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_storage::Store;

use self::sample::Sample;
pub(crate) use self::sample::{NOW, id};

type Filled = Result<(), Box<dyn std::error::Error>>;

/// How many of what.
pub(crate) struct Sizes {
    accounts: u64,
    app_passwords: u64,
    /// Sign-in events of the last 30 days.
    events: u64,
    /// Audit records, the seals of the events aside.
    records: u64,
    notices: u64,
}

impl Sizes {
    /// What so many accounts usually have.
    pub(crate) const fn usual(accounts: u64) -> Self {
        Self {
            accounts,
            app_passwords: accounts * 10,
            events: accounts * 10,
            records: accounts * 2,
            notices: accounts / 4,
        }
    }
}

/// An account, as far as the rest has to agree with it.
struct Person {
    name: AccountName,
    mfa: MfaState,
    is_deleted: bool,
}

/// An app password, as far as the rest has to agree with it.
#[derive(Clone, Copy)]
struct Kept {
    account: u64,
    door: Door,
    created_at: Timestamp,
    /// Revoked or expired.
    has_ended: bool,
    is_revoked: bool,
}

/// Everything that is made, one after the other.
pub(crate) struct University {
    sizes: Sizes,
    sample: Sample,
    people: Vec<Person>,
    app_passwords: Vec<Kept>,
}

impl University {
    /// The one with that number.
    pub(crate) const fn new(number: u64, sizes: Sizes) -> Self {
        Self { sizes, sample: Sample::new(number), people: Vec::new(), app_passwords: Vec::new() }
    }

    /// Fills an empty database. `told` hears how far it got.
    pub(crate) async fn fill(mut self, store: &dyn Store, mut told: impl FnMut(String)) -> Filled {
        self.add_accounts(store).await?;
        told(format!("{} accounts", self.sizes.accounts));
        self.add_app_passwords(store).await?;
        told(format!("{} app passwords", self.sizes.app_passwords));
        self.add_audit_records(store).await?;
        told(format!("{} audit records", self.sizes.records));
        self.add_sign_ins(store).await?;
        told(format!("{} sign-in events", self.sizes.events));
        self.add_notices(store).await?;
        told(format!("{} notices", self.sizes.notices));
        self.add_the_rest(store).await
    }

    /// The numbers up to `of`, in portions of which each is written in one transaction.
    fn portions(of: u64, at_once: u64) -> impl Iterator<Item = std::ops::Range<u64>> {
        (0..of.div_ceil(at_once)).map(move |portion| {
            let begin = portion * at_once;
            begin..(begin + at_once).min(of)
        })
    }

    fn person(&self, number: u64) -> &Person {
        &self.people[usize::try_from(number).unwrap_or_default()]
    }
}

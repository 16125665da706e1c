//! What the writer that is killed and the test that looks after it agree on: numbered samples.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountKind, AccountStatus, Role};
use postern_domain::app_password::{AppPassword, Created, Profile, SenderRestriction, StoredState};
use postern_domain::door::{Door, DoorSet};
use postern_domain::id::{AccountId, AppPasswordId, SecretId};
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_storage::{FastVerifier, Locator, NewSecret, Verifier};

/// When all of it happens.
pub const BEGINNING: Timestamp = Timestamp::from_millis(1_795_000_000_000);

fn bytes(number: u64) -> [u8; 16] {
    let mut bytes = [0xc3; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// The locator of secret number `number`.
#[must_use]
pub fn locator(number: u64) -> Locator {
    Locator(bytes(number))
}

/// Account number `number`.
///
/// # Panics
/// Never: the name is an address.
#[must_use]
pub fn account(number: u64) -> Account {
    Account {
        id: AccountId::from_bytes(bytes(number)),
        name: format!("user{number}@example.test").parse().expect("an address"),
        aliases: Vec::new(),
        kind: AccountKind::ServiceAccount,
        role: Role::Member,
        status: AccountStatus::Active,
        mfa: MfaState::Enforced,
        groups: Vec::new(),
        sid: None,
        grant: None,
        created_at: BEGINNING,
        sessions_valid_since: None,
        default_method: None,
        must_register_again: false,
    }
}

/// The app password of account number `number`, active.
///
/// # Panics
/// Never: the name is one of an app password.
#[must_use]
pub fn app_password(number: u64) -> AppPassword {
    AppPassword {
        id: AppPasswordId::from_bytes(bytes(number)),
        account: account(number).id,
        name: format!("Scanner {number:08}").parse().expect("a name"),
        note: None,
        profile: Profile::Standard,
        scope: DoorSet::from_iter([Door::Smtp]),
        networks: Networks::any(),
        expires_at: None,
        idle_expiry: None,
        sender: SenderRestriction::AccountAddresses,
        grant: None,
        limits: postern_domain::limits::Limits::default(),
        state: StoredState::Active,
        created: Created { at: BEGINNING, by: "system".to_owned(), from: None },
        last_use: None,
        use_count: 0,
        overlap_until: None,
        renewed_at: None,
    }
}

/// The secret of app password number `number`.
#[must_use]
pub fn secret(number: u64) -> NewSecret {
    NewSecret {
        id: SecretId::from_bytes(bytes(number)),
        locator: locator(number),
        verifier: Verifier::Fast(FastVerifier { key_version: 1, salt: bytes(number), hash: [9; 32] }),
        created_at: BEGINNING,
    }
}

//! Samples that the facts are told with.

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountKind, AccountName, AccountStatus, Role};
use postern_domain::app_password::{
    AppPassword, AppPasswordName, Created, Profile, SenderRestriction, StoredState,
};
use postern_domain::door::{Door, DoorSet};
use postern_domain::id::{AccountId, AppPasswordId, SecretId};
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;

use crate::{FastVerifier, InventoryCriteria, Locator, NewSecret, Result, Store, Verifier};

/// A moment `seconds` after the samples' beginning.
pub(super) fn moment(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000).plus(Duration::from_secs(seconds))
}

/// The beginning of day `number` of the inventory's samples.
pub(super) fn day(number: u32) -> Timestamp {
    Timestamp::from_millis(0).plus(Duration::from_secs(24 * 3600) * number)
}

/// What the inventory's samples are judged by, on day 400: stale is what was not used for 90 days, expiring what ends within
/// 14.
pub(super) fn inventory_criteria() -> InventoryCriteria {
    InventoryCriteria {
        now: day(400),
        stale_before: day(310),
        expiring_before: day(414),
        doors_to_look_at: DoorSet::EMPTY,
    }
}

/// An identifier's bytes: those of a greater number sort after.
pub(super) fn id(number: u8) -> [u8; 16] {
    let mut bytes = [0xd4; 16];
    bytes[0] = number;
    bytes
}

pub(super) fn name(text: &str) -> AccountName {
    text.parse().expect("the samples are addresses")
}

pub(super) fn app_password_name(text: &str) -> AppPasswordName {
    text.parse().expect("the samples are names")
}

pub(super) fn address(text: &str) -> IpAddr {
    text.parse().expect("the samples are addresses")
}

/// A grant with two mailboxes, a group and a domain.
pub(super) fn every_kind_of_grant() -> ImpersonationGrant {
    let mailboxes = [name("bo@example.test"), name("cy@example.test")];
    let groups = ["sales".parse().expect("the samples are names of groups")];
    let domains = ["lists.example.test".parse().expect("the samples are domains")];
    ImpersonationGrant::named(mailboxes, groups, domains).expect("it names something")
}

/// Account number `number`: `user7@example.test`, an active member.
pub(super) fn account(number: u8) -> Account {
    Account {
        id: AccountId::from_bytes(id(number)),
        name: name(&format!("user{number}@example.test")),
        aliases: Vec::new(),
        kind: AccountKind::Person,
        role: Role::Member,
        status: AccountStatus::Active,
        mfa: MfaState::Enforced,
        groups: Vec::new(),
        sid: None,
        grant: None,
        created_at: moment(u64::from(number)),
        sessions_valid_since: None,
        default_method: None,
        must_register_again: false,
    }
}

/// App password number `number` of an account, `Contact form 7`, for SMTP.
pub(super) fn app_password(number: u8, account: &Account) -> AppPassword {
    AppPassword {
        id: AppPasswordId::from_bytes(id(number)),
        account: account.id,
        name: app_password_name(&format!("Contact form {number}")),
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
        created: Created { at: moment(u64::from(number)), by: "operator root".to_owned(), from: None },
        last_use: None,
        use_count: 0,
        overlap_until: None,
        renewed_at: None,
    }
}

pub(super) fn locator(number: u8) -> Locator {
    Locator(id(number))
}

/// Secret number `number`, made that many seconds after the beginning.
pub(super) fn secret(number: u8) -> NewSecret {
    NewSecret {
        id: SecretId::from_bytes(id(number)),
        locator: locator(number),
        verifier: Verifier::Fast(FastVerifier { key_version: 3, salt: id(number), hash: [number; 32] }),
        created_at: moment(u64::from(number)),
    }
}

/// Stores accounts.
pub(super) async fn insert_accounts(store: &dyn Store, accounts: &[Account]) -> Result<()> {
    let mut transaction = store.begin().await?;
    for account in accounts {
        transaction.insert_account(account).await?;
    }
    transaction.commit().await
}

/// Stores account number 1 with its app password number 1, whose secret has number 1.
pub(super) async fn insert_app_password(store: &dyn Store) -> Result<(Account, AppPassword)> {
    let account = account(1);
    let app_password = app_password(1, &account);
    let mut transaction = store.begin().await?;
    transaction.insert_account(&account).await?;
    transaction.insert_app_password(&app_password, &secret(1)).await?;
    transaction.commit().await?;
    Ok((account, app_password))
}

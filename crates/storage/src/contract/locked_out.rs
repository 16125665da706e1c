//! Facts about whom a change would leave without a method that they can use.

use std::collections::BTreeSet;

use postern_domain::account::{Account, AccountStatus};
use postern_domain::id::{AccountId, MethodId};
use postern_domain::mfa::{AuthenticationMethod, MethodKind, MfaState};
use postern_domain::setting::Allowed;

use super::SharedDatabase;
use super::sample::{account, id, insert_accounts, moment, name};
use crate::{KindLost, LockedOut, MethodRecord, PasskeyCredential, Result, Sealed, Store};

const APP: MethodKind = MethodKind::AuthenticatorApp;
const PASSKEY: MethodKind = MethodKind::Passkey { discoverable: true };
const TEXT: MethodKind = MethodKind::TextMessage;
const MAIL: MethodKind = MethodKind::EmailCode;

fn method(number: u16, kind: MethodKind) -> MethodRecord {
    let [high, low] = number.to_be_bytes();
    let bytes = [[high, low].as_slice(), &[7; 14]].concat();
    MethodRecord {
        method: AuthenticationMethod {
            id: MethodId::from_bytes(bytes.clone().try_into().expect("two and fourteen octets")),
            kind,
            label: "Phone".to_owned(),
            hint: None,
            registered_at: moment(1),
            last_used_at: None,
        },
        secret: Sealed { key_version: 1, bytes: vec![1] },
        last_step: None,
        credential: (kind == PASSKEY).then_some(PasskeyCredential { id: bytes, counter: 0 }),
    }
}

async fn register(store: &dyn Store, methods: &[(u8, &[MethodKind])]) -> Result<()> {
    let mut transaction = store.begin().await?;
    for (owner, kinds) in methods {
        for (place, kind) in (0_u16..).zip(*kinds) {
            let number = u16::from(*owner) * 16 + place;
            transaction.insert_method(account(*owner).id, &method(number, *kind)).await?;
        }
    }
    transaction.commit().await
}

/// Text messages, from who could use them before the change to who can after it; apps and passkeys are for everybody.
fn lost(before: Allowed, after: Allowed, mail: Allowed) -> KindLost {
    let everybody = Allowed::everybody;
    KindLost {
        kind: TEXT,
        before,
        after,
        others: vec![(APP, everybody()), (PASSKEY, everybody()), (MAIL, mail)],
    }
}

/// The numbers of those who are named; as many are counted.
async fn numbers(store: &dyn Store, lost: &KindLost) -> Result<Vec<u8>> {
    let found = store.snapshot().await?.locked_out_without(lost, 20).await?;
    let named: Vec<u8> = found.named.iter().map(|(id, _)| id.as_bytes()[0]).collect();
    assert_eq!(found.count, named.len() as u64, "{found:?}");
    for (number, (_, name)) in named.iter().zip(&found.named) {
        assert_eq!(*name, account(*number).name);
    }
    Ok(named)
}

pub(super) async fn those_without_another_method_are_counted_and_named(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    let blocked = AccountStatus::Blocked { at: moment(5), by: "operator root".to_owned() };
    let accounts = [
        account(1),
        account(2),
        account(3),
        // Who has a method is asked for one in every state.
        Account { mfa: MfaState::Disabled, ..account(4) },
        Account { mfa: MfaState::Enabled, ..account(5) },
        Account { status: blocked, ..account(6) },
        account(7),
        account(8),
        account(9),
    ];
    insert_accounts(&*store, &accounts).await?;
    register(
        &*store,
        &[
            (1, &[TEXT]),
            (2, &[TEXT, APP]),
            (3, &[PASSKEY, TEXT]),
            (4, &[TEXT]),
            (5, &[TEXT, TEXT, TEXT]),
            (6, &[TEXT]),
            (7, &[MAIL, TEXT]),
            (8, &[MAIL]),
        ],
    )
    .await?;
    let (everybody, nobody) = (Allowed::everybody, Allowed::nobody);
    assert_eq!(numbers(&*store, &lost(everybody(), nobody(), everybody())).await?, [1, 4, 5]);
    assert_eq!(numbers(&*store, &lost(everybody(), nobody(), nobody())).await?, [1, 4, 5, 7]);
    assert_eq!(numbers(&*store, &lost(nobody(), nobody(), nobody())).await?, [0; 0], "it is lost already");
    assert_eq!(numbers(&*store, &lost(everybody(), everybody(), nobody())).await?, [0; 0]);
    let of_mail = KindLost { kind: MAIL, ..lost(everybody(), nobody(), nobody()) };
    let of_mail = KindLost { others: vec![(APP, everybody()), (TEXT, everybody())], ..of_mail };
    assert_eq!(numbers(&*store, &of_mail).await?, [8]);
    let without_any = KindLost { others: Vec::new(), ..lost(everybody(), nobody(), nobody()) };
    assert_eq!(numbers(&*store, &without_any).await?, [1, 2, 3, 4, 5, 7]);
    let found = store.snapshot().await?.locked_out_without(&without_any, 2).await?;
    let named = [1, 2].map(|number| (account(number).id, account(number).name));
    assert_eq!(found, LockedOut { count: 6, named: named.to_vec() });
    Ok(())
}

pub(super) async fn groups_may_decide_otherwise(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let in_groups = |number: u8, groups: &[&str]| {
        let groups = groups.iter().map(|group| group.parse().expect("the samples are names of groups"));
        Account { groups: groups.collect(), ..account(number) }
    };
    let accounts = [
        in_groups(1, &[]),
        in_groups(2, &["it"]),
        in_groups(3, &["sales"]),
        in_groups(4, &["it", "sales"]),
        in_groups(5, &["guests", "sales"]),
    ];
    insert_accounts(&*store, &accounts).await?;
    register(&*store, &[(1, &[TEXT]), (2, &[TEXT]), (3, &[TEXT]), (4, &[TEXT]), (5, &[TEXT, MAIL])]).await?;
    let groups = |names: &[&str]| -> BTreeSet<_> {
        names.iter().map(|name| name.parse().expect("the samples are names of groups")).collect()
    };
    let allowed =
        |others, by: &[&str], not_by: &[&str]| Allowed { others, by: groups(by), not_by: groups(not_by) };
    let everybody = || allowed(true, &[], &[]);
    for (before, after, mail, expected) in [
        // The organization switches it off, and a group keeps it.
        (everybody(), allowed(false, &["it"], &[]), everybody(), &[1, 3][..]),
        (everybody(), allowed(false, &["it"], &[]), allowed(false, &["guests"], &[]), &[1, 3]),
        (everybody(), allowed(false, &["it"], &[]), allowed(true, &[], &["guests"]), &[1, 3, 5]),
        // A group switches it off: of several groups the stricter holds.
        (everybody(), allowed(true, &[], &["sales"]), everybody(), &[3, 4]),
        (allowed(false, &["it"], &[]), allowed(false, &["it"], &["sales"]), everybody(), &[4]),
        // A group takes back what it gave.
        (allowed(false, &["it", "sales"], &[]), allowed(false, &["sales"], &[]), everybody(), &[2]),
        // Who could not use it before loses nothing.
        (allowed(true, &[], &["sales"]), allowed(false, &[], &[]), everybody(), &[1, 2]),
    ] {
        let lost = lost(before, after, mail);
        assert_eq!(numbers(&*store, &lost).await?, expected, "{lost:?}");
    }
    Ok(())
}

/// However they are found: the count is the same, and the names are the first.
pub(super) async fn of_many_the_first_are_named(database: SharedDatabase) -> Result<()> {
    const MANY: u16 = 600;
    let store = database.open().await?;
    let numbered = |number: u16| {
        let [high, low] = number.to_be_bytes();
        let mut bytes = id(high);
        bytes[1] = low;
        // The order of the identifiers is not that of the names.
        let name = name(&format!("user{:05}@example.test", u32::from(MANY - number)));
        Account { id: AccountId::from_bytes(bytes), name, ..account(1) }
    };
    let accounts: Vec<Account> = (1..=MANY).map(numbered).collect();
    insert_accounts(&*store, &accounts).await?;
    let mut transaction = store.begin().await?;
    for (number, account) in (1..).zip(&accounts) {
        transaction.insert_method(account.id, &method(number, TEXT)).await?;
        // Every third has another, among them the first by name.
        if number % 3 == 0 && number > 300 {
            transaction.insert_method(account.id, &method(MANY + number, APP)).await?;
        }
    }
    transaction.commit().await?;
    let lost = lost(Allowed::everybody(), Allowed::nobody(), Allowed::nobody());
    let found = store.snapshot().await?.locked_out_without(&lost, 4).await?;
    let names: Vec<_> = found.named.iter().map(|(_, name)| name.to_string()).collect();
    let first = ["user00001", "user00002", "user00004", "user00005"];
    assert_eq!((found.count, names), (500, first.map(|name| format!("{name}@example.test")).to_vec()));
    Ok(())
}

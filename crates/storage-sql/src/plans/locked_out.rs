//! How it is found whom a change of a setting locks out: along the methods of the kind, and the first of many along the
//! list of accounts, each account being asked about by an index.

use std::collections::BTreeSet;

use postern_domain::account::{Account, AccountKind, AccountStatus, Role};
use postern_domain::id::{AccountId, MethodId};
use postern_domain::mfa::{AuthenticationMethod, MethodKind, MfaState};
use postern_domain::setting::Allowed;
use postern_storage::{KindLost, MethodRecord, Sealed, Store, Transaction};

use super::{assert_plans, at, open, taken};

const KIND: MethodKind = MethodKind::TextMessage;

fn bytes(number: u16) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn account(number: u16) -> Account {
    Account {
        id: AccountId::from_bytes(bytes(number)),
        name: format!("user{number:05}@example.test").parse().unwrap(),
        aliases: Vec::new(),
        kind: AccountKind::Person,
        role: Role::Member,
        status: AccountStatus::Active,
        mfa: MfaState::Enforced,
        groups: Vec::new(),
        sid: None,
        grant: None,
        created_at: at(0),
        sessions_valid_since: None,
        default_method: None,
        must_register_again: false,
    }
}

fn text_message(number: u16) -> MethodRecord {
    MethodRecord {
        method: AuthenticationMethod {
            id: MethodId::from_bytes(bytes(number)),
            kind: KIND,
            label: "Phone".to_owned(),
            hint: None,
            registered_at: at(0),
            last_used_at: None,
        },
        secret: Sealed { key_version: 1, bytes: vec![1] },
        last_step: None,
        credential: None,
    }
}

/// Every shape that the conditions can have: with and without groups on each side, with and without another kind.
fn every_shape() -> Vec<KindLost> {
    let groups = || BTreeSet::from(["guests".parse().unwrap(), "staff".parse().unwrap()]);
    let everybody_but = || Allowed { not_by: groups(), ..Allowed::everybody() };
    let nobody_but = || Allowed { by: groups(), not_by: groups(), ..Allowed::nobody() };
    let lost = |before, after, others| KindLost { kind: KIND, before, after, others };
    let app = || (MethodKind::AuthenticatorApp, Allowed::everybody());
    let mail = |who| (MethodKind::EmailCode, who);
    vec![
        lost(Allowed::everybody(), Allowed::nobody(), Vec::new()),
        lost(Allowed::everybody(), Allowed::nobody(), vec![app(), mail(Allowed::nobody())]),
        lost(Allowed::everybody(), everybody_but(), vec![app(), mail(nobody_but())]),
        lost(Allowed::everybody(), nobody_but(), vec![app(), mail(everybody_but())]),
        lost(everybody_but(), nobody_but(), vec![app(), mail(nobody_but())]),
    ]
}

async fn insert(transaction: &mut (dyn Transaction + '_), numbers: std::ops::Range<u16>) {
    for number in numbers {
        transaction.insert_account(&account(number)).await.unwrap();
        transaction.insert_method(account(number).id, &text_message(number)).await.unwrap();
    }
}

/// What a plan reads of these aliases, in its order.
fn reads(plans: &[(String, String)], aliases: [&str; 2]) -> Vec<String> {
    let of = |line: &str| aliases.iter().any(|alias| line.contains(&format!(" {alias} ")));
    plans.iter().map(|(line, _)| line.clone()).filter(|line| of(line)).collect()
}

/// Panics unless an account is asked about by the columns of an index alone.
fn assert_asked_about(plans: &[(String, String)]) {
    assert_plans("who is locked out", plans, false);
    for line in reads(plans, ["o", "g"]) {
        let of_account = [
            "SEARCH o USING COVERING INDEX method_account (account_id=?",
            "SEARCH g USING COVERING INDEX account_group_account (account_id=? AND name=?",
        ];
        assert!(of_account.iter().any(|start| line.starts_with(start)), "{line}: {plans:#?}");
    }
}

#[tokio::test]
async fn they_are_found_by_an_index_and_asked_about_by_others() {
    const BY_METHODS: [&str; 2] =
        ["SEARCH m USING COVERING INDEX method_kind (kind=?)", "SEARCH a USING PRIMARY KEY (id=?)"];
    const BY_NAMES: [&str; 2] = [
        "SCAN a USING COVERING INDEX account_list",
        "SEARCH m EXISTS USING COVERING INDEX method_account (account_id=? AND kind=?)",
    ];
    let (store, plans) = open().await;
    let mut transaction = store.begin().await.unwrap();
    for lost in every_shape() {
        taken(&plans);
        transaction.locked_out_without(&lost, 20).await.unwrap();
        let few = taken(&plans);
        assert_asked_about(&few);
        assert_eq!(reads(&few, ["m", "a"]), BY_METHODS, "{lost:?}");
    }
    insert(&mut *transaction, 0..500).await;
    for lost in every_shape() {
        taken(&plans);
        let found = transaction.locked_out_without(&lost, 20).await.unwrap();
        let many = taken(&plans);
        assert_asked_about(&many);
        let named = if found.count == 0 { 0 } else { 20 };
        assert_eq!(found.named.len(), named, "{lost:?}");
        // Counted, where there are many, and then named.
        let walks = if found.count == 0 { vec![BY_METHODS] } else { vec![BY_METHODS, BY_METHODS, BY_NAMES] };
        assert_eq!(reads(&many, ["m", "a"]), walks.concat(), "{lost:?}");
    }
}

//! Who may act for whom, over every combination against a second telling of it.

use super::*;
use crate::Timestamp;
use crate::account::{AccountName, Role};
use crate::app_password::test::app_password;
use crate::id::AccountId;
use crate::mfa::MfaState;

fn name(text: &str) -> AccountName {
    text.parse().unwrap()
}

fn account(who: &str, kind: AccountKind) -> Account {
    Account {
        id: AccountId::from_bytes([1; 16]),
        name: name(who),
        aliases: Vec::new(),
        kind,
        role: Role::Member,
        status: AccountStatus::Active,
        mfa: MfaState::Enforced,
        groups: Vec::new(),
        sid: None,
        grant: None,
        created_at: Timestamp::from_millis(0),
        sessions_valid_since: None,
        default_method: None,
        must_register_again: false,
    }
}

fn mailbox(text: &str) -> ImpersonationGrant {
    ImpersonationGrant::named([name(text)], [], []).unwrap()
}

fn group(text: &str) -> ImpersonationGrant {
    ImpersonationGrant::named([], [text.parse().unwrap()], []).unwrap()
}

fn domain(text: &str) -> ImpersonationGrant {
    ImpersonationGrant::named([], [], [text.parse().unwrap()]).unwrap()
}

/// Bo, in the group sales, with an alias in another domain.
fn bo() -> Account {
    Account {
        aliases: vec![name("bo@alias.test")],
        groups: vec!["sales".parse().unwrap()],
        ..account("bo@example.test", AccountKind::Person)
    }
}

#[test]
fn a_grant_covers_what_it_names_and_nothing_like_it() {
    let (bo, shared, sub) = (bo(), name("info@example.test"), name("cy@sub.example.test"));
    let targets =
        [("bo", Mailbox::Account(&bo)), ("info", Mailbox::Foreign(&shared)), ("sub", Mailbox::Foreign(&sub))];
    let mut table = String::new();
    for (words, grant) in [
        ("all", ImpersonationGrant::All),
        ("bo by address", mailbox("bo@example.test")),
        ("bo by alias", mailbox("bo@alias.test")),
        ("info by address", mailbox("info@example.test")),
        ("sales", group("sales")),
        ("another group", group("sale")),
        ("example.test", domain("example.test")),
        ("alias.test", domain("alias.test")),
        ("test", domain("test")),
        ("sub.example.test", domain("sub.example.test")),
    ] {
        let covered = targets.iter().filter(|(_, target)| grant.covers(*target)).map(|(who, _)| *who);
        table.push_str(&format!("{words}: {}\n", covered.collect::<Vec<_>>().join(" ")));
    }
    insta::assert_snapshot!(table, @r"
    all: bo info sub
    bo by address: bo
    bo by alias: 
    info by address: info
    sales: bo
    another group: 
    example.test: bo info
    alias.test: 
    test: 
    sub.example.test: sub
    ");
}

#[test]
fn both_grants_must_name_an_active_mailbox_and_a_person_has_none() {
    let (at, by) = (Timestamp::from_millis(1), "operator root".to_owned());
    let statuses = [
        AccountStatus::Active,
        AccountStatus::Blocked { at, by: by.clone() },
        AccountStatus::Deleted { at, by },
    ];
    let grants = [None, Some(domain("elsewhere.test")), Some(group("sales")), Some(ImpersonationGrant::All)];
    let names_bo = |grant: &ImpersonationGrant| *grant != domain("elsewhere.test");
    let mut combinations = 0;
    for kind in [AccountKind::Person, AccountKind::ServiceAccount] {
        for grant in &grants {
            for signed_in_with in [None, Some(None), Some(Some(0)), Some(Some(1))] {
                for status in &statuses {
                    let service = Account { grant: grant.clone(), ..account("backup@example.test", kind) };
                    let own = signed_in_with.map(|own: Option<usize>| {
                        own.map(|number| {
                            [domain("elsewhere.test"), mailbox("bo@example.test")][number].clone()
                        })
                    });
                    let app_password = own.clone().map(|grant| AppPassword { grant, ..app_password() });
                    let bo = Account { status: status.clone(), ..bo() };
                    let denial = may_act_for(&service, app_password.as_ref(), Mailbox::Account(&bo));
                    let expected = match (kind, grant, own) {
                        (AccountKind::Person, ..) | (_, None, _) => Err(Denial::NoGrant),
                        (_, _, None) => Err(Denial::NoAppPassword),
                        (_, Some(grant), _) if !names_bo(grant) => Err(Denial::NotNamed),
                        (.., Some(Some(own))) if !names_bo(&own) => Err(Denial::NotNamedByAppPassword),
                        _ => match status {
                            AccountStatus::Active => Ok(()),
                            AccountStatus::Blocked { .. } => Err(Denial::TargetBlocked),
                            AccountStatus::Deleted { .. } => Err(Denial::TargetDeleted),
                        },
                    };
                    assert_eq!(denial, expected, "{kind:?} {grant:?} {signed_in_with:?} {status:?}");
                    combinations += 1;
                }
            }
        }
    }
    assert_eq!(combinations, 96);
}

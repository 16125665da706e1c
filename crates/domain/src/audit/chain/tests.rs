//! The chain holds, breaks at every change, and its encoding does not drift.

use super::*;
use crate::Timestamp;
use crate::actor::Actor;
use crate::audit::Operation;
use crate::door::Door;
use crate::id::{AccountId, AppPasswordId, SignInEventId};
use crate::sign_in::{Place, RefusalReason};

fn records() -> [AuditRecord; 3] {
    let account = AccountId::from_bytes([0xa1; 16]);
    let first = Link::START.append(NewAuditRecord {
        at: Timestamp::from_millis(1_795_356_954_321),
        actor: Actor::Operator { user: "root".to_owned() },
        operation: Operation::AddAccount,
        account: Some(account),
        app_password: None,
        details: vec![
            ("name".to_owned(), "anna@example.test".to_owned()),
            ("kind".to_owned(), "person".to_owned()),
        ],
    });
    let end = Link::START.verify(&first).unwrap();
    let second = end.append(NewAuditRecord {
        at: Timestamp::from_millis(-1),
        actor: Actor::Account { id: account, name: "anna@example.test".parse().unwrap() },
        operation: Operation::CreateAppPassword,
        account: Some(account),
        app_password: Some(AppPasswordId::from_bytes([0xb2; 16])),
        details: vec![],
    });
    let third = end.verify(&second).unwrap().append(NewAuditRecord {
        at: Timestamp::from_millis(0),
        actor: Actor::System,
        operation: Operation::SealSignInEvents,
        account: None,
        app_password: None,
        details: vec![("events".to_owned(), "Größe ∞".to_owned())],
    });
    [first, second, third]
}

fn verify_all(records: &[AuditRecord]) -> Result<Link, ChainBreak> {
    records.iter().try_fold(Link::START, |link, record| link.verify(record))
}

/// A change of these digests breaks every chain that exists: it needs a new version octet, not a new expectation.
#[test]
fn the_encoding_does_not_drift() {
    let digests = records().map(|record| record.digest.to_string());
    insta::assert_snapshot!(digests.join("\n"), @r"
    13a8a981f0a93de77c39e927c0cd786ea254594b0cc8b1c99b2896dcb5c53f39
    bbd465b9492552cb54a36728491c17db00e9b3abbb4bc3ce9eec7c472ba302e5
    dfbe17d1c366e7d2a04c2826d78bba877b216011a3cf95796c72f9e9f2a311d0
    ");
}

#[test]
fn a_chain_that_was_left_alone_holds() {
    let records = records();
    assert_eq!(verify_all(&records), Ok(Link { sequence: 3, digest: records[2].digest }));
    assert_eq!(records[0].details[0].0, "kind", "details are sorted by name");
}

#[test]
fn a_change_of_any_field_is_seen() {
    type Change = fn(&mut AuditRecord);
    let changes: [(&str, Change); 12] = [
        ("at", |r| r.at = Timestamp::from_millis(1)),
        ("actor", |r| r.actor = "system".to_owned()),
        ("operation", |r| r.operation = Operation::DeleteAccount),
        ("account", |r| r.account = Some(AccountId::from_bytes([0xa2; 16]))),
        ("account removed", |r| r.account = None),
        ("app password", |r| r.app_password = Some(AppPasswordId::from_bytes([0xb3; 16]))),
        ("detail's value", |r| r.details[0].1 = "service account".to_owned()),
        ("detail's name", |r| r.details[0].0 = "kinds".to_owned()),
        ("detail added", |r| r.details.push(("z".to_owned(), String::new()))),
        ("detail removed", |r| r.details.truncate(1)),
        ("details swapped", |r| r.details.swap(0, 1)),
        // The boundary between two texts moves, the octets in a row stay the same.
        ("boundary", |r| r.details[0] = ("kindp".to_owned(), "erson".to_owned())),
    ];
    for (name, change) in changes {
        let mut records = records();
        change(&mut records[0]);
        assert_eq!(verify_all(&records), Err(ChainBreak::Changed { sequence: 1 }), "{name}");
        // Whoever makes the digest anew is caught at the next record.
        records[0].digest = digest_of(&records[0]);
        assert_eq!(
            verify_all(&records),
            Err(ChainBreak::Unlinked { sequence: 2 }),
            "{name}, digest made anew"
        );
    }
    let mut records = records();
    records[2].digest = Digest::ZERO;
    assert_eq!(verify_all(&records), Err(ChainBreak::Changed { sequence: 3 }));
}

#[test]
fn removal_repetition_and_reordering_are_seen() {
    let [a, b, c] = records();
    let gap = |expected, found| Err(ChainBreak::Gap { expected, found });
    assert_eq!(verify_all(&[b.clone(), c.clone()]), gap(1, 2));
    assert_eq!(verify_all(&[a.clone(), c.clone()]), gap(2, 3));
    assert_eq!(verify_all(&[a.clone(), a.clone()]), gap(2, 1));
    assert_eq!(verify_all(&[a.clone(), c.clone(), b.clone()]), gap(2, 3));
    // A removal that is covered up by counting anew does not link.
    let renumbered = AuditRecord { sequence: 2, ..c };
    assert_eq!(verify_all(&[a, renumbered]), Err(ChainBreak::Unlinked { sequence: 2 }));
}

fn events() -> Vec<SignInEvent> {
    let event = |number: u8, credential, outcome| SignInEvent {
        id: SignInEventId::from_bytes([number; 16]),
        at: Timestamp::from_millis(1_795_356_954_321 + i64::from(number)),
        place: Place::Door(Door::Smtp),
        account: Some(AccountId::from_bytes([0xa1; 16])),
        address: "192.0.2.7".parse().unwrap(),
        client: Some("scanner".to_owned()),
        credential,
        acting_for: None,
        outcome,
    };
    let refused = |reason| Outcome::Refused { reason, reference: "7Q3K-M2XA".parse().unwrap() };
    vec![
        event(1, CredentialUsed::AppPassword(AppPasswordId::from_bytes([0xb2; 16])), Outcome::ACCEPTED),
        event(2, CredentialUsed::Unrecognised { tag: u64::MAX }, refused(RefusalReason::WrongSecret)),
        event(3, CredentialUsed::AccountPassword, refused(RefusalReason::AccountPasswordUnderMfa)),
    ]
}

/// As above: a change needs a new version octet.
#[test]
fn the_encoding_of_sealed_events_does_not_drift() {
    let seals = [seal_events(&[]), seal_events(&events())];
    insta::assert_snapshot!(seals.map(|seal| seal.to_string()).join("\n"), @r"
    3ad0c2dce732c8c9b90e75b2d099ff2b686d537f7439519c0f6b4d7a86376b94
    571294ff5f6998139d3b3ec3c0a06692def3b1951877eac766074a4e8e1d8361
    ");
}

#[test]
fn a_seal_takes_events_in_any_order_and_sees_every_change() {
    let whole = seal_events(&events());
    let mut reversed = events();
    reversed.reverse();
    assert_eq!(seal_events(&reversed), whole);

    type Change = fn(&mut Vec<SignInEvent>);
    let changes: [(&str, Change); 15] = [
        ("removed", |e| drop(e.remove(1))),
        ("repeated", |e| e.push(e[0].clone())),
        ("id", |e| e[0].id = SignInEventId::from_bytes([9; 16])),
        ("at", |e| e[0].at = Timestamp::from_millis(0)),
        ("place", |e| e[0].place = Place::Portal),
        ("door", |e| e[0].place = Place::Door(Door::Imap)),
        ("account", |e| e[0].account = None),
        ("address", |e| e[0].address = "192.0.2.8".parse().unwrap()),
        ("mapped address", |e| e[0].address = "::ffff:192.0.2.7".parse().unwrap()),
        ("client", |e| e[0].client = None),
        ("credential", |e| e[0].credential = CredentialUsed::AccountPassword),
        ("acting for", |e| e[0].acting_for = Some("bo@example.test".parse().unwrap())),
        ("outcome", |e| e[1].outcome = Outcome::ACCEPTED),
        ("report", |e| {
            e[0].outcome = Outcome::Accepted { would_refuse: Some(RefusalReason::DoorOff) };
        }),
        ("reason", |e| {
            let reference = "7Q3K-M2XA".parse().unwrap();
            e[1].outcome = Outcome::Refused { reason: RefusalReason::Revoked, reference };
        }),
    ];
    for (name, change) in changes {
        let mut events = events();
        change(&mut events);
        assert_ne!(seal_events(&events), whole, "{name}");
    }
}

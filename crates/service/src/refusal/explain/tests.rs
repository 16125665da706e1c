//! The words for every reason, side by side.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{AccountKind, Role};
use postern_domain::app_password::{AppPassword, Created, Profile, SenderRestriction, StoredState};
use postern_domain::door::Door;
use postern_domain::id::{AccountId, AppPasswordId, SignInEventId};
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, parse_network};
use postern_domain::sign_in::{CredentialUsed, Outcome, Place};

use super::*;
use crate::testing::{TestClock, name};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn account(number: u8, who: &str, status: AccountStatus) -> Account {
    Account {
        id: AccountId::from_bytes([number; 16]),
        name: name(who),
        aliases: Vec::new(),
        kind: AccountKind::Person,
        role: Role::Member,
        status,
        mfa: MfaState::Enforced,
        groups: Vec::new(),
        sid: None,
        grant: None,
        created_at: TestClock::START,
        sessions_valid_since: None,
        default_method: None,
        must_register_again: false,
    }
}

fn app_password(reason: RefusalReason, at: Timestamp) -> AppPassword {
    let by = "account anna@example.test".to_owned();
    AppPassword {
        id: AppPasswordId::from_bytes([3; 16]),
        account: AccountId::from_bytes([1; 16]),
        name: "Scanner 2nd floor".parse().unwrap(),
        note: None,
        profile: Profile::Standard,
        scope: [Door::Imap, Door::Pop3].into_iter().collect(),
        networks: Networks::new([parse_network("192.0.2.0/24").unwrap()]),
        expires_at: (reason == RefusalReason::Expired).then_some(at),
        idle_expiry: (reason == RefusalReason::IdleExpired).then_some(30 * DAY),
        sender: SenderRestriction::AccountAddresses,
        grant: None,
        limits: postern_domain::limits::Limits::default(),
        state: match reason {
            RefusalReason::Revoked => StoredState::Revoked { at, by, reason: "sold".to_owned() },
            RefusalReason::Suspended => StoredState::Suspended { at, by },
            _ => StoredState::Active,
        },
        created: Created { at: TestClock::START, by: String::new(), from: None },
        last_use: None,
        use_count: 0,
        overlap_until: None,
        renewed_at: None,
    }
}

/// What Anna is refused with that reason, at the SMTP door.
pub(in crate::refusal) fn with_facts<T>(reason: RefusalReason, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
    let at = TestClock::START.plus(40 * DAY);
    let status = match reason {
        RefusalReason::AccountBlocked => AccountStatus::Blocked { at, by: "operator root".to_owned() },
        _ => AccountStatus::Active,
    };
    let reference = "7Q3K-M2XA".parse().unwrap();
    let event = SignInEvent {
        id: SignInEventId::from_bytes([9; 16]),
        at: at.plus(3 * DAY),
        place: Place::Door(Door::Smtp),
        account: None,
        address: "10.0.4.7".parse().unwrap(),
        client: None,
        credential: CredentialUsed::AccountPassword,
        acting_for: (reason == RefusalReason::ImpersonationNotGranted).then(|| name("bo@example.test")),
        outcome: Outcome::Refused { reason, reference },
    };
    let owner = account(1, "anna@example.test", status.clone());
    let named = match reason {
        RefusalReason::OtherAccountsAppPassword => account(2, "bo@example.test", status),
        _ => owner.clone(),
    };
    let app_password = app_password(reason, at);
    let known = reason != RefusalReason::UnknownAccount;
    let facts = Facts {
        event: &event,
        reason,
        named: known.then_some(&named),
        app_password: known.then_some((&app_password, &owner)),
        target: None,
        powers: Powers::default(),
    };
    ask(&facts)
}

fn explained(reason: RefusalReason) -> String {
    let at_page = " at https://portal.example/security-info";
    with_facts(reason, |facts| {
        format!("{}\n  {}\n  {}\n", reason.name(), facts.what(), facts.remedy(at_page))
    })
}

/// The reasons of the doors, some of which hold at the portal too, and those of the portal alone: all of them.
fn of_doors() -> &'static [RefusalReason] {
    RefusalReason::ALL.split(|reason| *reason == RefusalReason::AppPasswordAtPortal).next().unwrap()
}

#[test]
fn every_reason_at_doors_has_its_words() {
    let table: String = of_doors().iter().map(|reason| explained(*reason)).collect();
    insta::assert_snapshot!(table, @"
    unknown-account
      The user name that was sent belongs to no account.
      Set the program's user name to the whole e-mail address of the account.
    wrong-secret
      The password that was sent is neither the account password of anna@example.test nor one of its app passwords.
      Create an app password at https://portal.example/security-info and put it in the program, without anything before or after it.
    mistyped-app-password
      What was sent has the form of an app password, with a typing error in it: its check symbol does not fit.
      Type or copy the app password into the program at 10.0.4.7 again; if it is no longer at hand, create another at https://portal.example/security-info.
    other-accounts-app-password
      The app password “Scanner 2nd floor” was right, but it does not belong to bo@example.test, whose name was sent with it.
      Set the program's user name to anna@example.test.
    account-password-under-mfa
      The account password of anna@example.test was sent, and this account is protected by a second factor, which a program cannot give.
      Create an app password at https://portal.example/security-info and put it in the program in the place of the account password.
    account-passwords-off
      The account password of anna@example.test was sent, and your organization takes no account passwords from programs.
      Create an app password at https://portal.example/security-info and put it in the program in the place of the account password.
    account-blocked
      The account anna@example.test was blocked on 2027-01-01T14:15:54Z by operator root.
      Ask an administrator whether the account may come back.
    door-off
      The smtp door is switched off.
      Ask an administrator when the door opens again.
    app-passwords-off
      Your organization takes no app passwords at present.
      Ask an administrator when they are taken again.
    revoked
      The app password “Scanner 2nd floor” was revoked on 2027-01-01T14:15:54Z by account anna@example.test (sold), and is still being tried from 10.0.4.7.
      Create a new app password at https://portal.example/security-info for the program at 10.0.4.7, or switch that program off.
    expired
      The app password “Scanner 2nd floor” expired on 2027-01-01T14:15:54Z, and is still being tried from 10.0.4.7.
      Renew it at https://portal.example/security-info if the program at 10.0.4.7 is to go on; switch that program off if it is not.
    idle-expired
      The app password “Scanner 2nd floor” was unused for 30 days and ended by that on 2026-12-22T14:15:54Z, and is still being tried from 10.0.4.7.
      Renew it at https://portal.example/security-info if the program at 10.0.4.7 is to go on; switch that program off if it is not.
    suspended
      The app password “Scanner 2nd floor” was suspended on 2027-01-01T14:15:54Z by account anna@example.test, and is still being tried from 10.0.4.7.
      Resume it at https://portal.example/security-info if the program at 10.0.4.7 is yours; revoke it if it is not.
    rotated-away
      The app password “Scanner 2nd floor” has a new secret, and the old one is still being tried from 10.0.4.7.
      Put the new secret in the program at 10.0.4.7; if it is lost, rotate the app password once more at https://portal.example/security-info.
    out-of-scope
      The app password “Scanner 2nd floor” is good for imap, pop3, and it was tried at the smtp door.
      Make it good for smtp too at https://portal.example/security-info if the program needs that.
    out-of-network
      The app password “Scanner 2nd floor” is good from 192.0.2.0/24, and it was tried from 10.0.4.7.
      Make it good from 10.0.4.7 too at https://portal.example/security-info if that address is yours; revoke it if it is not, as somebody else has it.
    impersonation-not-granted
      anna@example.test asked to act for bo@example.test, and only a service account may act for other mailboxes.
      Let the program sign in as bo@example.test, or leave its authorization identity empty.
    limit-reached
      The app password “Scanner 2nd floor” was used more than it may be, which is 50 sessions at once, 600 sign-ins a minute.
      Let the program sign in less often, or close connections that it does not need.
    mailbox-not-connected
      The password was right, but the mailbox anna@example.test behind the smtp door is not connected: nobody has connected it, or the connection does not hold any more.
      Connect it at https://portal.example/security-info; the program goes on with the password that it has.
    too-many-wrong-secrets
      Too many different wrong passwords for anna@example.test came from 10.0.4.7, so that this one was not looked at.
      Correct the password in the program at 10.0.4.7 and wait a quarter of an hour; an app password works meanwhile.
    ");
}

#[test]
fn every_reason_of_the_portal_has_its_words() {
    let of_portal = &RefusalReason::ALL[of_doors().len()..];
    let table: String = of_portal.iter().map(|reason| explained(*reason)).collect();
    insta::assert_snapshot!(table, @"
    app-password-at-portal
      The app password “Scanner 2nd floor” was typed at the portal, which takes no app passwords.
      Sign in to the portal with the account password.
    wrong-second-factor
      The account password of anna@example.test was right, but the code of the second factor was not.
      Try the newest code if that was you; change the account password now if it was not, as somebody knows it.
    wrong-passkey
      The passkey that was used at the portal is registered for no account, is another account's, or did not verify who used it.
      Sign in with the account password, and register the passkey under Security info.
    cloned-passkey
      The passkey of anna@example.test was right, but its signature counter did not grow: there may be a copy of it elsewhere.
      Delete that passkey under Security info and register another one.
    unknown-outside-identity
      An outside identity provider vouched for somebody who is linked to no account here.
      Sign in with the account password at https://portal.example/security-info and link the identity there, or ask an administrator to link it.
    outside-answer-refused
      What came as the answer of an outside identity provider does not hold: it is stale, forged, or was meant for another request.
      Begin the sign-in again; if that does not help, ask an administrator to look at the identity provider.
    ");
}

/// What only administrators undo is asked of nobody who may do it.
#[test]
fn whoever_may_do_it_is_not_sent_to_ask() {
    let all = Powers { settings: true, blocks: true, app_passwords: true, grants: true };
    let told = |reason| with_facts(reason, |facts| Facts { powers: all, ..*facts }.remedy(" at PAGE"));
    let own = |reason| with_facts(reason, |facts| facts.remedy(" at PAGE"));
    for (reason, words) in [
        (
            RefusalReason::DoorOff,
            "Take the door out of the setting `doors_off` if programs are to come in by it.",
        ),
        (
            RefusalReason::AppPasswordsOff,
            "Set `app_passwords_at_doors` to true if they are to be taken again.",
        ),
        (RefusalReason::AccountBlocked, "Unblock the account if it may come back."),
    ] {
        assert_eq!(told(reason), words);
        assert!(own(reason).starts_with("Ask an administrator "), "{}", own(reason));
    }
    for reason in RefusalReason::ALL.iter().filter(|reason| reason.name() != "outside-answer-refused") {
        assert!(!told(*reason).starts_with("Ask an administrator"), "{}", told(*reason));
    }
}

/// The portal's own page is not named to whoever reads it there, and the sentence stays one.
#[test]
fn in_the_portal_a_remedy_names_no_page() {
    for reason in RefusalReason::ALL {
        let (named, here) =
            with_facts(*reason, |facts| (facts.remedy(" at https://portal.example/p"), facts.remedy("")));
        assert!(!here.contains("://") && !here.contains("  "), "{here}");
        assert_eq!(named.replace(" at https://portal.example/p", ""), here);
    }
}

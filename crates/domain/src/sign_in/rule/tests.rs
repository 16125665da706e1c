//! The rule table: as it was specified, and over every combination against a second telling of it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::app_password::StoredState;
use crate::app_password::test::app_password;
use crate::door::DoorSet;
use crate::network::{Networks, parse_network};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

/// What a program signs in with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Credential {
    AccountPassword,
    AppPassword,
    RotatedAway,
}

/// The state that an app password is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Active,
    Suspended,
    Expired,
    IdleExpired,
    Revoked,
}

/// One combination, in words of its own.
#[derive(Clone, Copy, Debug)]
struct Case {
    mfa: MfaState,
    credential: Credential,
    /// 0 active, 1 blocked, 2 deleted.
    status: u8,
    door_on: bool,
    app_passwords_on: bool,
    account_passwords: AccountPasswordsAtDoors,
    report_only: bool,
    state: State,
    in_scope: bool,
    in_network: bool,
    impersonation_denied: bool,
    limit_reached: bool,
}

impl Case {
    /// Nothing in the way.
    const CLEAR: Self = Self {
        mfa: MfaState::Enforced,
        credential: Credential::AppPassword,
        status: 0,
        door_on: true,
        app_passwords_on: true,
        account_passwords: AccountPasswordsAtDoors::FollowMfaState,
        report_only: false,
        state: State::Active,
        in_scope: true,
        in_network: true,
        impersonation_denied: false,
        limit_reached: false,
    };

    /// What would have refused, or what refuses.
    fn decide(&self) -> Result<Option<RefusalReason>, RefusalReason> {
        let (at, by) = (Timestamp::from_millis(500), "system".to_owned());
        let app_password = AppPassword {
            state: match self.state {
                State::Suspended => StoredState::Suspended { at, by: by.clone() },
                State::Revoked => StoredState::Revoked { at, by: by.clone(), reason: String::new() },
                State::Active | State::Expired | State::IdleExpired => StoredState::Active,
            },
            expires_at: (self.state == State::Expired).then_some(at),
            idle_expiry: (self.state == State::IdleExpired).then_some(Duration::from_millis(500)),
            scope: if self.in_scope { DoorSet::all() } else { [Door::Imap].into_iter().collect() },
            networks: if self.in_network {
                Networks::any()
            } else {
                Networks::new([parse_network("198.51.100.0/24").unwrap()])
            },
            ..app_password()
        };
        let status = match self.status {
            0 => AccountStatus::Active,
            1 => AccountStatus::Blocked { at, by },
            _ => AccountStatus::Deleted { at, by },
        };
        let credential = match self.credential {
            Credential::AccountPassword => Verified::AccountPassword,
            Credential::AppPassword => {
                Verified::AppPassword { app_password: &app_password, rotated_away: false }
            }
            Credential::RotatedAway => {
                Verified::AppPassword { app_password: &app_password, rotated_away: true }
            }
        };
        let policy = DoorPolicy {
            door_on: self.door_on,
            app_passwords_on: self.app_passwords_on,
            account_passwords: self.account_passwords,
            report_only: self.report_only,
        };
        let sign_in = SignIn {
            credential,
            mfa: self.mfa,
            status: &status,
            policy,
            door: Door::Smtp,
            address: "192.0.2.7".parse().unwrap(),
            impersonation_denied: self.impersonation_denied,
            limit_reached: self.limit_reached,
            now: NOW,
        };
        decide(&sign_in).map(Permit::would_refuse)
    }
}

/// The table at the head of "Who may sign in with what".
#[test]
fn the_table_of_the_specification() {
    use Credential::{AccountPassword, AppPassword};
    use MfaState::{Disabled, Enabled, Enforced};
    for (mfa, credential, expected) in [
        (Disabled, AccountPassword, Ok(None)),
        (Disabled, AppPassword, Ok(None)),
        (Enabled, AccountPassword, Ok(None)),
        (Enabled, AppPassword, Ok(None)),
        (Enforced, AccountPassword, Err(RefusalReason::AccountPasswordUnderMfa)),
        (Enforced, AppPassword, Ok(None)),
    ] {
        assert_eq!(Case { mfa, credential, ..Case::CLEAR }.decide(), expected, "{mfa} {credential:?}");
    }
}

/// A reason, and when it applies if none before it does.
type Rule = (RefusalReason, fn(&Case) -> bool);

/// The specification's order of reasons, told as a list of conditions that know nothing of each other.
const ORDER: [Rule; 15] = [
    (RefusalReason::AccountPasswordUnderMfa, |c| {
        c.credential == Credential::AccountPassword && c.mfa == MfaState::Enforced
    }),
    (RefusalReason::AccountPasswordsOff, |c| {
        c.credential == Credential::AccountPassword && c.account_passwords == AccountPasswordsAtDoors::Never
    }),
    (RefusalReason::AccountBlocked, |c| c.status != 0),
    (RefusalReason::DoorOff, |c| !c.door_on),
    (RefusalReason::AppPasswordsOff, |c| c.credential != Credential::AccountPassword && !c.app_passwords_on),
    (RefusalReason::Revoked, |c| c.credential != Credential::AccountPassword && c.state == State::Revoked),
    (RefusalReason::Expired, |c| c.credential != Credential::AccountPassword && c.state == State::Expired),
    (RefusalReason::IdleExpired, |c| {
        c.credential != Credential::AccountPassword && c.state == State::IdleExpired
    }),
    (RefusalReason::Suspended, |c| {
        c.credential != Credential::AccountPassword && c.state == State::Suspended
    }),
    (RefusalReason::RotatedAway, |c| c.credential == Credential::RotatedAway),
    (RefusalReason::OutOfScope, |c| c.credential != Credential::AccountPassword && !c.in_scope),
    (RefusalReason::OutOfNetwork, |c| c.credential != Credential::AccountPassword && !c.in_network),
    (RefusalReason::ImpersonationNotGranted, |c| c.impersonation_denied),
    (RefusalReason::LimitReached, |c| c.limit_reached),
    // Never reached: what no rule refuses is accepted.
    (RefusalReason::WrongSecret, |_| false),
];

/// What report-only mode lets pass.
fn is_only_reported(reason: RefusalReason) -> bool {
    matches!(reason, RefusalReason::AccountPasswordsOff | RefusalReason::DoorOff)
}

fn every_case() -> Vec<Case> {
    fn vary<T: Copy>(cases: &[Case], values: &[T], set: fn(&mut Case, T)) -> Vec<Case> {
        let varied = |case: &Case, value: &T| {
            let mut case = *case;
            set(&mut case, *value);
            case
        };
        cases.iter().flat_map(|case| values.iter().map(move |value| varied(case, value))).collect()
    }
    use AccountPasswordsAtDoors::{FollowMfaState, Never};
    use Credential::{AccountPassword, AppPassword, RotatedAway};
    use State::{Active, Expired, IdleExpired, Revoked, Suspended};
    let both = [false, true];
    let cases = vary(&[Case::CLEAR], MfaState::ALL, |case, value| case.mfa = value);
    let cases =
        vary(&cases, &[AccountPassword, AppPassword, RotatedAway], |case, value| case.credential = value);
    let cases = vary(&cases, &[0, 1, 2], |case, value| case.status = value);
    let cases = vary(&cases, &both, |case, value| case.door_on = value);
    let cases = vary(&cases, &both, |case, value| case.app_passwords_on = value);
    let cases = vary(&cases, &[FollowMfaState, Never], |case, value| case.account_passwords = value);
    let cases = vary(&cases, &both, |case, value| case.report_only = value);
    let states = [Active, Suspended, Expired, IdleExpired, Revoked];
    let cases = vary(&cases, &states, |case, value| case.state = value);
    let cases = vary(&cases, &both, |case, value| case.in_scope = value);
    let cases = vary(&cases, &both, |case, value| case.in_network = value);
    let cases = vary(&cases, &both, |case, value| case.impersonation_denied = value);
    vary(&cases, &both, |case, value| case.limit_reached = value)
}

#[test]
fn every_combination_follows_the_order_of_reasons() {
    let cases = every_case();
    assert_eq!(cases.len(), 3 * 3 * 3 * 2 * 2 * 2 * 2 * 5 * 2 * 2 * 2 * 2);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for case in &cases {
        let applying = || ORDER.iter().filter(|(_, applies)| applies(case)).map(|(reason, _)| *reason);
        let refusing = applying().find(|reason| !(case.report_only && is_only_reported(*reason)));
        let expected = refusing.map_or_else(|| Ok(applying().next()), Err);
        assert_eq!(case.decide(), expected, "{case:?}");
        let told = match expected {
            Ok(None) => "accepted".to_owned(),
            Ok(Some(reason)) => format!("accepted, would refuse: {}", reason.name()),
            Err(reason) => reason.name().to_owned(),
        };
        *seen.entry(told).or_default() += 1;
    }
    let counts: Vec<String> = seen.iter().map(|(name, count)| format!("{count:>6} {name}")).collect();
    insta::assert_snapshot!(counts.join("\n"), @r"
      172 accepted
      160 accepted, would refuse: account-passwords-off
       86 accepted, would refuse: door-off
    19200 account-blocked
     3840 account-password-under-mfa
     1920 account-passwords-off
     2880 app-passwords-off
     2240 door-off
      576 expired
      576 idle-expired
      836 impersonation-not-granted
      418 limit-reached
       72 out-of-network
      144 out-of-scope
      576 revoked
      288 rotated-away
      576 suspended
    ");
    // By hand, in report-only mode and without: an account password under two MFA states, with the 40 combinations that
    // do not concern it; an app password under three MFA states and either policy for account passwords.
    assert_eq!(seen["accepted"], 2 * (2 * 40 + 3 * 2));
    // In report-only mode alone: the same account passwords where they are not wanted, at a door that is on or off.
    assert_eq!(seen["accepted, would refuse: account-passwords-off"], 2 * 40 * 2);
    // And at a door that is off: account passwords where they are wanted, and the app passwords.
    assert_eq!(seen["accepted, would refuse: door-off"], 2 * 40 + 3 * 2);
}

#[test]
fn a_mapped_address_is_in_an_ipv4_network() {
    let app_password =
        AppPassword { networks: Networks::new([parse_network("192.0.2.0/24").unwrap()]), ..app_password() };
    let policy = DoorPolicy {
        door_on: true,
        app_passwords_on: true,
        account_passwords: AccountPasswordsAtDoors::FollowMfaState,
        report_only: false,
    };
    let from = |address: &str| {
        decide(&SignIn {
            credential: Verified::AppPassword { app_password: &app_password, rotated_away: false },
            mfa: MfaState::Enforced,
            status: &AccountStatus::Active,
            policy,
            door: Door::Smtp,
            address: address.parse().unwrap(),
            impersonation_denied: false,
            limit_reached: false,
            now: NOW,
        })
    };
    assert_eq!(from("::ffff:192.0.2.7"), Ok(Permit { would_refuse: None }));
    assert_eq!(from("::ffff:192.0.3.7"), Err(RefusalReason::OutOfNetwork));
    assert_eq!(from("::1"), Err(RefusalReason::OutOfNetwork));
}

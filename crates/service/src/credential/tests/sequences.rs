//! One attempt after the other: nobody learns from what follows, in answers, statements or hashes, whether a password that
//! opened nothing was right. Its owner is told the truth each time.

use std::time::Duration;

use postern_domain::lockout::{Lockout, LockoutPolicy};
use postern_domain::setting::SettingKey;
use postern_domain::sign_in::{CredentialUsed, Outcome};

use super::*;

/// What is tried in one story: the password in question, or the guess of that number, from the network of that number.
#[derive(Clone, Copy)]
enum Try {
    It(u8),
    Guess(u8, u8),
    /// Somebody else's account from there.
    Other(u8),
}
use Try::{Guess, It, Other};

/// Repeated, from elsewhere, among guesses until others wait, while they wait, and after that.
const STORY: &[Try] = &[
    It(1),
    It(1),
    It(2),
    Guess(1, 1),
    Guess(2, 1),
    Guess(3, 1),
    Guess(4, 1),
    Guess(5, 1),
    Guess(6, 1),
    It(1),
    It(3),
    Guess(1, 1),
    Other(1),
];

impl Setting {
    /// What whoever tries sees of each attempt of the story, and what it costs.
    async fn story(&self, who: &str, it: &str, at_portal: bool) -> Vec<String> {
        let mut told = Vec::new();
        for (number, tried) in STORY.iter().chain(STORY).enumerate() {
            if number == STORY.len() {
                // Long enough for every wait, and shorter than what is tried is remembered.
                self.fixture.clock.advance(Duration::from_secs(3600));
            }
            let (who, secret, network) = match *tried {
                It(network) => (who, it.to_owned(), network),
                Guess(guess, network) => (who, format!("guess number {guess}"), network),
                Other(network) => (NOBODY, format!("of {who} at {number}"), network),
            };
            let address = Ipv4Addr::new(203, 0, network, 7).into();
            told.push(if at_portal {
                let (answer, messages) = self.log.of(self.fixture.start_from(address, who, &secret)).await;
                let answer = match answer.unwrap_err() {
                    StartPortalSessionError::Refused { .. } => "refused",
                    StartPortalSessionError::TryLater => "try later",
                    StartPortalSessionError::Failure(error) => panic!("{error}"),
                };
                format!("{number}: {answer}, {}", cost(&messages).join(", "))
            } else {
                let attempt = DoorSignIn { address, ..attempt(who, &secret) };
                let (answer, messages) = self.log.of(self.fixture.service.sign_in_at_door(attempt)).await;
                let answer = match answer.unwrap() {
                    DoorAnswer::Refused(refusal) => format!("refused, ended: {}", refusal.secret_has_ended),
                    DoorAnswer::TryLater => "try later".to_owned(),
                    other => panic!("{other:?}"),
                };
                format!("{number}: {answer}, {}", cost(&messages).join(", "))
            });
        }
        told
    }

    /// The reasons that are on record for the right password, with how often.
    async fn reasons_of_it(&self) -> Vec<(&'static str, usize)> {
        let mut reasons: Vec<(&'static str, usize)> = Vec::new();
        for event in self.fixture.events().await {
            if event.credential != CredentialUsed::AccountPassword {
                continue;
            }
            let Outcome::Refused { reason, .. } = event.outcome else { continue };
            match reasons.iter_mut().find(|(name, _)| *name == reason.name()) {
                Some((_, count)) => *count += 1,
                None => reasons.push((reason.name(), 1)),
            }
        }
        reasons
    }
}

/// Why the right password of [`IT`] is refused.
#[derive(Clone, Copy, Debug)]
enum Cause {
    Mfa,
    NoAccountPasswords,
    DoorOff,
    Blocked,
}

const IT: &str = "it@example.test";
const WRONG: &str = "wrong horse battery staple";

impl Setting {
    /// A server that begins when everything is as it is to be, and that knows of no guess.
    async fn of(cause: Cause) -> Self {
        let before = Self::open().await;
        let state = if matches!(cause, Cause::Mfa) { MfaState::Enforced } else { MfaState::Disabled };
        before.fixture.account(IT, state).await;
        let service = &before.fixture.service;
        match cause {
            Cause::Mfa => {}
            Cause::NoAccountPasswords => {
                let key = SettingKey::AccountPasswordsAtDoors;
                service.change_setting(OPERATOR, key, "never").await.unwrap();
            }
            Cause::DoorOff => {
                service.change_setting(OPERATOR, SettingKey::DoorsOff, "smtp").await.unwrap();
            }
            Cause::Blocked => {
                service.block_account(OPERATOR, &name(IT)).await.unwrap();
            }
        }
        let fixture = before.fixture.another_node().await;
        Self { fixture, ..before }
    }
}

#[tokio::test]
async fn whoever_tries_again_does_not_learn_that_a_refused_password_is_right() {
    let cases = [
        (Cause::Mfa, false, "account-password-under-mfa"),
        (Cause::NoAccountPasswords, false, "account-passwords-off"),
        (Cause::DoorOff, false, "door-off"),
        (Cause::Blocked, false, "account-blocked"),
        (Cause::Blocked, true, "account-blocked"),
    ];
    let mut told = Vec::new();
    for (cause, at_portal, reason) in cases {
        let of_wrong = Setting::of(cause).await.story(IT, WRONG, at_portal).await;
        let setting = Setting::of(cause).await;
        let of_right = setting.story(IT, ACCOUNT_PASSWORD, at_portal).await;
        assert_eq!(of_right, of_wrong, "{cause:?}, at the portal: {at_portal}");
        // Each time that it was judged, its owner is told the truth, and how often.
        assert_eq!(setting.reasons_of_it().await, [(reason, 10)], "at the portal: {at_portal}");
        told.push(of_right.into_iter().map(|line| line.replace(", ended: false", "")).collect::<Vec<_>>());
    }
    assert!(told.iter().all(|others| *others == told[0]), "at a door as at the portal");
    insta::assert_snapshot!(told[0].join("\n"), @r"
    0: refused, read account, read account_password, slow hash
    1: refused, read account, read account_password
    2: refused, read account, read account_password
    3: refused, read account, read account_password, slow hash
    4: refused, read account, read account_password, slow hash
    5: refused, read account, read account_password, slow hash
    6: refused, read account, read account_password, slow hash
    7: refused, read account, read account_password, slow hash
    8: try later, read account, read account_password
    9: refused, read account, read account_password
    10: refused, read account, read account_password
    11: refused, read account, read account_password
    12: refused, read account, read account_password, slow hash
    13: refused, read account, read account_password
    14: refused, read account, read account_password
    15: refused, read account, read account_password
    16: refused, read account, read account_password
    17: refused, read account, read account_password
    18: refused, read account, read account_password
    19: refused, read account, read account_password
    20: refused, read account, read account_password
    21: refused, read account, read account_password, slow hash
    22: refused, read account, read account_password
    23: refused, read account, read account_password
    24: refused, read account, read account_password
    25: refused, read account, read account_password, slow hash
    ");
}

#[tokio::test]
async fn what_is_remembered_of_a_refused_password_lets_nobody_in() {
    let setting = Setting::of(Cause::DoorOff).await;
    let service = &setting.fixture.service;
    let outcome = async |secret: &str| {
        let (outcome, messages) = setting.log.of(setting.fixture.outcome(attempt(IT, secret))).await;
        let hashed = if cost(&messages).iter().any(|line| line == "slow hash") { ", hashed" } else { "" };
        format!("{outcome}{hashed}")
    };
    let mut told = vec![outcome(ACCOUNT_PASSWORD).await, outcome(ACCOUNT_PASSWORD).await];
    service.change_setting(OPERATOR, SettingKey::DoorsOff, "none").await.unwrap();
    told.push(outcome(ACCOUNT_PASSWORD).await);
    service.change_setting(OPERATOR, SettingKey::DoorsOff, "smtp").await.unwrap();
    for guess in 0..6 {
        outcome(&format!("guess number {guess}")).await;
    }
    told.push(format!("while others wait: {}", outcome(ACCOUNT_PASSWORD).await));
    service.change_setting(OPERATOR, SettingKey::DoorsOff, "none").await.unwrap();
    told.push(format!("and it would be let in: {}", outcome(ACCOUNT_PASSWORD).await));
    insta::assert_snapshot!(told.join("\n"), @r"
    door-off, hashed
    door-off
    accepted, hashed
    while others wait: door-off
    and it would be let in: try later
    ");
}

/// The memory of one server must not call a password right that another has changed.
#[tokio::test]
async fn a_refused_password_that_was_changed_is_a_wrong_one() {
    let setting = Setting::of(Cause::DoorOff).await;
    assert_eq!(setting.fixture.outcome(attempt(IT, ACCOUNT_PASSWORD)).await, "door-off");
    setting.fixture.clock.advance(Duration::from_secs(1));
    let other = setting.fixture.another_node().await;
    let new = postern_domain::account::password::AccountPassword::typed("a wholly different phrase");
    other.service.set_account_password(OPERATOR, &name(IT), new, false).await.unwrap();
    assert_eq!(setting.fixture.outcome(attempt(IT, ACCOUNT_PASSWORD)).await, "wrong-secret");
}

#[tokio::test]
async fn what_a_door_refuses_opens_the_portal() {
    let setting = Setting::of(Cause::Mfa).await;
    for _ in 0..3 {
        let outcome = setting.fixture.outcome(attempt(IT, ACCOUNT_PASSWORD)).await;
        assert_eq!(outcome, "account-password-under-mfa");
    }
    assert!(setting.fixture.start(IT, ACCOUNT_PASSWORD).await.is_ok());
}

/// Where MFA is rolled out, phones behind one address go on with passwords that are right. They must not keep their owners
/// from the portal, where they make app passwords. At blocked accounts there is nothing to keep open.
#[tokio::test]
async fn phones_behind_one_address_do_not_close_it_unless_their_accounts_are_blocked() {
    for (blocked, secret, told) in [
        (false, ACCOUNT_PASSWORD, "unknown-account"),
        (true, ACCOUNT_PASSWORD, "try later"),
        (false, WRONG, "try later"),
    ] {
        let before = Setting::open().await;
        let phones = ["one@example.test", "two@example.test", "three@example.test"];
        for who in phones {
            before.fixture.account(who, MfaState::Enforced).await;
            if blocked {
                before.fixture.service.block_account(OPERATOR, &name(who)).await.unwrap();
            }
        }
        let fixture = before.fixture.another_node().await;
        let policy = LockoutPolicy { network_limit: 3, ..LockoutPolicy::STANDARD };
        *fixture.service.account_passwords() = Lockout::new(policy);
        for who in phones {
            let outcome = fixture.outcome(attempt(who, secret)).await;
            assert!(["wrong-secret", "account-password-under-mfa"].contains(&outcome), "{outcome}");
        }
        assert_eq!(fixture.outcome(attempt(NOBODY, "whatever it is")).await, told, "blocked: {blocked}");
    }
}

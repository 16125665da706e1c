//! What it costs to be refused: the same reads and the same hashing, whatever the cause. Time is measured by
//! `cargo xtask bench timing`; here is what makes it.

mod sequences;

use std::net::{IpAddr, Ipv4Addr};

use postern_domain::account::{AccountKind, Role};
use postern_domain::app_password::{AppPasswordSecret, Profile};
use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, parse_network};
use postern_testkit::Log;

use crate::app_password::CreateAppPassword;
use crate::door::{DoorAnswer, DoorSignIn};
use crate::portal::StartPortalSessionError;
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, attempt, name, new_app_password};

const BLOCKED: &str = "blocked@example.test";
const NO_PASSWORD: &str = "no-password@example.test";
const NOBODY: &str = "nobody@example.test";

/// Which tables were read, in their order, and when a slow hash was asked for.
fn cost(messages: &[String]) -> Vec<String> {
    let work = messages.iter().filter_map(|line| match line.split_once("a statement sql=\"select ") {
        Some((_, sql)) => sql.split(" from ").nth(1)?.split(' ').next().map(|table| format!("read {table}")),
        None => line.contains("a statement sql=").then(|| line.clone()),
    });
    let hashed = messages.iter().filter(|line| line.ends_with("a slow hash")).map(|_| "slow hash".to_owned());
    work.chain(hashed).collect()
}

struct Setting {
    fixture: Fixture,
    log: Log,
    _guard: tracing::subscriber::DefaultGuard,
    addresses: std::cell::Cell<u8>,
}

impl Setting {
    async fn open() -> Self {
        let (log, guard) = Log::begin();
        let fixture = Fixture::open().await;
        fixture.account(ANNA, MfaState::Enforced).await;
        fixture.account(BLOCKED, MfaState::Disabled).await;
        fixture.bare_account(NO_PASSWORD, MfaState::Enforced).await;
        Self { fixture, log, _guard: guard, addresses: std::cell::Cell::new(0) }
    }

    async fn secret(&self, account: &str, change: impl FnOnce(&mut CreateAppPassword)) -> String {
        let number = self.addresses.replace(self.addresses.get() + 1);
        let mut new = new_app_password(account, &format!("Number {number} of them"));
        change(&mut new);
        let created = self.fixture.service.create_app_password(OPERATOR, new).await.unwrap();
        created.secret.expose_grouped().to_string()
    }

    /// A network of its own for each attempt, so that none is held up by those before.
    fn address(&self) -> IpAddr {
        let number = self.addresses.replace(self.addresses.get() + 1);
        Ipv4Addr::new(198, 51, number, 7).into()
    }

    /// What a refusal at the door cost, with its reason.
    async fn at_door(&self, who: &str, secret: &str) -> (Vec<String>, &'static str) {
        let attempt = DoorSignIn { address: self.address(), ..attempt(who, secret) };
        let (answer, messages) = self.log.of(self.fixture.service.sign_in_at_door(attempt)).await;
        let DoorAnswer::Refused(refusal) = answer.unwrap() else { panic!("{who} was not refused") };
        (cost(&messages), self.fixture.reason(refusal.reference).await)
    }

    /// What a refusal at the portal cost, with its reason.
    async fn at_portal(&self, who: &str, password: &str) -> (Vec<String>, &'static str) {
        let started = self.fixture.start_from(self.address(), who, password);
        let (answer, messages) = self.log.of(started).await;
        let Err(StartPortalSessionError::Refused { reference }) = answer else { panic!("{who}: {answer:?}") };
        (cost(&messages), self.fixture.reason(reference).await)
    }
}

/// What each of them costs, which is the same.
fn alike(costs: &[(Vec<String>, &'static str)], reasons: &[&str]) -> String {
    let found: Vec<_> = costs.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(found, reasons);
    for (cost, reason) in costs {
        assert_eq!(cost, &costs[0].0, "{reason} beside {}", reasons[0]);
    }
    costs[0].0.join("\n")
}

#[tokio::test]
async fn an_app_password_that_is_refused_costs_what_an_unknown_one_does() {
    let setting = Setting::open().await;
    let revoked = setting.fixture.app_password(ANNA, "Contact form").await;
    let id = revoked.app_password.id;
    setting.fixture.service.revoke_app_password(OPERATOR, id, "lost").await.unwrap();
    let revoked = revoked.secret.expose_grouped().to_string();
    let other_door = setting.secret(ANNA, |new| new.scope = [Door::Imap].into_iter().collect()).await;
    let other_network =
        setting.secret(ANNA, |new| new.networks = Networks::new(parse_network("203.0.113.0/24"))).await;
    let good = setting.secret(ANNA, |_| {}).await;
    let blocked = setting.secret(BLOCKED, |_| {}).await;
    setting.fixture.service.block_account(OPERATOR, &name(BLOCKED)).await.unwrap();
    // The right check symbol, and nobody's.
    let nobodys = AppPasswordSecret::generate(Profile::Standard, &*setting.fixture.random);
    let nobodys = nobodys.expose_grouped().to_string();
    let mut costs = Vec::new();
    for (who, secret) in [
        (ANNA, &nobodys),
        (NOBODY, &nobodys),
        ("no address", &nobodys),
        (BLOCKED, &nobodys),
        (NO_PASSWORD, &nobodys),
    ] {
        costs.push(setting.at_door(who, secret).await);
    }
    let reasons = ["wrong-secret", "unknown-account", "unknown-account", "wrong-secret", "wrong-secret"];
    let unknown = alike(&costs, &reasons);

    let mut costs = Vec::new();
    for (who, secret) in [
        (ANNA, &revoked),
        (ANNA, &other_door),
        (ANNA, &other_network),
        (BLOCKED, &blocked),
        (BLOCKED, &good),
        (NOBODY, &good),
    ] {
        costs.push(setting.at_door(who, secret).await);
    }
    let reasons = [
        "revoked",
        "out-of-scope",
        "out-of-network",
        "account-blocked",
        "other-accounts-app-password",
        "unknown-account",
    ];
    let known = alike(&costs, &reasons);

    let mut costs = Vec::new();
    for who in [ANNA, BLOCKED, NOBODY] {
        costs.push(setting.at_portal(who, &good).await);
    }
    let at_portal = alike(&costs, &["app-password-at-portal"; 3]);
    let unknown_at_portal = alike(
        &[setting.at_portal(ANNA, &nobodys).await, setting.at_portal(NOBODY, &nobodys).await],
        &["wrong-secret", "unknown-account"],
    );
    let told = format!(
        "unknown:\n{unknown}\n\nknown:\n{known}\n\nunknown, at the portal:\n{unknown_at_portal}\n\nknown, at the \
         portal:\n{at_portal}"
    );
    insta::assert_snapshot!(told, @r"
    unknown:
    read candidate
    read account
    read account_password
    read candidate

    known:
    read candidate
    read account
    read account_password

    unknown, at the portal:
    read candidate
    read account
    read account_password
    read candidate

    known, at the portal:
    read candidate
    read account
    read account_password
    ");
}

#[tokio::test]
async fn an_account_password_that_is_refused_costs_what_a_wrong_one_does() {
    let setting = Setting::open().await;
    setting
        .fixture
        .add("service@example.test", MfaState::Enforced, Role::Member, AccountKind::ServiceAccount)
        .await;
    setting.fixture.service.block_account(OPERATOR, &name(BLOCKED)).await.unwrap();
    let wrong = "wrong horse battery staple";
    let cases = [
        (ANNA, wrong, "wrong-secret"),
        (NOBODY, wrong, "unknown-account"),
        ("no address", wrong, "unknown-account"),
        (NO_PASSWORD, wrong, "wrong-secret"),
        ("service@example.test", wrong, "wrong-secret"),
        (BLOCKED, wrong, "wrong-secret"),
        (BLOCKED, ACCOUNT_PASSWORD, "account-blocked"),
    ];
    let reasons: Vec<_> = cases.iter().map(|(.., reason)| *reason).collect();
    let (mut at_door, mut at_portal) = (Vec::new(), Vec::new());
    for (who, secret, _) in cases {
        at_door.push(setting.at_door(who, secret).await);
    }
    at_door.push(setting.at_door(ANNA, ACCOUNT_PASSWORD).await);
    // Elsewhere the same guesses are known to be wrong already; another day they are guesses again.
    setting.fixture.clock.advance(std::time::Duration::from_secs(30 * 3600));
    for (who, secret, _) in cases {
        at_portal.push(setting.at_portal(who, secret).await);
    }
    let at_portal = alike(&at_portal, &reasons);
    let at_door = alike(&at_door, &[&reasons[..], &["account-password-under-mfa"]].concat());
    assert_eq!(at_door, at_portal);
    insta::assert_snapshot!(at_door, @r"
    read account
    read account_password
    slow hash
    ");
}

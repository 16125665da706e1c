//! Who reads the inventory, what it lists for what, and how it is exported.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{AccountKind, AccountName, GroupName, Role};
use postern_domain::door::{Door, DoorSet};
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::setting::SettingKey;
use postern_domain::sign_in::RefusalReason;

use super::*;
use crate::By;
use crate::api::{
    AddServicePrincipal, ClientCredentials, CreateApiToken, IssueAccessTokenError, RefusedBearer,
};
use crate::app_password::CreateAppPassword;
use crate::testing::{ANNA, Fixture, OPERATOR, name, new_app_password};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn query(flag: Option<InventoryFlag>) -> InventoryQuery {
    InventoryQuery { kind: Some(CredentialKind::AppPassword), flag, limit: 10, ..InventoryQuery::default() }
}

/// Each app password with its flags.
async fn listed(fixture: &Fixture, query: &InventoryQuery) -> Vec<String> {
    let list = fixture.service.list_inventory(OPERATOR, query).await.unwrap();
    let line = |item: &InventoryItem| {
        let flags: Vec<&str> = item.flags.iter().map(|flag| flag.name()).collect();
        let facts = item.facts(fixture.service.now());
        let (name, owner) = (facts.name.unwrap_or_default(), facts.account.map(|name| name.to_string()));
        format!("{name} of {}: {}", owner.unwrap_or_default(), flags.join(", "))
    };
    list.items.iter().map(line).collect()
}

#[tokio::test]
async fn each_is_listed_for_what_is_wrong_with_it() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account("bert@example.test", MfaState::Enforced).await;
    let contact = fixture.app_password(ANNA, "Contact form").await;
    let expires_at = Some(fixture.service.now().plus(100 * DAY));
    let new = CreateAppPassword {
        scope: DoorSet::all(),
        expires_at,
        ..new_app_password("bert@example.test", "Everything")
    };
    fixture.service.create_app_password(OPERATOR, new).await.unwrap();
    let secret = contact.secret.expose_grouped();
    fixture.accepted(ANNA, &secret).await;
    fixture.clock.advance(91 * DAY);
    fixture.service.recorder.flush().await.unwrap();
    let mut lines = listed(&fixture, &query(None)).await;
    fixture.service.revoke_app_password(OPERATOR, contact.app_password.id, "").await.unwrap();
    assert_eq!(fixture.outcome(crate::testing::attempt(ANNA, &secret)).await, "revoked");
    lines.push("revoked, and tried:".to_owned());
    lines.extend(listed(&fixture, &query(Some(InventoryFlag::TriedAfterEnd))).await);
    insta::assert_snapshot!(lines.join("\n"), @r"
    Everything of bert@example.test: too-wide, never-used, stale, expiring-soon
    Contact form of anna@example.test: stale, no-expiry
    revoked, and tried:
    Contact form of anna@example.test: tried-after-end
    ");
    let counts = fixture.service.count_inventory(OPERATOR).await.unwrap();
    let counts: Vec<u64> = counts.iter().map(|count| count.count).collect();
    // All, tried after the end, lapsed, too wide, never used, stale, no expiry, expiring soon.
    assert_eq!(counts, [1, 1, 0, 1, 1, 1, 0, 1]);
}

/// What ends by lying idle is found ahead of it as its owner is told, and networks of everybody are none.
#[tokio::test]
async fn an_idle_end_is_an_end_and_a_network_of_everybody_is_no_limit() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let create = async |name: &str, idle: Option<u32>, scope: DoorSet, networks: &[&str]| {
        let networks = networks.iter().map(|text| postern_domain::network::parse_network(text).unwrap());
        let networks = Networks::new(networks);
        let idle_expiry = idle.map(|days| days * DAY);
        let new = CreateAppPassword { idle_expiry, scope, networks, ..new_app_password(ANNA, name) };
        fixture.service.create_app_password(OPERATOR, new).await.unwrap();
        // Those of one moment would be in the order of their random identifiers.
        fixture.clock.advance(Duration::from_secs(1));
    };
    let smtp = DoorSet::from_iter([Door::Smtp]);
    create("Quarterly report", Some(30), smtp, &[]).await;
    create("Yearly report", Some(365), smtp, &[]).await;
    create("Open to all", Some(365), DoorSet::all(), &["0.0.0.0/1", "128.0.0.0/1", "::/0"]).await;
    create("Open to the office", Some(365), DoorSet::all(), &["10.0.0.0/8"]).await;
    fixture.clock.advance(20 * DAY);
    let lines = listed(&fixture, &query(None)).await;
    insta::assert_snapshot!(lines.join("\n"), @r"
    Open to the office of anna@example.test: never-used
    Open to all of anna@example.test: too-wide, never-used
    Yearly report of anna@example.test: never-used
    Quarterly report of anna@example.test: never-used, expiring-soon
    ");
    for (flag, expected) in [
        (InventoryFlag::ExpiringSoon, "Quarterly report of anna@example.test: never-used, expiring-soon"),
        (InventoryFlag::TooWide, "Open to all of anna@example.test: too-wide, never-used"),
    ] {
        assert_eq!(listed(&fixture, &query(Some(flag))).await, [expected]);
        let count = fixture.service.count_inventory_with(OPERATOR, None, flag).await.unwrap();
        assert_eq!(count.count, 1, "{flag:?}");
    }
}

fn owner_of(item: &InventoryItem) -> Option<AccountName> {
    item.facts(Timestamp::from_millis(0)).account
}

/// What is too wide is measured by what holds for the account, whatever the list had to look at.
#[tokio::test]
async fn too_wide_is_what_the_groups_of_its_account_do_not_allow() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account("bert@example.test", MfaState::Enforced).await;
    for who in [ANNA, "bert@example.test"] {
        fixture.app_password(who, "Contact form").await;
    }
    let guests: GroupName = "guests".parse().unwrap();
    fixture.service.add_to_group(OPERATOR, &name(ANNA), guests.clone()).await.unwrap();
    fixture.service.set_override(OPERATOR, &guests, SettingKey::AllowedScopes, "imap").await.unwrap();
    let wide = query(Some(InventoryFlag::TooWide));
    let list = fixture.service.list_inventory(OPERATOR, &wide).await.unwrap();
    let found: Vec<_> = list.items.iter().map(|item| (owner_of(item), item.wide)).collect();
    let smtp = [Door::Smtp].into_iter().collect();
    assert_eq!(found, [(Some(name(ANNA)), Some(Wide::BeyondPolicy(smtp)))]);
    assert_eq!(list.next, None);
}

#[tokio::test]
async fn it_is_for_who_may_read_it() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    for (who, role, may) in [
        (ANNA, Role::Member, false),
        ("desk@example.test", Role::HelpDesk, false),
        ("auditor@example.test", Role::Auditor, true),
    ] {
        if who != ANNA {
            fixture.add(who, MfaState::Enforced, role, AccountKind::Person).await;
        }
        let (session, ..) = fixture.enrol(who).await;
        let by = By::Session(&session);
        let listed = fixture.service.list_inventory(by, &query(None)).await;
        let counted = fixture.service.count_inventory(by).await;
        let reported = fixture.service.sign_in_report(by, ReportSpan::Day).await;
        assert_eq!([listed.is_ok(), counted.is_ok(), reported.is_ok()], [may; 3], "{who}");
    }
    let nobody = InventoryQuery { owner: Some(name("nobody@example.test")), ..query(None) };
    let refused = fixture.service.list_inventory(OPERATOR, &nobody).await;
    assert!(matches!(refused, Err(InventoryError::NoSuchAccount)));
}

#[tokio::test]
async fn an_export_holds_no_formula_and_every_value() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "=HYPERLINK(\"http://x\")").await;
    let mut attempt = crate::testing::attempt(ANNA, &created.secret.expose_grouped());
    attempt.client = Some("@cmd|' /C calc'!A0, again".to_owned());
    fixture.service.sign_in_at_door(attempt).await.unwrap();
    fixture.service.recorder.flush().await.unwrap();
    let list = fixture.service.list_inventory(OPERATOR, &query(None)).await.unwrap();
    let now = fixture.service.now();
    let csv = csv_line(Some(&list.items[0]), now);
    assert!(csv.ends_with("\r\n"));
    assert!(csv.contains(",\"'=HYPERLINK(\"\"http://x\"\")\","), "{csv}");
    assert!(csv.contains(",\"'@cmd|' /C calc'!A0, again\","), "{csv}");
    assert_eq!(csv_line(None, now).trim_end().split(',').count(), CSV_COLUMNS.len());
    let json: serde_json::Value = serde_json::from_str(&json_line(&list.items[0], now)).unwrap();
    assert_eq!(json["name"], "=HYPERLINK(\"http://x\")");
    assert_eq!(json["last_client"], "@cmd|' /C calc'!A0, again");
    assert_eq!(json["flags"], serde_json::json!(["no-expiry"]));
}

#[tokio::test]
async fn the_report_has_a_step_for_each_hour_or_day_and_the_reasons_by_number() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    for _ in 0..2 {
        assert_eq!(fixture.outcome(crate::testing::attempt(ANNA, "wrong")).await, "wrong-secret");
    }
    assert_eq!(fixture.outcome(crate::testing::attempt("no@example.test", "x")).await, "unknown-account");
    fixture.accepted(ANNA, crate::testing::ACCOUNT_PASSWORD).await;
    for span in [ReportSpan::Day, ReportSpan::Month] {
        let report = fixture.service.sign_in_report(OPERATOR, span).await.unwrap();
        let reasons = [(RefusalReason::WrongSecret, 2), (RefusalReason::UnknownAccount, 1)];
        assert_eq!(report.refusals(), reasons);
        assert_eq!(report.with_account_passwords(), 1);
        let step = Duration::from_millis(span.step().millis().cast_unsigned());
        let now = fixture.service.now();
        assert!(report.from.plus(step * span.steps()) > now);
        assert!(report.from.plus(step * (span.steps() - 1)) <= now);
    }
    fixture.clock.advance(25 * Duration::from_secs(3600));
    let report = fixture.service.sign_in_report(OPERATOR, ReportSpan::Day).await.unwrap();
    assert_eq!(report.refusals(), []);
}

/// A line for each credential of the whole list, as pages of `limit` show it.
async fn lines(fixture: &Fixture, mut query: InventoryQuery, limit: u32) -> Vec<String> {
    query.limit = limit;
    let (mut lines, mut pages) = (Vec::new(), 0);
    loop {
        let list = fixture.service.list_inventory(OPERATOR, &query).await.unwrap();
        assert!(list.items.len() <= limit as usize);
        for item in &list.items {
            let facts = item.facts(fixture.service.now());
            let flags: Vec<&str> = item.flags.iter().map(|flag| flag.name()).collect();
            let owner = facts.account.map_or_else(|| "nobody's".to_owned(), |owner| owner.to_string());
            let (kind, state) = (facts.kind.name(), facts.state.name());
            let name = facts.name.map(|name| format!(" {name}")).unwrap_or_default();
            lines.push(format!("{kind}{name} of {owner}, {state}: {}", flags.join(", ")));
        }
        // By its text, as an address has it.
        let Some(text) = list.next_text() else { return lines };
        query.after = Some(InventoryQuery::place(&text).unwrap());
        pages += 1;
        assert!(pages < 100, "the pages come to an end");
    }
}

const ROOT: &str = "root@example.test";
const HERE: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

/// One of each kind that a token, a principal or a program makes: an app password, the account password of Bert, a good
/// token, a revoked one that is tried, a service principal that is revoked and tried.
async fn of_each_kind() -> Fixture {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account("bert@example.test", MfaState::Disabled).await;
    fixture.add(ROOT, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    fixture.app_password(ANNA, "Contact form").await;
    fixture.accepted("bert@example.test", crate::testing::ACCOUNT_PASSWORD).await;
    assert_eq!(
        fixture.outcome(crate::testing::attempt(ANNA, crate::testing::ACCOUNT_PASSWORD)).await,
        "account-password-under-mfa"
    );
    let token = async |name: &str, scopes: &str| {
        let new = CreateApiToken {
            account: self::name(ROOT),
            name: name.parse().unwrap(),
            scopes: scopes.parse().unwrap(),
            networks: Networks::any(),
            expires_at: fixture.service.now().plus(100 * DAY),
        };
        fixture.service.create_api_token(OPERATOR, new).await.unwrap()
    };
    let used = token("Backup job", "accounts.read mfa.write").await;
    fixture.service.identify_api_caller(used.text.expose(), HERE).await.unwrap();
    let gone = token("Old script", "accounts.read").await;
    fixture.service.revoke_api_token(OPERATOR, gone.token.id).await.unwrap();
    for _ in 0..3 {
        let refused = fixture.service.identify_api_caller(gone.text.expose(), HERE).await;
        assert!(matches!(refused, Err(RefusedBearer::Revoked)));
    }
    for name in ["CRM", "Old CRM"] {
        let new = AddServicePrincipal {
            name: name.parse().unwrap(),
            scopes: "accounts.read".parse().unwrap(),
            networks: Networks::any(),
            secret_expires_at: None,
        };
        let added = fixture.service.add_service_principal(OPERATOR, new).await.unwrap();
        if name == "Old CRM" {
            fixture.service.revoke_service_principal(OPERATOR, added.principal.id).await.unwrap();
            let asked = ClientCredentials {
                client_id: &added.principal.id.to_string(),
                client_secret: added.secret.expose(),
                scope: None,
                address: HERE,
            };
            let refused = fixture.service.issue_access_token(asked).await;
            assert!(matches!(refused, Err(IssueAccessTokenError::InvalidClient)));
        }
    }
    fixture.service.recorder.flush().await.unwrap();
    fixture
}

#[tokio::test]
async fn every_kind_is_in_one_list() {
    let fixture = of_each_kind().await;
    let all = lines(&fixture, InventoryQuery::default(), 100).await;
    insta::assert_snapshot!(all.join("\n"), @r"
    app-password Contact form of anna@example.test, active: never-used, no-expiry
    account-password of bert@example.test, active: too-wide, no-expiry
    api-token Backup job of root@example.test, active: too-wide
    client-secret CRM of nobody's, active: never-used, no-expiry
    ");
    for limit in 1..=6 {
        assert_eq!(lines(&fixture, InventoryQuery::default(), limit).await, all, "{limit} on a page");
    }
    let tried = InventoryQuery { flag: Some(InventoryFlag::TriedAfterEnd), ..InventoryQuery::default() };
    insta::assert_snapshot!(lines(&fixture, tried, 2).await.join("\n"), @r"
    account-password of anna@example.test, refused: tried-after-end
    api-token Old script of root@example.test, revoked: tried-after-end
    client-secret Old CRM of nobody's, revoked: tried-after-end
    ");
    for kind in CredentialKind::ALL {
        let of_kind = InventoryQuery { kind: Some(*kind), ..InventoryQuery::default() };
        let expected: Vec<&String> = all.iter().filter(|line| line.starts_with(kind.name())).collect();
        assert_eq!(lines(&fixture, of_kind, 1).await.iter().collect::<Vec<_>>(), expected, "{kind:?}");
        let counted = fixture.service.count_inventory_of(OPERATOR, Some(*kind)).await.unwrap();
        assert_eq!(counted[0].count, expected.len() as u64, "{kind:?}");
    }
    let counts = fixture.service.count_inventory(OPERATOR).await.unwrap();
    assert_eq!(counts[0].count, all.len() as u64);
}

#[tokio::test]
async fn a_token_that_is_tried_after_its_end_is_counted_once_a_minute() {
    let fixture = of_each_kind().await;
    let query = InventoryQuery {
        kind: Some(CredentialKind::ApiToken),
        flag: Some(InventoryFlag::TriedAfterEnd),
        limit: 10,
        ..InventoryQuery::default()
    };
    let list = fixture.service.list_inventory(OPERATOR, &query).await.unwrap();
    let now = fixture.service.now();
    let tried = list.items[0].facts(now).tried.unwrap();
    assert_eq!((tried.count, tried.last.at, tried.last.address), (1, now, Some(HERE)));
    let json: serde_json::Value = serde_json::from_str(&json_line(&list.items[0], now)).unwrap();
    assert_eq!(json["last_tried_address"], "192.0.2.7");
    assert_eq!(json["scopes"], serde_json::json!(["accounts.read"]));
    assert!(csv_line(Some(&list.items[0]), now).contains(",api-token,root@example.test,person,Old script,"));
}

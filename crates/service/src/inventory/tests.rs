//! Who reads the inventory, what it lists for what, and how it is exported.

use std::time::Duration;

use postern_domain::account::{AccountKind, GroupName, Role};
use postern_domain::door::{Door, DoorSet};
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_domain::sign_in::RefusalReason;

use super::*;
use crate::By;
use crate::app_password::CreateAppPassword;
use crate::testing::{ANNA, Fixture, OPERATOR, name, new_app_password};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn query(flag: Option<InventoryFlag>) -> InventoryQuery {
    InventoryQuery { flag, door: None, owner: None, name: None, after: None, limit: 10 }
}

/// Each app password with its flags.
async fn listed(fixture: &Fixture, query: &InventoryQuery) -> Vec<String> {
    let list = fixture.service.list_inventory(OPERATOR, query).await.unwrap();
    let line = |item: &InventoryItem| {
        let flags: Vec<&str> = item.flags.iter().map(|flag| flag.name()).collect();
        format!("{} of {}: {}", item.row.app_password.name, item.row.owner, flags.join(", "))
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
    // All, tried after the end, too wide, never used, stale, no expiry, expiring soon.
    assert_eq!(counts, [1, 1, 1, 1, 1, 0, 1]);
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
    let found: Vec<_> = list.items.iter().map(|item| (item.row.owner.as_str(), item.wide)).collect();
    let smtp = [Door::Smtp].into_iter().collect();
    assert_eq!(found, [(ANNA, Some(Wide::BeyondPolicy(smtp)))]);
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

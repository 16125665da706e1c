//! Who may narrow and widen what, and what is written of it.

use std::time::Duration;

use postern_domain::account::{AccountKind, Role};
use postern_domain::door::Door;
use postern_domain::limits::Allowance;
use postern_domain::mfa::MfaState;
use postern_domain::network::parse_network;
use postern_domain::setting::SettingKey;
use postern_storage::AuditFilter;

use super::*;
use crate::door::DoorAnswer;
use crate::portal::FullSession;
use crate::testing::{ANNA, Fixture, OPERATOR, new_app_password};

const DAY: Duration = Duration::from_secs(86_400);

struct Story {
    fixture: Fixture,
    anna: FullSession,
    id: AppPasswordId,
    secret: String,
}

/// Anna, with an app password for SMTP from one network; her second factor is fresh.
async fn story() -> Story {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let networks = networks("192.0.2.0/24");
    let new = super::super::CreateAppPassword { networks, ..new_app_password(ANNA, "Contact form") };
    let created = fixture.service.create_app_password(OPERATOR, new).await.unwrap();
    let (anna, ..) = fixture.enrol(ANNA).await;
    let secret = created.secret.expose_grouped().to_string();
    Story { id: created.app_password.id, secret, fixture, anna }
}

fn networks(text: &str) -> Networks {
    Networks::new(text.split_whitespace().map(|each| parse_network(each).unwrap()))
}

impl Story {
    async fn change(
        &self,
        by: By<'_>,
        change: ChangeAppPassword,
    ) -> Result<Vec<Attribute>, AppPasswordError> {
        Ok(self.fixture.service.change_app_password(by, self.id, change).await?.widened)
    }

    fn wide() -> ChangeAppPassword {
        ChangeAppPassword { networks: Some(Networks::any()), ..ChangeAppPassword::default() }
    }

    fn narrow() -> ChangeAppPassword {
        ChangeAppPassword { networks: Some(networks("192.0.2.7")), ..ChangeAppPassword::default() }
    }
}

#[tokio::test]
async fn doing_less_needs_no_fresh_second_factor_and_doing_more_does() {
    let story = story().await;
    let by = By::Session(&story.anna);
    assert_eq!(story.change(by, Story::wide()).await.unwrap(), [Attribute::Networks]);
    story.fixture.clock.advance(Duration::from_secs(11 * 60));
    assert_eq!(story.change(by, Story::narrow()).await.unwrap(), []);
    let named =
        ChangeAppPassword { name: Some("Shop form".parse().unwrap()), ..ChangeAppPassword::default() };
    assert_eq!(story.change(by, named).await.unwrap(), []);
    let wide = story.change(by, Story::wide()).await;
    assert!(matches!(wide, Err(AppPasswordError::StepUpNeeded)), "{wide:?}");
    // What is not changed at all is asked nothing.
    assert_eq!(story.change(by, Story::narrow()).await.unwrap(), []);
    assert_eq!(story.change(OPERATOR, Story::wide()).await.unwrap(), [Attribute::Networks]);
}

#[tokio::test]
async fn a_change_holds_from_the_next_sign_in_on() {
    let story = story().await;
    let sign_in = || story.fixture.sign_in(ANNA, &story.secret);
    assert!(matches!(sign_in().await, DoorAnswer::Accepted(_)));
    let elsewhere =
        ChangeAppPassword { networks: Some(networks("198.51.100.0/24")), ..ChangeAppPassword::default() };
    story.change(OPERATOR, elsewhere).await.unwrap();
    assert!(matches!(sign_in().await, DoorAnswer::Refused(_)));
    story.change(OPERATOR, Story::wide()).await.unwrap();
    assert!(matches!(sign_in().await, DoorAnswer::Accepted(_)));
    let other_door = [Door::Imap].into_iter().collect();
    let change = ChangeAppPassword { scope: Some(other_door), ..ChangeAppPassword::default() };
    story.change(OPERATOR, change).await.unwrap();
    assert!(matches!(sign_in().await, DoorAnswer::Refused(_)));
}

#[tokio::test]
async fn an_expired_one_is_renewed_and_a_revoked_one_is_not() {
    let story = story().await;
    let now = story.fixture.service.now();
    let until = |at| ChangeAppPassword { expires_at: Some(Some(at)), ..ChangeAppPassword::default() };
    story.change(OPERATOR, until(now.plus(DAY))).await.unwrap();
    story.fixture.clock.advance(2 * DAY);
    assert!(matches!(story.fixture.sign_in(ANNA, &story.secret).await, DoorAnswer::Refused(_)));
    // Its expiry has passed, and it may be renamed all the same.
    let named =
        ChangeAppPassword { name: Some("Shop form".parse().unwrap()), ..ChangeAppPassword::default() };
    story.change(OPERATOR, named).await.unwrap();
    let past = story.change(OPERATOR, until(now.plus(DAY / 2))).await;
    assert!(matches!(past, Err(AppPasswordError::ExpiryInThePast)), "{past:?}");
    assert_eq!(story.change(OPERATOR, until(now.plus(9 * DAY))).await.unwrap(), [Attribute::Expiry]);
    assert!(matches!(story.fixture.sign_in(ANNA, &story.secret).await, DoorAnswer::Accepted(_)));
    story.fixture.service.revoke_app_password(OPERATOR, story.id, "").await.unwrap();
    let revoked = story.change(OPERATOR, Story::narrow()).await;
    assert!(matches!(revoked, Err(AppPasswordError::NotActive { .. })), "{revoked:?}");
}

#[tokio::test]
async fn an_administrator_narrows_what_is_a_persons_and_does_not_widen_it() {
    let story = story().await;
    let root = "root@example.test";
    story.fixture.add(root, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    let (root, ..) = story.fixture.enrol(root).await;
    assert_eq!(story.change(By::Session(&root), Story::narrow()).await.unwrap(), []);
    let wide = story.change(By::Session(&root), Story::wide()).await;
    assert!(matches!(wide, Err(AppPasswordError::OwnersToWiden)), "{wide:?}");
    story.fixture.account("bo@example.test", MfaState::Enforced).await;
    let (bo, ..) = story.fixture.enrol("bo@example.test").await;
    let foreign = story.change(By::Session(&bo), Story::narrow()).await;
    assert!(matches!(foreign, Err(AppPasswordError::NoSuchAppPassword)), "{foreign:?}");
}

#[tokio::test]
async fn what_is_usual_and_what_the_organization_wants_holds_for_what_is_widened() {
    let story = story().await;
    let by = By::Session(&story.anna);
    let sessions = |number| {
        let limits = Limits { sessions: Allowance::new(number).ok(), ..Limits::default() };
        ChangeAppPassword { limits: Some(limits), ..ChangeAppPassword::default() }
    };
    let above = story.change(by, sessions(51)).await;
    assert!(matches!(above, Err(AppPasswordError::AboveUsual { .. })), "{above:?}");
    assert_eq!(story.change(by, sessions(2)).await.unwrap(), []);
    assert_eq!(story.change(by, sessions(50)).await.unwrap(), [Attribute::Limits]);
    for (key, value) in [
        (SettingKey::NetworksRequired, "true"),
        (SettingKey::LongestExpiry, "30d"),
        (SettingKey::AllowedScopes, "smtp"),
    ] {
        story.fixture.service.change_setting(OPERATOR, key, value).await.unwrap();
    }
    let scope = ChangeAppPassword {
        scope: Some([Door::Smtp, Door::Imap].into_iter().collect()),
        ..ChangeAppPassword::default()
    };
    let scope = story.change(by, scope).await.unwrap_err();
    assert_eq!(scope.to_string(), "your organization allows no new app password for: imap");
    let wide = story.change(by, Story::wide()).await.unwrap_err();
    assert!(matches!(wide, AppPasswordError::NetworksNeeded), "{wide}");
    let halves = Some(networks("0.0.0.0/1 128.0.0.0/1"));
    let halves = ChangeAppPassword { networks: halves, ..ChangeAppPassword::default() };
    let halves = story.change(by, halves).await.unwrap_err();
    assert!(matches!(halves, AppPasswordError::NetworksNeeded), "the whole world is no limit: {halves}");
    // It never had an expiry; what stays as it was is nobody's concern.
    assert_eq!(story.change(by, Story::narrow()).await.unwrap(), []);
    let new = story.fixture.service.create_app_password(by, new_app_password(ANNA, "Another one")).await;
    assert!(matches!(new, Err(AppPasswordError::NetworksNeeded)), "{new:?}");
}

#[tokio::test]
async fn each_change_is_written_with_what_was_before() {
    let story = story().await;
    let change = ChangeAppPassword {
        note: Some(Some("Room 2.14".parse().unwrap())),
        networks: Some(Networks::any()),
        idle_expiry: Some(Some(30 * DAY)),
        ..ChangeAppPassword::default()
    };
    story.change(OPERATOR, change).await.unwrap();
    let filter = AuditFilter {
        operation: Some(Operation::ChangeAppPassword),
        app_password: Some(story.id),
        limit: 10,
        ..AuditFilter::default()
    };
    let records = story.fixture.service.list_audit_records(&filter).await.unwrap();
    let details: Vec<_> = records[0].details.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(
        details,
        [
            "idle expiry after: 720 hours",
            "idle expiry before: none",
            "name: Contact form",
            "networks after: any",
            "networks before: 192.0.2.0/24",
            "note after: Room 2.14",
            "note before: none",
            "widened: networks",
        ]
    );
    assert_eq!(records.len(), 1);
}

#[tokio::test]
async fn a_description_has_what_was_tried_and_what_was_done() {
    let story = story().await;
    story.fixture.sign_in(ANNA, &story.secret).await;
    story.fixture.service.suspend_app_password(OPERATOR, story.id).await.unwrap();
    story.fixture.sign_in(ANNA, &story.secret).await;
    let found =
        story.fixture.service.describe_app_password(By::Session(&story.anna), story.id).await.unwrap();
    let days: Vec<_> = found.days.iter().map(|each| (each.day, each.accepted, each.refused)).collect();
    assert_eq!(days, [(found.last_day, 1, 1)]);
    assert_eq!((found.sources.len(), found.refusals.len(), found.last_day - found.first_day), (1, 1, 89));
    let changes: Vec<_> = found.changes.iter().map(|each| each.operation).collect();
    assert_eq!(changes, [Operation::SuspendAppPassword, Operation::CreateAppPassword]);
}

#[tokio::test]
async fn an_overlap_is_ended_at_once() {
    let story = story().await;
    let rotated = story.fixture.service.rotate_app_password(OPERATOR, story.id, 7 * DAY).await.unwrap();
    assert!(matches!(story.fixture.sign_in(ANNA, &story.secret).await, DoorAnswer::Accepted(_)));
    let by = By::Session(&story.anna);
    story.fixture.clock.advance(Duration::from_secs(11 * 60));
    assert_eq!(story.fixture.service.end_overlap(by, story.id).await.unwrap().overlap_until, None);
    assert_eq!(story.fixture.service.end_overlap(by, story.id).await.unwrap().overlap_until, None);
    assert!(matches!(story.fixture.sign_in(ANNA, &story.secret).await, DoorAnswer::Refused(_)));
    let new = rotated.secret.expose_grouped();
    assert!(matches!(story.fixture.sign_in(ANNA, &new).await, DoorAnswer::Accepted(_)));
    let filter = AuditFilter { operation: Some(Operation::EndOldSecret), limit: 9, ..AuditFilter::default() };
    assert_eq!(story.fixture.service.list_audit_records(&filter).await.unwrap().len(), 1);
}

/// Anna, with one that went unused for longer than its idle expiry of `days` days, 15 days ago.
async fn silent(days: u32) -> Story {
    let story = story().await;
    story.change(OPERATOR, unused(days)).await.unwrap();
    assert!(matches!(story.fixture.sign_in(ANNA, &story.secret).await, DoorAnswer::Accepted(_)));
    story.fixture.clock.advance(DAY * (days + 15));
    assert!(matches!(story.fixture.sign_in(ANNA, &story.secret).await, DoorAnswer::Refused(_)));
    story
}

fn unused(days: u32) -> ChangeAppPassword {
    ChangeAppPassword { idle_expiry: Some(Some(DAY * days)), ..ChangeAppPassword::default() }
}

#[tokio::test]
async fn a_renewal_begins_the_idleness_anew_under_the_longest_there_may_be() {
    let story = silent(30).await;
    let key = SettingKey::LongestIdleExpiry;
    story.fixture.service.change_setting(OPERATOR, key, "30d").await.unwrap();
    // Nothing else that is changed renews it.
    story.change(OPERATOR, Story::narrow()).await.unwrap();
    assert!(matches!(story.fixture.sign_in(ANNA, &story.secret).await, DoorAnswer::Refused(_)));
    let longer = story.change(OPERATOR, unused(31)).await;
    assert!(matches!(longer, Err(AppPasswordError::IdleExpiryNeeded { .. })), "{longer:?}");
    let attempt = story.change(By::Session(&story.anna), unused(30)).await;
    assert!(attempt.is_err(), "her session of weeks ago does not do it");
    assert_eq!(story.change(OPERATOR, unused(30)).await.unwrap(), [Attribute::IdleExpiry]);
    assert!(matches!(story.fixture.sign_in(ANNA, &story.secret).await, DoorAnswer::Accepted(_)));
    // One that is not silent for too long keeps counting from its last use.
    story.fixture.clock.advance(DAY * 20);
    assert_eq!(story.change(OPERATOR, unused(10)).await.unwrap(), []);
    assert!(matches!(story.fixture.sign_in(ANNA, &story.secret).await, DoorAnswer::Refused(_)));
}

#[tokio::test]
async fn one_that_is_expired_and_silent_is_renewed_at_once() {
    let story = story().await;
    let until = story.fixture.service.now().plus(DAY * 20);
    let change = ChangeAppPassword { expires_at: Some(Some(until)), ..unused(10) };
    story.change(OPERATOR, change).await.unwrap();
    story.fixture.clock.advance(DAY * 40);
    let until = story.fixture.service.now().plus(DAY * 20);
    let renewal = ChangeAppPassword { expires_at: Some(Some(until)), ..unused(10) };
    let widened = story.change(OPERATOR, renewal).await.unwrap();
    assert_eq!(widened, [Attribute::Expiry, Attribute::IdleExpiry]);
    assert!(matches!(story.fixture.sign_in(ANNA, &story.secret).await, DoorAnswer::Accepted(_)));
}

#[tokio::test]
async fn one_that_is_renewed_counts_among_the_most_there_may_be() {
    let story = story().await;
    let key = SettingKey::AppPasswordsPerAccount;
    story.fixture.service.change_setting(OPERATOR, key, "1").await.unwrap();
    let until = |days: u32| {
        let at = story.fixture.service.now().plus(DAY * days);
        ChangeAppPassword { expires_at: Some(Some(at)), ..ChangeAppPassword::default() }
    };
    story.change(OPERATOR, until(1)).await.unwrap();
    story.fixture.clock.advance(DAY * 2);
    let other = story.fixture.app_password(ANNA, "Scanner 2nd floor").await.app_password.id;
    let renewed = story.change(OPERATOR, until(9)).await;
    assert!(matches!(renewed, Err(AppPasswordError::TooMany { most: 1 })), "{renewed:?}");
    story.fixture.service.revoke_app_password(OPERATOR, other, "").await.unwrap();
    story.change(OPERATOR, until(9)).await.unwrap();
    // One that has not expired is counted already.
    assert_eq!(story.change(OPERATOR, until(20)).await.unwrap(), [Attribute::Expiry]);
}

#[tokio::test]
async fn what_an_administrator_suspended_its_owner_does_not_resume_nor_the_other_way_round() {
    let story = story().await;
    let service = &story.fixture.service;
    let root = "root@example.test";
    story.fixture.add(root, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    let (root, ..) = story.fixture.enrol(root).await;
    let (anna, root) = (By::Session(&story.anna), By::Session(&root));
    service.suspend_app_password(anna, story.id).await.unwrap();
    let resumed = service.resume_app_password(root, story.id).await;
    assert!(matches!(resumed, Err(AppPasswordError::OwnersToWiden)), "{resumed:?}");
    service.resume_app_password(anna, story.id).await.unwrap();
    service.suspend_app_password(root, story.id).await.unwrap();
    let resumed = service.resume_app_password(anna, story.id).await;
    assert!(matches!(resumed, Err(AppPasswordError::SuspendedByAnother)), "{resumed:?}");
    service.resume_app_password(root, story.id).await.unwrap();
    // Whoever expects to be suspended does not come before it by doing it themselves.
    service.suspend_app_password(anna, story.id).await.unwrap();
    let suspended = service.suspend_app_password(root, story.id).await.unwrap();
    assert!(
        matches!(suspended.state, StoredState::Suspended { by, .. } if by == "account root@example.test")
    );
    service.suspend_app_password(anna, story.id).await.unwrap();
    let resumed = service.resume_app_password(anna, story.id).await;
    assert!(matches!(resumed, Err(AppPasswordError::SuspendedByAnother)), "{resumed:?}");
}

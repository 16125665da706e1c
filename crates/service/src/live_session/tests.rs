//! Live sessions: who sees them, who ends them, and what becomes of them when a server is gone.

use std::time::Duration;

use postern_domain::account::{AccountKind, Role};
use postern_domain::audit::Operation;
use postern_domain::id::{DoorSessionId, NodeId};
use postern_domain::mfa::MfaState;
use postern_storage::{AuditFilter, ChangeKind};

use super::{HEARD_EVERY, LiveSessionError, LiveSessionQuery, Report, Reported};
use crate::By;
use crate::door::DoorSession;
use crate::testing::{ANNA, Fixture, OPERATOR, name};

const BO: &str = "bo@example.test";
const ROOT: &str = "root@example.test";

/// Anna and Bo with a session each, reported by one server.
async fn two_sessions() -> (Fixture, NodeId, [DoorSession; 2]) {
    let fixture = Fixture::open().await;
    let mut sessions = Vec::new();
    for account in [ANNA, BO] {
        fixture.account(account, MfaState::Enabled).await;
        let created = fixture.app_password(account, "Contact form").await;
        sessions.push(fixture.accepted(account, &created.secret.expose_grouped()).await);
        fixture.clock.advance(Duration::from_secs(1));
    }
    let node = fixture.service.new_node();
    let mut report = Report::default();
    for session in &sessions {
        report.add(session, node, 7, 1 << 40);
    }
    assert_eq!(fixture.service.report_live_sessions(node, &report).await.unwrap(), Reported::First);
    (fixture, node, sessions.try_into().unwrap())
}

/// Whose sessions somebody sees.
async fn seen(fixture: &Fixture, by: By<'_>, account: Option<&str>) -> Result<Vec<String>, LiveSessionError> {
    let query = LiveSessionQuery { account: account.map(name), ..LiveSessionQuery::default() };
    let list = fixture.service.live_sessions(by, &query).await?;
    assert_eq!(list.next, None);
    Ok(list.sessions.into_iter().map(|listed| listed.account_name.to_string()).collect())
}

#[tokio::test]
async fn the_owner_sees_their_own_and_an_administrator_all() {
    let (fixture, _, [session, _]) = two_sessions().await;
    fixture.add(ROOT, MfaState::Enabled, Role::GlobalAdministrator, AccountKind::Person).await;
    let (anna, _, _) = fixture.enrol(ANNA).await;
    let (root, _, _) = fixture.enrol(ROOT).await;
    let (anna, root) = (By::Session(&anna), By::Session(&root));
    for by in [OPERATOR, root] {
        assert_eq!(seen(&fixture, by, None).await.unwrap(), [BO, ANNA]);
        assert_eq!(seen(&fixture, by, Some(ANNA)).await.unwrap(), [ANNA]);
        let nobody = seen(&fixture, by, Some("nobody@example.test")).await;
        assert!(matches!(nobody, Err(LiveSessionError::NoSuchAccount)), "{nobody:?}");
    }
    assert_eq!(seen(&fixture, anna, None).await.unwrap(), [ANNA]);
    assert_eq!(seen(&fixture, anna, Some(ANNA)).await.unwrap(), [ANNA]);
    for another in [BO, "nobody@example.test"] {
        let refused = seen(&fixture, anna, Some(another)).await;
        assert!(matches!(refused, Err(LiveSessionError::NotAllowed)), "{refused:?}");
    }
    let app_password = session.app_password().map(|its| its.id);
    let query = LiveSessionQuery { app_password, ..LiveSessionQuery::default() };
    let [listed] = fixture.service.live_sessions(anna, &query).await.unwrap().sessions.try_into().unwrap();
    assert_eq!(listed.app_password_name.unwrap().as_str(), "Contact form");
    let listed = listed.session;
    assert_eq!(
        (
            listed.id,
            listed.since,
            listed.octets_from_client,
            listed.octets_to_client,
            listed.client.as_deref()
        ),
        (session.id(), session.started_at(), 7, 1 << 40, Some("client.example.test"))
    );
}

#[tokio::test]
async fn one_is_ended_alone_by_its_owner_and_that_is_recorded() {
    let (fixture, _, [annas, bos]) = two_sessions().await;
    let (anna, _, _) = fixture.enrol(ANNA).await;
    let by = By::Session(&anna);
    for not_hers in [bos.id(), DoorSessionId::from_bytes([7; 16])] {
        let refused = fixture.service.end_live_session(by, not_hers).await;
        assert!(matches!(refused, Err(LiveSessionError::NoSuchSession)), "{refused:?}");
    }
    fixture.add("aud@example.test", MfaState::Enforced, Role::Auditor, AccountKind::Person).await;
    let (auditor, _, _) = fixture.enrol("aud@example.test").await;
    let seen_only = fixture.service.end_live_session(By::Session(&auditor), annas.id()).await;
    assert!(matches!(seen_only, Err(LiveSessionError::NotAllowed)), "who sees it is told so: {seen_only:?}");
    let mut changes = fixture.service.changes();
    for _ in 0..2 {
        fixture.service.end_live_session(by, annas.id()).await.unwrap();
    }
    assert_eq!(changes.recv().await.unwrap().kind, ChangeKind::EndDoorSession(annas.id()));
    assert!(changes.is_empty(), "the second time changes nothing");
    assert_eq!(seen(&fixture, OPERATOR, None).await.unwrap(), [BO]);
    let filter = AuditFilter { operation: Some(Operation::EndSession), limit: 10, ..AuditFilter::default() };
    let [record] =
        fixture.store.snapshot().await.unwrap().audit_records(&filter).await.unwrap().try_into().unwrap();
    assert_eq!(record.actor, "account anna@example.test");
    let details: Vec<_> = record.details.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let session = format!("session: {}", annas.id());
    assert_eq!(details, ["address: 192.0.2.7", "app password: Contact form", "door: smtp", &session]);
}

#[tokio::test]
async fn a_server_that_falls_silent_has_no_sessions_until_it_is_back() {
    let (fixture, node, [annas, bos]) = two_sessions().await;
    let service = &fixture.service;
    fixture.clock.advance(3 * HEARD_EVERY);
    assert_eq!(seen(&fixture, OPERATOR, None).await.unwrap(), [BO, ANNA]);
    fixture.clock.advance(Duration::from_millis(1));
    assert_eq!(seen(&fixture, OPERATOR, None).await.unwrap(), [""; 0]);
    let ended = Report { ended: vec![bos.id()], ..Report::default() };
    assert_eq!(service.report_live_sessions(node, &ended).await.unwrap(), Reported::Added);
    assert_eq!(seen(&fixture, OPERATOR, None).await.unwrap(), [ANNA]);

    // Another server finds it gone for good; when it is back after all, it hears that.
    fixture.clock.advance(Duration::from_secs(61));
    let another = service.new_node();
    assert_eq!(service.report_live_sessions(another, &Report::default()).await.unwrap(), Reported::First);
    assert_eq!(service.report_live_sessions(node, &Report::default()).await.unwrap(), Reported::First);
    assert_eq!(seen(&fixture, OPERATOR, None).await.unwrap(), [""; 0]);
    let mut everything = Report::default();
    everything.add(&annas, node, 8, 8);
    assert_eq!(service.report_live_sessions(node, &everything).await.unwrap(), Reported::Added);
    assert_eq!(seen(&fixture, OPERATOR, None).await.unwrap(), [ANNA]);
    service.forget_node(node).await.unwrap();
    assert_eq!(seen(&fixture, OPERATOR, None).await.unwrap(), [""; 0]);
}

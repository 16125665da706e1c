//! Refresh tokens: they change, they are never lost, and they end once.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::audit::Operation;
use postern_domain::consent::{Consent, ConsentProblem, ConsentState, ConsentWarning};
use postern_domain::mfa::MfaState;
use postern_storage::ConsentRecord;

use super::harness::{Setting, delegation, node};
use crate::testing::{ANNA, name};
use crate::upstream::{ConsentError, TokenProblem};
use crate::{By, Service};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_hundred_sessions_cost_one_refresh_and_each_refresh_token_is_used_once() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    for round in 1..=3 {
        let asking: Vec<_> = (0..100)
            .map(|_| {
                let (service, session) = (Arc::clone(setting.service()), Arc::clone(&session));
                tokio::spawn(async move { service.upstream_token("fake", &session).await })
            })
            .collect();
        for one in asking {
            one.await.unwrap().unwrap();
        }
        // One for the code, and one a round.
        assert_eq!(setting.provider.count(), 1 + round);
        assert_eq!(setting.record(&anna).await.unwrap().generation, 1 + round as u64);
        setting.fixture.clock.advance(HOUR);
    }
}

#[tokio::test]
async fn what_was_issued_outlives_the_process() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    setting.token(&session).await;
    // Another process on the same database goes on with the token that this one stored.
    let other =
        node(&setting.provider, &setting.fixture.store, &setting.fixture.clock, 9, delegation(true)).await;
    let token = other.service.upstream_token("fake", &session).await.unwrap();
    assert_eq!(token.access_token.as_str(), "at-3");
}

#[tokio::test]
async fn two_nodes_follow_one_another() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    let other =
        node(&setting.provider, &setting.fixture.store, &setting.fixture.clock, 9, delegation(true)).await;
    let held = setting.provider.hold();
    let ask = |service: &Arc<Service>| {
        let (service, session) = (Arc::clone(service), Arc::clone(&session));
        tokio::spawn(async move { service.upstream_token("fake", &session).await })
    };
    let asking = [ask(setting.service()), ask(&other.service)];
    setting.provider.received(2).await;
    assert_eq!(setting.provider.count(), 2, "the second waits for the first, whose refresh token is in use");
    drop(held);
    for one in asking {
        one.await.unwrap().unwrap();
    }
    assert_eq!(setting.provider.count(), 3);
    assert_eq!(setting.recorded(Operation::LapseConsent).await, 0);
}

#[tokio::test]
async fn a_session_that_goes_away_does_not_lose_what_the_provider_issued() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    let held = setting.provider.hold();
    let (service, asking) = (Arc::clone(setting.service()), Arc::clone(&session));
    let gone = tokio::spawn(async move { service.upstream_token("fake", &asking).await });
    setting.provider.received(2).await;
    gone.abort();
    drop(held);
    // As a server that shuts down does.
    setting.service().upstreams.slots.settle().await;
    let record = setting.record(&anna).await.unwrap();
    assert_eq!(record.generation, 2);
    let provider = setting.service().provider("fake").unwrap();
    let sealed = record.refresh_token.unwrap();
    let stored = setting.service().open_refresh_token(anna.account().id, provider, 2, &sealed).unwrap();
    assert_eq!(Some(stored.as_str()), setting.provider.refresh_token().as_deref());
}

#[tokio::test]
async fn a_consent_that_the_provider_ended_lapses_once() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    setting.provider.end_all();
    for _ in 0..10 {
        let problem = setting.service().upstream_token("fake", &session).await.unwrap_err();
        assert_eq!(problem, TokenProblem::Lapsed);
    }
    assert_eq!(setting.provider.count(), 2, "the provider is asked no more");
    assert_eq!(setting.recorded(Operation::LapseConsent).await, 1, "and its owner is told once");
    let record = setting.record(&anna).await.unwrap();
    assert_eq!(record.refresh_token, None);
    let now = setting.service().now();
    assert_eq!(record.consent.warning(now), Some(ConsentWarning::Lapsed { at: now }));
    let ConsentState::Lapsed(problem) = record.consent.state else { panic!("lapsed") };
    assert_eq!(problem.error, "invalid_grant: says the fake provider");
    // Given anew, it works at once.
    setting.connect(&anna).await;
    assert_eq!(setting.token(&session).await, "at-3");
}

#[tokio::test]
async fn a_forced_sign_out_ends_the_refresh_tokens() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    setting.token(&session).await;
    setting.service().end_sessions(By::Operator { user: "root" }, &name(ANNA)).await.unwrap();

    // Not even the access token in memory is used any more, and the provider is not asked for another.
    let asked = setting.provider.count();
    let problem = setting.service().upstream_token("fake", &session).await.unwrap_err();
    assert_eq!((problem, setting.provider.count()), (TokenProblem::Lapsed, asked));
    let record = setting.record(&anna).await.unwrap();
    assert_eq!(record.refresh_token, None);
    let ConsentState::Lapsed(problem) = record.consent.state else { panic!("it goes on") };
    assert_eq!(problem.error, "all sessions of the account were ended, and its refresh tokens with them");
    // Nor by another node.
    let elsewhere =
        node(&setting.provider, &setting.fixture.store, &setting.fixture.clock, 9, delegation(true)).await;
    assert_eq!(elsewhere.service.upstream_token("fake", &session).await.unwrap_err(), TokenProblem::Lapsed);
}

#[tokio::test]
async fn a_provider_that_is_down_ends_nothing() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    setting.provider.answer_next(500, None, "<html>");
    let problem = setting.service().upstream_token("fake", &session).await.unwrap_err();
    assert_eq!(problem, TokenProblem::Unavailable);
    let ConsentState::Connected { problem: Some(problem) } =
        setting.record(&anna).await.unwrap().consent.state
    else {
        panic!("connected, with a problem")
    };
    assert_eq!(problem.error, "its answer has no meaning (HTTP status 500)");
    setting.fixture.clock.advance(Duration::from_secs(5));
    assert_eq!(setting.token(&session).await, "at-2");
    let state = setting.record(&anna).await.unwrap().consent.state;
    assert_eq!(state, ConsentState::Connected { problem: None });
}

#[tokio::test]
async fn a_token_that_is_still_good_serves_while_the_provider_is_down() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    assert_eq!(setting.token(&session).await, "at-2");
    setting.fixture.clock.advance(Duration::from_secs(55 * 60));
    setting.provider.answer_next(503, Some(60), "");
    assert_eq!(setting.token(&session).await, "at-2");
    setting.provider.received(3).await;
    setting.service().upstreams.slots.settle().await;
    for _ in 0..10 {
        assert_eq!(setting.token(&session).await, "at-2");
    }
    assert_eq!(setting.provider.count(), 3);
}

#[tokio::test]
async fn the_owner_is_warned_before_a_consent_ends() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.provider.limit_refresh_tokens(30 * 24 * 3600);
    setting.connect(&anna).await;
    let offers = setting.service().consents_of(By::Session(&anna), &name(ANNA)).await.unwrap();
    let consent = offers[0].consent.clone().unwrap();
    let start = setting.service().now();
    assert_eq!(consent.warning(start), None);
    let ends = start.plus(Duration::from_secs(30 * 24 * 3600));
    let later = start.plus(Duration::from_secs(16 * 24 * 3600));
    assert_eq!(consent.warning(later), Some(ConsentWarning::Ends { at: ends }));
}

#[tokio::test]
async fn an_upstream_that_refuses_a_fresh_token_is_noted_for_the_owner() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    setting.token(&session).await;
    for _ in 0..3 {
        setting.service().upstream_token_refused("fake", &session).await;
    }
    let now = setting.service().now();
    let consent = setting.record(&anna).await.unwrap().consent;
    assert_eq!(consent.warning(now), Some(ConsentWarning::Refused { at: now }));
    assert_eq!(setting.recorded(Operation::RefuseUpstreamToken).await, 1);
    assert_eq!(setting.provider.count(), 2);
}

#[tokio::test]
async fn a_deleted_account_leaves_no_credentials() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    setting.token(&session).await;
    setting.service().delete_account(crate::testing::OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(setting.record(&anna).await, None);
    let finished = setting.service().begin_consent(&anna, "fake").await;
    assert!(matches!(finished, Err(ConsentError::SessionOver)));
}

#[tokio::test]
async fn no_record_holds_a_token() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    setting.token(&session).await;
    setting.provider.end_all();
    setting.fixture.clock.advance(HOUR);
    setting.service().upstream_token("fake", &session).await.unwrap_err();
    let mut snapshot = setting.fixture.store.snapshot().await.unwrap();
    let filter = postern_storage::AuditFilter { limit: 1000, ..Default::default() };
    let records = format!("{:?}", snapshot.audit_records(&filter).await.unwrap());
    let stored = format!("{:?}", setting.record(&anna).await);
    let provider = format!("{:?}", setting.service().provider("fake"));
    for text in [records, stored, provider] {
        assert!(!text.contains("needle") && !text.contains("at-2"), "{text}");
    }
}

#[tokio::test]
async fn a_consent_that_nobody_uses_is_kept() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let day = Duration::from_secs(24 * 3600);
    setting.fixture.clock.advance(6 * day);
    assert_eq!(setting.service().renew_unused_consents().await.unwrap(), 0);
    setting.fixture.clock.advance(day);
    assert_eq!(setting.service().renew_unused_consents().await.unwrap(), 1);
    assert_eq!(setting.record(&anna).await.unwrap().consent.refreshed_at, setting.service().now());
    assert_eq!(setting.service().renew_unused_consents().await.unwrap(), 0);

    setting.fixture.clock.advance(7 * day);
    setting.service().block_account(crate::testing::OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(setting.service().renew_unused_consents().await.unwrap(), 0, "a blocked account's may lapse");
}

/// Consents that lapsed stay, and so do those of providers that were taken out of the configuration: for good the ones that
/// were refreshed longest ago.
#[tokio::test]
async fn what_cannot_be_renewed_keeps_no_turn_from_others() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let mut record = setting.record(&anna).await.unwrap();
    for number in 0..110 {
        let name = format!("user{number}@example.test");
        record.consent.account = setting.fixture.bare_account(&name, MfaState::Disabled).await.id;
        record.consent.refreshed_at = record.consent.connected_at.minus(HOUR);
        let gone = Consent { provider: "gone".to_owned(), ..record.consent.clone() };
        let problem = ConsentProblem { error: "gone".to_owned(), at: record.consent.connected_at };
        let lapsed = Consent { state: ConsentState::Lapsed(problem), ..record.consent.clone() };
        let mut transaction = setting.fixture.store.begin().await.unwrap();
        transaction.put_consent(&ConsentRecord { consent: gone, ..record.clone() }).await.unwrap();
        let lapsed = ConsentRecord { consent: lapsed, refresh_token: None, ..record.clone() };
        transaction.put_consent(&lapsed).await.unwrap();
        transaction.commit().await.unwrap();
    }
    setting.fixture.clock.advance(24 * 8 * HOUR);
    assert_eq!(setting.service().renew_unused_consents().await.unwrap(), 1);
    assert_eq!(setting.record(&anna).await.unwrap().consent.refreshed_at, setting.service().now());
}

#[tokio::test]
async fn a_database_that_is_down_loses_no_refresh_token_and_keeps_no_program_out() {
    let store = postern_testkit::SwitchableStore::open().await;
    let shared = Arc::clone(&store) as Arc<dyn postern_storage::Store>;
    let provider = postern_testkit::FakeProvider::new();
    let fixture = node(&provider, &shared, &Arc::default(), 1, delegation(true)).await;
    let setting = Setting { provider, fixture };
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    let held = setting.provider.hold();
    let (service, asking) = (Arc::clone(setting.service()), Arc::clone(&session));
    let asked = tokio::spawn(async move { service.upstream_token("fake", &asking).await });
    setting.provider.received(2).await;
    store.take_down();
    drop(held);
    assert_eq!(asked.await.unwrap().unwrap().access_token.as_str(), "at-2");
    store.bring_up();
    setting.service().upstreams.slots.settle().await;
    let record = setting.record(&anna).await.unwrap();
    let sealed = record.refresh_token.unwrap();
    let fake = setting.service().provider("fake").unwrap();
    let stored =
        setting.service().open_refresh_token(anna.account().id, fake, record.generation, &sealed).unwrap();
    assert_eq!(Some(stored.as_str()), setting.provider.refresh_token().as_deref());
}

#[tokio::test]
async fn a_use_of_a_consent_is_written_once_an_hour() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    assert_eq!(setting.record(&anna).await.unwrap().consent.used_at, None, "given, and not used yet");
    let first = setting.service().now();
    for (minutes, written) in [(0, 0), (59, 0), (1, 60), (59, 60)] {
        setting.fixture.clock.advance(Duration::from_secs(60 * minutes));
        setting.token(&session).await;
        let used_at = setting.record(&anna).await.unwrap().consent.used_at;
        assert_eq!(used_at, Some(first.plus(Duration::from_secs(60 * written))));
    }
    // What Postern renews by itself is no use.
    setting.fixture.clock.advance(24 * 8 * HOUR);
    assert_eq!(setting.service().renew_unused_consents().await.unwrap(), 1);
    let used_at = setting.record(&anna).await.unwrap().consent.used_at;
    assert_eq!(used_at, Some(first.plus(HOUR)));
}

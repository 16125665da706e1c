//! Tokens of the application.

use std::sync::Arc;
use std::time::Duration;

use super::harness::Setting;
use crate::upstream::{Grant, TokenProblem};

#[tokio::test]
async fn a_hundred_sessions_at_once_cost_one_request() {
    let setting = Setting::with(Grant::ClientCredentials).await;
    let session = setting.anna().await;
    let held = setting.provider.hold();
    let asking: Vec<_> = (0..100)
        .map(|_| {
            let (service, session) = (Arc::clone(setting.service()), Arc::clone(&session));
            tokio::spawn(async move { service.upstream_token("fake", &session).await })
        })
        .collect();
    setting.provider.received(1).await;
    drop(held);
    for one in asking {
        let token = one.await.unwrap().unwrap();
        assert_eq!((token.access_token.as_str(), token.user.as_str()), ("at-1", "anna@example.test"));
    }
    assert_eq!(
        setting.provider.forms(),
        ["grant_type=client_credentials&scope=mail&client_id=postern&client_secret=client-secret-needle"]
    );
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires_and_sessions_go_on_with_the_old_one() {
    let setting = Setting::with(Grant::ClientCredentials).await;
    let session = setting.anna().await;
    assert_eq!(setting.token(&session).await, "at-1");
    setting.fixture.clock.advance(Duration::from_secs(2999));
    assert_eq!(setting.token(&session).await, "at-1");
    assert_eq!(setting.provider.count(), 1);
    // Ten minutes are left: it is renewed beside.
    setting.fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(setting.token(&session).await, "at-1");
    setting.provider.received(2).await;
    setting.service().upstreams.slots.settle().await;
    assert_eq!(setting.token(&session).await, "at-2");
    // One that has expired is not handed out.
    setting.fixture.clock.advance(Duration::from_secs(3600));
    assert_eq!(setting.token(&session).await, "at-3");
}

#[tokio::test]
async fn a_failure_is_temporary_and_a_hundred_sessions_do_not_repeat_it() {
    let setting = Setting::with(Grant::ClientCredentials).await;
    let session = setting.anna().await;
    setting.provider.answer_next(500, None, "oops");
    for _ in 0..100 {
        let problem = setting.service().upstream_token("fake", &session).await.unwrap_err();
        assert_eq!(problem, TokenProblem::Unavailable);
    }
    assert_eq!(setting.provider.count(), 1);
    setting.fixture.clock.advance(Duration::from_secs(5));
    assert_eq!(setting.token(&session).await, "at-1");
}

#[tokio::test]
async fn throttling_is_passed_on_with_what_is_left_of_it() {
    let setting = Setting::with(Grant::ClientCredentials).await;
    let session = setting.anna().await;
    setting.provider.answer_next(429, Some(60), "");
    for (passed, left) in [(0, 60), (20, 40), (39, 1)] {
        setting.fixture.clock.advance(Duration::from_secs(passed));
        let problem = setting.service().upstream_token("fake", &session).await.unwrap_err();
        assert_eq!(problem, TokenProblem::Throttled { retry_after: Duration::from_secs(left) });
    }
    setting.fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(setting.token(&session).await, "at-1");
}

#[tokio::test]
async fn a_session_that_goes_away_takes_nothing_with_it() {
    let setting = Setting::with(Grant::ClientCredentials).await;
    let session = setting.anna().await;
    let held = setting.provider.hold();
    let (service, asking) = (Arc::clone(setting.service()), Arc::clone(&session));
    let gone = tokio::spawn(async move { service.upstream_token("fake", &asking).await });
    setting.provider.received(1).await;
    gone.abort();
    drop(held);
    assert_eq!(setting.token(&session).await, "at-1");
    assert_eq!(setting.provider.count(), 1);
}

#[tokio::test]
async fn an_old_token_that_was_refused_is_replaced_and_a_fresh_one_is_not() {
    let setting = Setting::with(Grant::ClientCredentials).await;
    let session = setting.anna().await;
    assert_eq!(setting.token(&session).await, "at-1");
    setting.service().upstream_token_refused("fake", &session).await;
    assert_eq!(setting.token(&session).await, "at-1");
    setting.fixture.clock.advance(Duration::from_secs(60));
    setting.service().upstream_token_refused("fake", &session).await;
    assert_eq!(setting.token(&session).await, "at-2");
    assert_eq!(
        setting.service().upstream_token("other", &session).await.unwrap_err(),
        TokenProblem::NoSuchProvider
    );
}

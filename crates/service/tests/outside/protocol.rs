//! The way there and back: what is asked for, and what an answer is bound to.

use postern_domain::mfa::MfaState;
use postern_service::AuthorizationResponse;
use postern_service::outside::{AcrClaim, OutsideError};
use serde_json::json;

use crate::harness::{BROWSER, Setting, anna, browser, how_far};

/// The parameters of a request, without the random ones.
fn parameters(url: &str) -> String {
    let (_, query) = url.split_once('?').unwrap_or_default();
    let random = ["state", "nonce", "code_challenge"];
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let shown = pairs.map(|(name, value)| {
        let value =
            if random.contains(&&*name) { format!("({} symbols)", value.len()) } else { value.into_owned() };
        format!("{name}: {value}\n")
    });
    shown.collect()
}

#[tokio::test]
async fn a_request_asks_for_a_code_with_everything_that_binds_the_answer() {
    let setting = Setting::open().await;
    let begin = |provider| setting.test.service.begin_outside_sign_in(&BROWSER, provider, "/");
    let start = begin("Staff").await.unwrap();
    assert_eq!((start.provider.as_str(), start.host.as_str()), ("Staff Login", "login.example.test"));
    insta::assert_snapshot!(parameters(&start.url), @r"
    response_type: code
    client_id: postern
    redirect_uri: https://portal.example.test/sign-in/outside/callback
    scope: openid email
    state: (210 symbols)
    nonce: (43 symbols)
    code_challenge: (43 symbols)
    code_challenge_method: S256
    max_age: 3600
    acr_values: gold
    ");
    assert!(matches!(begin("Nobody").await, Err(OutsideError::NoSuchProvider)));
}

#[tokio::test]
async fn entra_is_asked_for_its_authentication_contexts_by_a_claim() {
    let setting = Setting::with(|provider| {
        provider.mfa.amr.clear();
        provider.mfa.acr = vec!["c1".to_owned()];
        provider.mfa.acr_claim = AcrClaim::Acrs;
    })
    .await;
    let start = setting.test.service.begin_outside_sign_in(&BROWSER, "Staff", "/").await.unwrap();
    let asked = parameters(&start.url);
    assert!(asked.contains(r#"claims: {"id_token":{"acrs":{"essential":true,"value":"c1"}}}"#), "{asked}");
    setting.linked(MfaState::Enforced).await;
    let mut claims = anna();
    claims["auth_time"] = setting.test.service.clock().now().as_seconds().into();
    claims["acr"] = json!("c1");
    assert_eq!(how_far(&setting.sign_in(&claims).await.unwrap().standing), "a method must be registered");
    claims["acrs"] = json!(["p1", "c1"]);
    assert_eq!(how_far(&setting.sign_in(&claims).await.unwrap().standing), "in");
}

#[tokio::test]
async fn an_answer_counts_once_in_its_own_browser_and_time() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    let answer = setting.go(&anna()).await;
    let stranger = browser("another browser");
    let stolen = setting.test.service.finish_outside(&stranger, None, answer.clone()).await;
    assert!(matches!(stolen, Err(OutsideError::UnknownRequest)), "{stolen:?}");
    let late = setting.go(&anna()).await;
    assert!(setting.come_back(answer.clone()).await.is_ok(), "the stranger took nothing away");
    assert!(matches!(setting.come_back(answer).await, Err(OutsideError::UnknownRequest)), "a second time");
    setting.advance(15 * 60);
    assert!(matches!(setting.come_back(late).await, Err(OutsideError::UnknownRequest)), "too late");
    for state in ["", "x", &"A".repeat(43)] {
        let made_up = AuthorizationResponse { state: state.to_owned(), ..AuthorizationResponse::default() };
        assert!(matches!(setting.come_back(made_up).await, Err(OutsideError::UnknownRequest)), "{state}");
    }
}

/// Nobody has to be known to begin a sign-in, or to come back with an answer that no provider gave: neither writes a row, so that
/// nothing has to be bounded and nobody's is pushed out by others'.
#[tokio::test]
async fn beginning_and_coming_back_wrongly_write_nothing() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    let rows = async || {
        let hour = std::time::Duration::from_secs(3600);
        let late = setting.test.service.clock().now().plus(hour);
        let mut transaction = setting.test.store.begin().await.unwrap();
        let stored = transaction.delete_stale_outside_requests(late).await.unwrap();
        // Not committed: what is counted stays.
        stored + transaction.delete_stale_ceremonies(late).await.unwrap()
    };
    let answer = setting.go(&anna()).await;
    let forged = AuthorizationResponse { code: Some("made up".to_owned()), ..setting.go(&anna()).await };
    assert!(setting.come_back(forged).await.is_err());
    assert_eq!(rows().await, 0);
    setting.come_back(answer).await.unwrap();
    assert_eq!(rows().await, 1, "what the provider vouched for is remembered until it would have run out");
    let (_, session) = setting.inside().await;
    let service = &setting.test.service;
    service.begin_outside_link(&session, &BROWSER, "Staff", "/").await.unwrap();
    assert_eq!(rows().await, 3, "and so is what somebody begins who is in");
}

#[tokio::test]
async fn an_answer_of_another_provider_is_none() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    // The other provider, which is not honest, brings its own code to a request that was for the first one.
    let service = &setting.test.service;
    let honest = service.begin_outside_sign_in(&BROWSER, "Staff", "/").await.unwrap();
    let begun = service.begin_outside_sign_in(&BROWSER, "Other", "/").await.unwrap();
    let theirs = setting.other.sign_in(&begun.url, &anna());
    let state = setting.provider.sign_in(&honest.url, &anna()).state;
    let mixed_up = AuthorizationResponse { state: state.clone(), ..theirs.clone() };
    let refused = setting.come_back(mixed_up.clone()).await;
    assert!(matches!(refused, Err(OutsideError::OtherProvider)), "{refused:?}");
    // Whoever says that it names itself must: without `iss` the answer may be anybody's.
    let again = setting.go(&anna()).await;
    let silent = AuthorizationResponse { issuer: None, ..again };
    assert!(matches!(setting.come_back(silent).await, Err(OutsideError::OtherProvider)));
    // And under the right name the code is unknown where it is redeemed.
    let another = setting.go(&anna()).await;
    let forged = AuthorizationResponse { code: Some("code-of-the-other".to_owned()), ..another };
    let refused = setting.come_back(forged).await;
    assert!(
        matches!(&refused, Err(OutsideError::Denied { words, .. }) if words.starts_with("invalid_grant")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_providers_no_is_told_in_its_words() {
    let setting = Setting::open().await;
    let answer = setting.go(&anna()).await;
    let denied = AuthorizationResponse {
        code: None,
        error: Some("access_denied".to_owned()),
        error_description: Some("<b>not\u{202e} you</b>".to_owned()),
        ..answer
    };
    let refused = setting.come_back(denied).await.unwrap_err();
    assert_eq!(refused.to_string(), "Staff Login says: access_denied: <b>not you</b>");
}

#[tokio::test]
async fn endpoints_and_keys_are_fetched_once_for_an_hour() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Disabled).await;
    for _ in 0..3 {
        setting.sign_in(&anna()).await.unwrap();
    }
    assert_eq!(setting.provider.fetched(), ["/.well-known/openid-configuration", "/keys"]);
    setting.advance(3600);
    setting.sign_in(&anna()).await.unwrap();
    assert_eq!(setting.provider.fetched().len(), 4);
}

//! Consents: given, attacked at the way back, withdrawn.

use crate::AuthorizationResponse;
use std::time::Duration;

use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;

use super::harness::{Setting, callback, delegation};
use crate::By;
use crate::testing::{ANNA, OPERATOR, name};
use crate::upstream::{ConsentError, DeviceProgress, TokenProblem};

#[tokio::test]
async fn an_owner_connects_the_mailbox_and_programs_get_in() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    let session = setting.at_the_door().await;
    let asked = setting.service().upstream_token("fake", &session).await;
    assert_eq!(asked.unwrap_err(), TokenProblem::NoConsent);

    let start = setting.service().begin_consent(&anna, "fake").await.unwrap();
    assert_eq!(start.host, "login.example.test");
    let (fixed, _random) = start.url.split_once("&state=").unwrap();
    insta::assert_snapshot!(fixed, @r"
    https://login.example.test/authorize?response_type=code&client_id=postern&redirect_uri=https%3A%2F%2Fportal.example.test%2Fconsents%2Fcallback&scope=mail
    ");
    assert!(start.url.ends_with("&login_hint=anna%40example.test&access_type=offline"), "{}", start.url);
    setting.connect(&anna).await;

    let token = setting.service().upstream_token("fake", &session).await.unwrap();
    assert_eq!((token.user.as_str(), token.access_token.as_str()), (ANNA, "at-2"));
    let consent = setting.record(&anna).await.unwrap().consent;
    assert_eq!(consent.mailbox.as_deref(), Some(ANNA));
    assert_eq!(setting.recorded(Operation::ConnectMailbox).await, 1);

    let offers = setting.service().consents_of(By::Session(&anna), &name(ANNA)).await.unwrap();
    assert_eq!(offers.len(), 1);
    setting.service().withdraw_consent(By::Session(&anna), &name(ANNA), "fake").await.unwrap();
    let asked = setting.service().upstream_token("fake", &session).await;
    assert_eq!(asked.unwrap_err(), TokenProblem::NoConsent, "at once, though the token was good for an hour");
    let again = setting.service().withdraw_consent(By::Session(&anna), &name(ANNA), "fake").await;
    assert!(matches!(again, Err(ConsentError::NoSuchConsent)));
}

/// Connecting a mailbox tells its owner; disconnecting it only when somebody else does it; its end by the provider or by a
/// forced sign-out always.
#[tokio::test]
async fn what_is_connected_and_lapses_is_told() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    let (id, before) = (anna.account().id, setting.fixture.told(anna.account().id).await.len());
    let told = async || {
        let mut told = setting.fixture.told(id).await;
        told.truncate(told.len() - before);
        told.reverse();
        told.retain(|kind| !kind.starts_with("app-password"));
        told
    };
    setting.connect(&anna).await;
    setting.service().withdraw_consent(By::Session(&anna), &name(ANNA), "fake").await.unwrap();
    assert_eq!(told().await, ["mailbox.connected"], "who does it knows it");
    setting.connect(&anna).await;
    setting.service().withdraw_consent(OPERATOR, &name(ANNA), "fake").await.unwrap();
    assert_eq!(told().await[1..], ["mailbox.connected", "mailbox.disconnected"]);
    setting.connect(&anna).await;
    let session = setting.at_the_door().await;
    setting.provider.end_all();
    let asked = setting.service().upstream_token("fake", &session).await;
    assert_eq!(asked.unwrap_err(), TokenProblem::Lapsed);
    assert_eq!(told().await[3..], ["mailbox.connected", "consent.lapsed"]);
    setting.connect(&anna).await;
    setting.service().end_sessions(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(told().await[5..], ["mailbox.connected", "consent.lapsed"]);
}

#[tokio::test]
async fn an_answer_counts_once_and_in_its_own_session_only() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.fixture.account("mallory@example.test", MfaState::Enabled).await;
    let (mallory, _, _) = setting.fixture.enrol("mallory@example.test").await;

    // Mallory has a code for her own mailbox and makes Anna's browser bring it back: nothing is connected to Anna.
    let start = setting.service().begin_consent(&mallory, "fake").await.unwrap();
    let stolen = callback(&setting.provider.consent(&start.url, "mallory@example.test"));
    let finished = setting.service().finish_consent(&anna, stolen.clone()).await;
    assert!(matches!(finished, Err(ConsentError::UnknownRequest)));
    assert_eq!(setting.provider.count(), 0, "the provider is not even asked");

    // And the other way round: Anna's answer is worth nothing in Mallory's session.
    let start = setting.service().begin_consent(&anna, "fake").await.unwrap();
    let good = callback(&setting.provider.consent(&start.url, ANNA));
    let finished = setting.service().finish_consent(&mallory, good.clone()).await;
    assert!(matches!(finished, Err(ConsentError::UnknownRequest)));

    // A code that was injected into Anna's own request fails at the provider: it was not made for her verifier.
    let injected = AuthorizationResponse { code: stolen.code.clone(), ..good.clone() };
    let finished = setting.service().finish_consent(&anna, injected).await;
    assert!(matches!(finished, Err(ConsentError::Denied { .. })), "{finished:?}");

    // Which used the request up, so that the right answer comes too late as well.
    let finished = setting.service().finish_consent(&anna, good).await;
    assert!(matches!(finished, Err(ConsentError::UnknownRequest)));
    for state in ["", "x", &"A".repeat(43), "../../"] {
        let forged = AuthorizationResponse { state: state.to_owned(), ..stolen.clone() };
        let finished = setting.service().finish_consent(&anna, forged).await;
        assert!(matches!(finished, Err(ConsentError::UnknownRequest)), "{state}");
    }
    assert!(setting.record(&anna).await.is_none());
    assert_eq!(setting.recorded(Operation::ConnectMailbox).await, 0);
}

#[tokio::test]
async fn an_answer_that_comes_late_or_from_another_provider_is_refused() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    let start = setting.service().begin_consent(&anna, "fake").await.unwrap();
    let mixed_up = AuthorizationResponse {
        issuer: Some("https://login.evil.test".to_owned()),
        ..callback(&setting.provider.consent(&start.url, ANNA))
    };
    let finished = setting.service().finish_consent(&anna, mixed_up).await;
    assert!(matches!(finished, Err(ConsentError::OtherIssuer)));

    let start = setting.service().begin_consent(&anna, "fake").await.unwrap();
    let late = callback(&setting.provider.consent(&start.url, ANNA));
    setting.fixture.clock.advance(Duration::from_secs(15 * 60));
    let finished = setting.service().finish_consent(&anna, late).await;
    assert!(matches!(finished, Err(ConsentError::UnknownRequest)));
    assert_eq!(setting.provider.count(), 0);

    let begun = setting.service().begin_consent(&anna, "fake").await;
    assert!(matches!(begun, Err(ConsentError::StepUpNeeded)), "the second factor is 15 minutes old");
}

#[tokio::test]
async fn what_the_owner_or_the_provider_denies_is_told_in_its_words() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    let start = setting.service().begin_consent(&anna, "fake").await.unwrap();
    let denied = AuthorizationResponse {
        code: None,
        error: Some("access_denied".to_owned()),
        error_description: Some("The owner\r\nsaid no".to_owned()),
        ..callback(&setting.provider.consent(&start.url, ANNA))
    };
    let error = setting.service().finish_consent(&anna, denied).await.unwrap_err();
    assert_eq!(error.to_string(), "the provider says: access_denied: The ownersaid no");
}

#[tokio::test]
async fn another_mailbox_than_the_accounts_is_not_connected() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    let before = setting.record(&anna).await;
    let start = setting.service().begin_consent(&anna, "fake").await.unwrap();
    let others = callback(&setting.provider.consent(&start.url, "boss@example.test"));
    let error = setting.service().finish_consent(&anna, others).await.unwrap_err();
    assert!(matches!(&error, ConsentError::OtherMailbox { who: Some(who) } if who == "boss@example.test"));
    assert_eq!(setting.record(&anna).await, before, "what was there still is");

    setting.provider.say_nothing_of_the_mailbox();
    let start = setting.service().begin_consent(&anna, "fake").await.unwrap();
    let silent = callback(&setting.provider.consent(&start.url, ANNA));
    let error = setting.service().finish_consent(&anna, silent).await.unwrap_err();
    assert!(matches!(error, ConsentError::UnknownMailbox));
}

#[tokio::test]
async fn an_address_may_stand_in_the_userinfo_of_the_same_person_only() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.provider.say_the_mailbox_elsewhere("2");
    let start = setting.service().begin_consent(&anna, "fake").await.unwrap();
    let back = callback(&setting.provider.consent(&start.url, ANNA));
    let error = setting.service().finish_consent(&anna, back).await.unwrap_err();
    assert!(matches!(error, ConsentError::UnknownMailbox));

    setting.provider.say_the_mailbox_elsewhere("1");
    let start = setting.service().begin_consent(&anna, "fake").await.unwrap();
    let back = callback(&setting.provider.consent(&start.url, "boss@example.test"));
    let error = setting.service().finish_consent(&anna, back).await.unwrap_err();
    assert!(matches!(&error, ConsentError::OtherMailbox { who: Some(who) } if who == "boss@example.test"));

    setting.connect(&anna).await;
    assert_eq!(setting.record(&anna).await.unwrap().consent.mailbox.as_deref(), Some(ANNA));
}

#[tokio::test]
async fn a_provider_that_never_says_whose_mailbox_it_is_may_be_configured() {
    let setting = Setting::with(delegation(false)).await;
    let anna = setting.anna_in_the_portal().await;
    setting.provider.say_nothing_of_the_mailbox();
    setting.connect(&anna).await;
    assert_eq!(setting.record(&anna).await.unwrap().consent.mailbox, None);
}

#[tokio::test]
async fn a_consent_without_a_refresh_token_is_none() {
    let setting = Setting::with(delegation(false)).await;
    let anna = setting.anna_in_the_portal().await;
    let start = setting.service().begin_consent(&anna, "fake").await.unwrap();
    let back = callback(&setting.provider.consent(&start.url, ANNA));
    setting.provider.answer_next(
        200,
        None,
        r#"{"access_token":"at","token_type":"Bearer","expires_in":3600}"#,
    );
    let error = setting.service().finish_consent(&anna, back).await.unwrap_err();
    assert!(matches!(error, ConsentError::NoRefreshToken));
    assert!(setting.record(&anna).await.is_none());
}

#[tokio::test]
async fn a_code_for_another_device_connects_as_well() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    let service = setting.service();
    let by_anna = service.begin_device_consent(By::Session(&anna), &name(ANNA), "fake").await;
    assert!(matches!(by_anna, Err(ConsentError::NotAllowed)));

    let mut waiting = service.begin_device_consent(OPERATOR, &name(ANNA), "fake").await.unwrap();
    assert_eq!(format!("{waiting:?}"), r#"DeviceConsent { user_code: "ABCD-EFGH", .. }"#);
    let progress = service.poll_device_consent(OPERATOR, &mut waiting).await.unwrap();
    assert_eq!(progress, DeviceProgress::Pending);
    setting.provider.answer_next(400, None, r#"{"error":"slow_down"}"#);
    let progress = service.poll_device_consent(OPERATOR, &mut waiting).await.unwrap();
    assert_eq!((progress, waiting.interval), (DeviceProgress::Pending, Duration::from_secs(10)));

    setting.provider.consent_for_the_device("boss@example.test");
    let others = service.poll_device_consent(OPERATOR, &mut waiting).await;
    assert!(matches!(others, Err(ConsentError::OtherMailbox { .. })));
    setting.provider.consent_for_the_device(ANNA);
    let progress = service.poll_device_consent(OPERATOR, &mut waiting).await.unwrap();
    assert_eq!(progress, DeviceProgress::Connected);
    assert!(setting.record(&anna).await.is_some());

    setting.fixture.clock.advance(Duration::from_secs(900));
    let late = service.poll_device_consent(OPERATOR, &mut waiting).await;
    assert!(matches!(late, Err(ConsentError::Denied { .. })));
}

#[tokio::test]
async fn nobody_sees_or_withdraws_anothers_consent() {
    let setting = Setting::delegated().await;
    let anna = setting.anna_in_the_portal().await;
    setting.connect(&anna).await;
    setting.fixture.account("mallory@example.test", MfaState::Enabled).await;
    let (mallory, _, _) = setting.fixture.enrol("mallory@example.test").await;
    let by = By::Session(&mallory);
    let service = setting.service();
    let seen = service.consents_of(by, &name(ANNA)).await;
    assert!(matches!(seen, Err(ConsentError::NoSuchAccount { .. })));
    let withdrawn = service.withdraw_consent(by, &name(ANNA), "fake").await;
    assert!(matches!(withdrawn, Err(ConsentError::NoSuchAccount { .. })));
    assert!(matches!(service.list_consents(by, None, 10).await, Err(ConsentError::NotAllowed)));
    assert_eq!(service.list_consents(OPERATOR, None, 10).await.unwrap().len(), 1);
    service.withdraw_consent(OPERATOR, &name(ANNA), "fake").await.unwrap();
}

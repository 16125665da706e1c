//! What is answered many times at once, at two servers, counts once; and nobody registers what is registered.

use std::net::IpAddr;
use std::sync::Arc;

use postern_domain::mfa::MfaState;
use postern_testkit::SoftAuthenticator;
use tokio::task::JoinSet;

use super::{ANNA, BO, ORIGIN, anna, second_factor};
use crate::portal::{EnrolError, PasskeySignIn};
use crate::testing::{Fixture, OPERATOR, name};

const VISITOR: &str = "0123456789012345678901234567890123456789012";

/// One that never counts: its counter does not tell one answer from the same answer again.
#[tokio::test]
async fn of_the_same_answers_to_a_passkey_alone_one_opens_a_session() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let mut authenticator = SoftAuthenticator { counts: false, ..SoftAuthenticator::new(ORIGIN) };
    super::first_passkey(&fixture, &mut authenticator).await;
    let other = fixture.another_node().await;
    let begun = fixture.service.begin_passkey_sign_in(VISITOR).await.unwrap().unwrap();
    let answer = authenticator.get(&begun.options);
    let attempts: JoinSet<bool> = (0..32)
        .map(|number| {
            let service = Arc::clone(if number % 2 == 0 { &fixture.service } else { &other.service });
            let (id, answer) = (begun.id.clone(), answer.clone());
            async move {
                let sign_in = PasskeySignIn {
                    visitor: VISITOR,
                    ceremony: &id,
                    answer: &answer,
                    address: IpAddr::from([192, 0, 2, 7]),
                    user_agent: "Browser/1.0",
                };
                service.finish_passkey_sign_in(&sign_in).await.is_ok()
            }
        })
        .collect();
    assert_eq!(attempts.join_all().await.into_iter().filter(|got_in| *got_in).count(), 1);
}

#[tokio::test]
async fn a_registration_that_is_finished_many_times_makes_one_passkey() {
    let (fixture, mut authenticator) = anna().await;
    let other = fixture.another_node().await;
    let session = second_factor(&fixture, &mut authenticator).await.unwrap().full().unwrap();
    let begun = fixture.service.begin_passkey_registration(session.session(), "Postern").await.unwrap();
    let answer = SoftAuthenticator::new(ORIGIN).create(&begun.options);
    let attempts: JoinSet<bool> = (0..32)
        .map(|number| {
            let service = Arc::clone(if number % 2 == 0 { &fixture.service } else { &other.service });
            let (session, id, answer) = (session.session().clone(), begun.id.clone(), answer.clone());
            async move { service.finish_passkey_registration(&session, &id, "Key", &answer).await.is_ok() }
        })
        .collect();
    assert_eq!(attempts.join_all().await.into_iter().filter(|registered| *registered).count(), 1);
    let details = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(details.methods.len(), 2);
}

/// Without attestation an authenticator may claim any identifier: another's is not taken over, and it is no failure of ours.
#[tokio::test]
async fn the_identifier_of_anothers_passkey_is_not_taken_over() {
    let (fixture, mut authenticator) = anna().await;
    fixture.account(BO, MfaState::Enforced).await;
    let bo = fixture.half(BO).await;
    let begun = fixture.service.begin_passkey_registration(bo.session(), "Postern").await.unwrap();
    let its_id = Some(authenticator.credentials[0].id.clone());
    let mut forger = SoftAuthenticator { other_id: its_id, ..SoftAuthenticator::new(ORIGIN) };
    let answer = forger.create(&begun.options);
    let finished = fixture.service.finish_passkey_registration(bo.session(), &begun.id, "Key", &answer).await;
    assert!(matches!(finished, Err(EnrolError::PasskeyTaken)), "{finished:?}");
    assert!(fixture.service.find_account(OPERATOR, &name(BO)).await.unwrap().methods.is_empty());
    second_factor(&fixture, &mut authenticator).await.expect("Anna's is hers");
}

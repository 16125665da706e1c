//! Registering and deleting methods, recovery codes, the first administrator.

use std::time::Duration;

use postern_domain::account::Role;
use postern_domain::account::password::AccountPassword;
use postern_domain::mfa::MfaState;

use crate::By;
use crate::portal::{EnrolError, SetUpError};
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, name};

#[tokio::test]
async fn a_registration_is_bound_to_its_session_and_its_quarter_of_an_hour() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enabled).await;
    fixture.account("bo@example.test", MfaState::Enabled).await;
    let (anna, bo) = (fixture.half(ANNA).await, fixture.half("bo@example.test").await);
    let begun = fixture.service.begin_totp_enrolment(anna.session()).await.unwrap();
    let finish = async |session, sealed, code| {
        fixture.service.finish_totp_enrolment(session, sealed, " Phone\r\n", code).await
    };
    let code = fixture.code(&begun.secret);
    let others = finish(bo.session(), &begun.sealed, &code).await;
    assert!(matches!(others, Err(EnrolError::RunOut)));
    let wrong = finish(anna.session(), &begun.sealed, "000000").await;
    assert!(matches!(wrong, Err(EnrolError::WrongCode)));
    let garbled = finish(anna.session(), "AAAA", &code).await;
    assert!(matches!(garbled, Err(EnrolError::RunOut)));
    fixture.clock.advance(Duration::from_secs(15 * 60));
    let code = fixture.code(&begun.secret);
    let late = finish(anna.session(), &begun.sealed, &code).await;
    assert!(matches!(late, Err(EnrolError::RunOut)));

    let begun = fixture.service.begin_totp_enrolment(anna.session()).await.unwrap();
    let code = fixture.code(&begun.secret);
    let (_, session, codes) = finish(anna.session(), &begun.sealed, &code).await.unwrap();
    assert_eq!(codes.unwrap().len(), 10);
    assert!(fixture.service.second_factor_is_fresh(&session));
    let twice = finish(anna.session(), &begun.sealed, &code).await;
    assert!(matches!(twice, Err(EnrolError::RunOut)), "sent twice, it registers once");
    let details = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!((details.account.mfa, details.methods[0].label.as_str()), (MfaState::Enforced, "Phone"));
    let half = fixture.half(ANNA).await;
    let again = fixture.service.verify_totp(half.session(), &code).await;
    assert!(again.is_err(), "the code that finished the registration works no second time");
}

#[tokio::test]
async fn a_second_method_needs_the_first_and_the_last_one_stays() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (session, secret, _) = fixture.enrol(ANNA).await;
    let half = fixture.half(ANNA).await;
    let begun = fixture.service.begin_totp_enrolment(half.session()).await;
    assert!(
        matches!(begun, Err(EnrolError::StepUpNeeded)),
        "the account password alone adds no second method"
    );
    let first = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap().methods[0].id;
    let deleted = fixture.service.delete_method(By::Session(&session), first).await;
    assert!(matches!(deleted, Err(EnrolError::LastMethod)));

    let begun = fixture.service.begin_totp_enrolment(session.session()).await.unwrap();
    let code = fixture.code(&begun.secret);
    let finished = fixture.service.finish_totp_enrolment(session.session(), &begun.sealed, "", &code).await;
    let (_, session, codes) = finished.unwrap();
    assert!(codes.is_none(), "the recovery codes that are there stay good");
    fixture.service.delete_method(By::Session(&session), first).await.unwrap();
    assert!(matches!(
        fixture.service.delete_method(By::Session(&session), first).await,
        Err(EnrolError::NoSuchMethod)
    ));
    fixture.clock.advance(Duration::from_secs(60));
    let half = fixture.half(ANNA).await;
    assert!(fixture.service.verify_totp(half.session(), &fixture.code(&secret)).await.is_err());
    fixture.service.verify_totp(half.session(), &fixture.code(&begun.secret)).await.unwrap();
}

#[tokio::test]
async fn new_recovery_codes_void_the_old_ones() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (session, _, old) = fixture.enrol(ANNA).await;
    let new = fixture.service.make_recovery_codes(&session).await.unwrap();
    let half = fixture.half(ANNA).await;
    assert!(fixture.service.use_recovery_code(half.session(), &old[0].expose_grouped()).await.is_err());
    fixture.service.use_recovery_code(half.session(), &new[0].expose_grouped()).await.unwrap();
    fixture.clock.advance(Duration::from_secs(600));
    assert!(matches!(fixture.service.make_recovery_codes(&session).await, Err(EnrolError::StepUpNeeded)));
    fixture.service.verify_audit().await.unwrap();
}

#[tokio::test]
async fn the_link_makes_one_administrator() {
    let fixture = Fixture::open().await;
    let password = || AccountPassword::typed(ACCOUNT_PASSWORD);
    let link = async || {
        let link = fixture.service.make_setup_link().await.unwrap().unwrap();
        link.url.strip_prefix("https://portal.example.test/set-up/").unwrap().to_owned()
    };
    let void = link().await;
    let token = link().await;
    assert!(!fixture.service.setup_link_is_good(&void).await.unwrap());
    assert!(fixture.service.setup_link_is_good(&token).await.unwrap());
    fixture.clock.advance(Duration::from_secs(24 * 3600));
    assert!(!fixture.service.setup_link_is_good(&token).await.unwrap());
    let token = link().await;
    let weak = AccountPassword::typed("short");
    let weak = fixture.service.set_up_first_administrator(&token, name(ANNA), weak).await;
    assert!(matches!(weak, Err(SetUpError::UnfitPassword(_))), "and the link is still good");
    let anna = fixture.service.set_up_first_administrator(&token, name(ANNA), password()).await.unwrap();
    assert_eq!((anna.role, anna.mfa), (Role::GlobalAdministrator, MfaState::Enforced));
    let again = fixture.service.set_up_first_administrator(&token, name("bo@example.test"), password()).await;
    assert!(matches!(again, Err(SetUpError::BadLink)));
    assert!(fixture.service.make_setup_link().await.unwrap().is_none());
    let blocked = fixture.service.block_account(OPERATOR, &name(ANNA)).await;
    assert!(matches!(blocked, Err(crate::account::AccountError::LastAdministrator)));
}

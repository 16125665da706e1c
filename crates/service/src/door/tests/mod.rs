//! Who gets in at a door, and what is recorded of it.

use postern_domain::mfa::MfaState;

use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, attempt};

#[tokio::test]
async fn the_web_site_signs_in_with_its_app_password_and_not_with_the_account_password() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    assert_eq!(fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await, "account-password-under-mfa");
    assert_eq!(fixture.outcome(attempt(ANNA, &created.secret.expose_grouped())).await, "accepted");
    assert_eq!(fixture.outcome(attempt(ANNA, "wrong")).await, "wrong-secret");
    assert_eq!(fixture.outcome(attempt("nobody@example.test", "wrong")).await, "unknown-account");
}

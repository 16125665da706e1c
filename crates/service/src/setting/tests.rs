//! Who may change a setting, and that every server follows.

use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;

use super::ChangeSettingError;
use crate::By;
use crate::testing::{ANNA, Fixture, OPERATOR};

#[tokio::test]
async fn a_change_is_followed_by_another_node_and_recorded() {
    let fixture = Fixture::open().await;
    let other = fixture.another_node().await;
    let key = SettingKey::AppPasswordsPerAccount;
    assert_eq!(fixture.service.change_setting(OPERATOR, key, "7").await.unwrap(), "40");
    assert_eq!(fixture.service.settings().app_passwords_per_account, 7);
    while other.service.settings().app_passwords_per_account != 7 {
        tokio::task::yield_now().await;
    }
    let records = fixture.service.audit_records_after(0, 10).await.unwrap();
    let details = [("after", "7"), ("before", "40"), ("setting", "app_passwords_per_account")];
    assert_eq!(records[0].details, details.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(fixture.service.change_setting(OPERATOR, key, "7").await.unwrap(), "7");
    assert_eq!(fixture.service.audit_records_after(0, 10).await.unwrap().len(), 1, "nothing changed");
}

#[tokio::test]
async fn a_value_that_it_cannot_take_and_a_member_are_refused() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let key = SettingKey::AppPasswordsPerAccount;
    let invalid = fixture.service.change_setting(OPERATOR, key, "0").await;
    assert!(matches!(invalid, Err(ChangeSettingError::Invalid(_))));
    let (anna, ..) = fixture.enrol(ANNA).await;
    let refused = fixture.service.change_setting(By::Session(&anna), key, "7").await;
    assert!(matches!(refused, Err(ChangeSettingError::NotAllowed)));
    assert_eq!(fixture.service.settings().app_passwords_per_account, 40);
}

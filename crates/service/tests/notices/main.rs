//! Notices from the deed to their delivery, and records on their way out.

mod delivery;
mod networks;
mod reminders;
mod shipping;
mod who;

use postern_domain::account::Account;
use postern_domain::mfa::MfaState;
use postern_testkit::TestService;

const ANNA: &str = "anna@example.test";

/// A service with Anna, whose mails so far were taken out.
async fn with_anna() -> (TestService, Account) {
    let test = TestService::open().await;
    let anna = test.account(ANNA, MfaState::Enforced).await;
    test.service.deliver_notices().await.expect("the test can be set up");
    let _ = test.messenger.take_mails();
    (test, anna)
}

/// Who gets what: `address: subject`.
fn told(test: &TestService) -> Vec<String> {
    test.messenger.take_mails().iter().map(|mail| format!("{}: {}", mail.to, mail.subject())).collect()
}

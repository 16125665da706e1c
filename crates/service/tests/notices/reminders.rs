//! What expires is told ahead, once.

use std::time::Duration;

use postern_domain::door::Door;
use postern_testkit::{OPERATOR, app_password_for};

use super::{ANNA, told, with_anna};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn an_expiry_is_told_once_and_not_too_early() {
    let (test, _) = with_anna().await;
    let mut new = app_password_for(ANNA, "Contact form", [Door::Smtp]);
    new.expires_at = Some(test.service.clock().now().plus(20 * DAY));
    test.service.create_app_password(OPERATOR, new).await.unwrap();
    test.service.deliver_notices().await.unwrap();
    let _ = told(&test);

    assert_eq!(test.service.tell_of_expiries().await.unwrap(), 0, "20 days ahead is early");
    test.clock.advance(7 * DAY);
    assert_eq!(test.service.tell_of_expiries().await.unwrap(), 1);
    assert_eq!(test.service.tell_of_expiries().await.unwrap(), 0);
    test.service.deliver_notices().await.unwrap();
    assert_eq!(told(&test), ["anna@example.test: App password \u{201c}Contact form\u{201d} expires soon"]);
}

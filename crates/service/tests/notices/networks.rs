//! The first use of an app password from a network is told, once.

use std::net::IpAddr;

use postern_service::door::DoorAnswer;
use postern_testkit::{TestService, door_sign_in};

use super::{ANNA, told, with_anna};

async fn use_from(test: &TestService, secret: &str, address: &str) {
    let mut attempt = door_sign_in(ANNA, secret);
    attempt.address = address.parse::<IpAddr>().expect("the test can be set up");
    let answer = test.service.sign_in_at_door(attempt).await.expect("the test can be set up");
    assert!(matches!(answer, DoorAnswer::Accepted(_)), "{answer:?}");
}

#[tokio::test]
async fn the_first_use_from_a_network_is_told_once() {
    let (test, _) = with_anna().await;
    let created = test.app_password(ANNA, "Contact form").await;
    test.service.deliver_notices().await.unwrap();
    let _ = told(&test);
    let secret = created.secret.expose_grouped();
    for address in
        ["192.0.2.7", "192.0.2.99", "::ffff:192.0.2.3", "198.51.100.1", "2001:db8:1:2::3", "2001:db8:1:9::4"]
    {
        use_from(&test, &secret, address).await;
    }
    test.service.close().await;
    let other = test.another_node().await;
    use_from(&other, &secret, "198.51.100.2").await;
    other.service.close().await;

    test.service.deliver_notices().await.unwrap();
    let mails = test.messenger.take_mails();
    let mut networks: Vec<&str> = mails
        .iter()
        .flat_map(|mail| mail.text.lines())
        .filter_map(|line| line.trim().strip_prefix("Network:"))
        .collect();
    networks.iter_mut().for_each(|network| *network = network.trim());
    networks.sort_unstable();
    assert_eq!(networks, ["192.0.2.0/24", "198.51.100.0/24", "2001:db8:1::/48"]);
    assert_eq!(mails[0].subject(), "App password \u{201c}Contact form\u{201d} used from a new network");
}

//! The rule of first uses and new networks (`docs/admin/notices.md`), case by case.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a part of it")]

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::account::password::AccountPassword;
use postern_domain::app_password::TypedSecret;
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_service::door::DoorAnswer;
use postern_service::portal::PortalSignIn;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR, TestClock, TestService, door_sign_in};

use super::ANNA;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// What happens in a case, one after the other.
enum Happens {
    /// The app password is used from these addresses, all within a second.
    Used(&'static [&'static str]),
    /// The account password is used at a door.
    AccountPasswordUsed(&'static str),
    /// The app password is tried where it is not good.
    Refused(&'static str),
    /// The owner signs in to the portal.
    PortalSignIn(&'static str),
    /// It gets a new secret.
    Rotated,
    Days(u64),
}

use Happens::{AccountPasswordUsed, Days, PortalSignIn as SignIn, Refused, Rotated, Used};

/// Does what happens, on one server after another, and gives what was told: after each step its notices.
async fn told(steps: &[Happens]) -> Vec<String> {
    let test = TestService::open().await;
    test.account(ANNA, MfaState::Disabled).await;
    test.service.change_setting(OPERATOR, SettingKey::TrustedNetworks, "10.0.0.0/8").await.unwrap();
    let created = test.app_password(ANNA, "Contact form").await;
    let mut secret = created.secret.expose_grouped();
    let mut gone_by = Duration::ZERO;
    let mut told = Vec::new();
    test.service.deliver_notices().await.unwrap();
    let _ = test.messenger.take_mails();
    for step in steps {
        gone_by += Duration::from_secs(1);
        // A server of its own, which knows nothing of what the others hold in memory.
        let node = test.another_node().await;
        node.clock.advance(gone_by);
        match step {
            Used(addresses) => {
                for address in *addresses {
                    assert!(sign_in(&node, &secret, address).await, "{address}");
                }
            }
            AccountPasswordUsed(address) => assert!(sign_in(&node, ACCOUNT_PASSWORD, address).await),
            Refused(address) => assert!(!sign_in(&node, "wrong-secret", address).await),
            SignIn(address) => {
                let sign_in = PortalSignIn {
                    name: ANNA.to_owned(),
                    password: AccountPassword::typed(ACCOUNT_PASSWORD),
                    remembered: None,
                    replaces: None,
                    address: address.parse().unwrap(),
                    user_agent: "Browser/1.0".to_owned(),
                };
                node.service.start_portal_session(sign_in).await.unwrap();
            }
            Rotated => {
                let id = created.app_password.id;
                let rotated = node.service.rotate_app_password(OPERATOR, id, Duration::ZERO).await.unwrap();
                secret = rotated.secret.expose_grouped();
            }
            Days(days) => gone_by += DAY * u32::try_from(*days).unwrap(),
        }
        node.service.close().await;
        test.clock.set(TestClock::START.plus(gone_by));
        test.service.deliver_notices().await.unwrap();
        let mails = test.messenger.take_mails();
        let of_use = mails.iter().filter_map(|mail| mail.subject().split_once("used "));
        let words: Vec<_> = of_use.map(|(_, words)| words.to_owned()).collect();
        told.push(if words.is_empty() { "-".to_owned() } else { words.join(" + ") });
    }
    told
}

async fn sign_in(node: &TestService, secret: &str, address: &str) -> bool {
    let mut attempt = door_sign_in(ANNA, "");
    attempt.secret = TypedSecret::new(secret.as_bytes());
    attempt.address = address.parse::<IpAddr>().unwrap();
    matches!(node.service.sign_in_at_door(attempt).await.unwrap(), DoorAnswer::Accepted(_))
}

const FIRST: &str = "for the first time";
const NEW: &str = "from a new network";

#[tokio::test]
async fn first_uses_and_new_networks() {
    let home = &["192.0.2.7"];
    let table: &[(&str, &[Happens], &[&str])] = &[
        ("the first use is a first use, once", &[Used(home), Used(home)], &[FIRST, "-"]),
        (
            "the same /24, also as IPv4 inside IPv6",
            &[Used(home), Used(&["192.0.2.99"]), Used(&["::ffff:192.0.2.3"])],
            &[FIRST, "-", "-"],
        ),
        (
            "the same /64, another /64 of the same /48, another /48",
            &[
                Used(&["2001:db8:1:2::3"]),
                Used(&["2001:db8:1:2::9"]),
                Used(&["2001:db8:1:77::9"]),
                Used(&["2001:db8:2:2::3"]),
            ],
            &[FIRST, "-", "-", NEW],
        ),
        (
            "another network, once",
            &[Used(home), Used(&["198.51.100.1"]), Used(&["198.51.100.2"]), Used(home)],
            &[FIRST, NEW, "-", "-"],
        ),
        (
            "a network of the organization is no news, but the first use is",
            &[Used(&["10.1.2.3"]), Used(&["10.9.9.9"]), Used(home), Used(&["10.77.0.1"])],
            &[FIRST, "-", NEW, "-"],
        ),
        (
            "after 90 days without a use it is new again, in use it stays known",
            &[Used(home), Days(89), Used(home), Days(89), Used(home), Days(91), Used(home), Used(home)],
            &[FIRST, "-", "-", "-", "-", "-", NEW, "-"],
        ),
        (
            "many at once are one notice",
            &[Used(home), Used(&["198.51.100.1", "203.0.113.1", "203.0.113.2", "2001:db8::1"])],
            &[FIRST, "from 3 new networks"],
        ),
        (
            "at once with the first use, the others are news of their own",
            &[Used(&["192.0.2.7", "198.51.100.1"])],
            &["for the first time + from a new network"],
        ),
        (
            "at a door, not in the portal; with the app password, not with another",
            &[SignIn("198.51.100.1"), AccountPasswordUsed("198.51.100.1"), Used(home), SignIn("203.0.113.1")],
            &["-", "-", FIRST, "-"],
        ),
        ("a refusal is no use", &[Refused("198.51.100.1"), Used(home)], &["-", FIRST]),
        ("a new secret is no new app password", &[Used(home), Rotated, Used(home)], &[FIRST, "-", "-"]),
    ];
    for (about, steps, expected) in table {
        assert_eq!(told(steps).await, *expected, "{about}");
    }
}

/// A stolen app password that is used from everywhere does not bury what else is told.
#[tokio::test]
async fn of_a_flood_of_networks_the_first_twenty_of_a_day_are_told() {
    const ADDRESSES: [&str; 24] = [
        "198.18.0.1",
        "198.18.1.1",
        "198.18.2.1",
        "198.18.3.1",
        "198.18.4.1",
        "198.18.5.1",
        "198.18.6.1",
        "198.18.7.1",
        "198.18.8.1",
        "198.18.9.1",
        "198.18.10.1",
        "198.18.11.1",
        "198.18.12.1",
        "198.18.13.1",
        "198.18.14.1",
        "198.18.15.1",
        "198.18.16.1",
        "198.18.17.1",
        "198.18.18.1",
        "198.18.19.1",
        "198.18.20.1",
        "198.18.21.1",
        "198.18.22.1",
        "198.18.23.1",
    ];
    let mut steps = vec![];
    for address in ADDRESSES.chunks(1) {
        steps.push(Used(address));
    }
    steps.extend([Days(1), Used(&["203.0.113.1"])]);
    let told = told(&steps).await;
    assert_eq!(told[0], FIRST);
    assert!(told[1..20].iter().all(|words| words == NEW), "{told:?}");
    assert!(told[20..25].iter().all(|words| words == "-"), "{told:?}");
    assert_eq!(told[25], NEW, "another day");
}

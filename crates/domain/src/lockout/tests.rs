//! Delays for distinct wrong secrets, none for repeated ones, bounds that always hold.

use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};

use super::*;

const POLICY: LockoutPolicy = LockoutPolicy {
    free: 2,
    first_wait: Duration::from_secs(4),
    longest_wait: Duration::from_secs(60),
    memory: Duration::from_secs(1_000),
    account_limit: 8,
    network_limit: 12,
    trust: Duration::from_secs(5_000),
};

const HOME: &str = "192.0.2.7";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn anna() -> AccountName {
    "anna@example.test".parse().unwrap()
}

fn bert() -> AccountName {
    "bert@example.test".parse().unwrap()
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// A lockout and shorthands that read like the story.
struct Story(Lockout);

impl Story {
    fn new() -> Self {
        Self(Lockout::new(POLICY))
    }

    /// `c` check, `k` known to be wrong, or the seconds to wait.
    fn ask(&self, account: &AccountName, from: &str, tag: u64, seconds: i64) -> String {
        match self.0.verdict(account, address(from), tag, at(seconds)) {
            LockoutVerdict::Check => "c".to_owned(),
            LockoutVerdict::KnownWrong => "k".to_owned(),
            LockoutVerdict::KnownRefused { .. } => "r".to_owned(),
            LockoutVerdict::Wait { until } => until.since(at(seconds)).as_secs().to_string(),
        }
    }

    fn wrong(&mut self, account: &AccountName, from: &str, tag: u64, seconds: i64) {
        self.0.wrong(account, address(from), tag, at(seconds));
    }
}

#[test]
fn distinct_wrong_secrets_wait_longer_and_longer() {
    let mut story = Story::new();
    let mut seconds = 0;
    let mut waits = Vec::new();
    for tag in 0..8 {
        story.wrong(&anna(), HOME, tag, seconds);
        let wait = story.ask(&anna(), HOME, 999, seconds);
        seconds += wait.parse::<i64>().unwrap_or(0);
        assert_eq!(story.ask(&anna(), HOME, 999, seconds), "c", "after the wait, {tag}");
        waits.push(wait);
    }
    assert_eq!(waits, ["c", "c", "4", "8", "16", "32", "60", "60"]);
}

#[test]
fn a_repeated_wrong_secret_neither_waits_nor_is_hashed_again() {
    let mut story = Story::new();
    for seconds in 0..500 {
        let verdict = story.ask(&anna(), HOME, 1, seconds);
        assert_eq!(verdict, if seconds == 0 { "c" } else { "k" });
        story.wrong(&anna(), HOME, 1, seconds);
    }
    assert_eq!(story.ask(&anna(), HOME, 2, 500), "c", "and nobody else has to wait for it");
}

/// Whatever is tried beside it, a right secret that a rule refuses holds others up as a wrong one does.
#[test]
fn a_refused_secret_counts_as_a_wrong_one() {
    let told = |unfit: Unfit| {
        let mut story = Story::new();
        let mut told = Vec::new();
        for tag in [1, 2, 1, 3, 1, 4] {
            story.0.opened_nothing(
                &anna(),
                address(HOME),
                if tag == 1 { 77 } else { tag },
                Unfit::Wrong,
                at(0),
            );
            story.0.opened_nothing(&anna(), address(HOME), 1, unfit, at(0));
            told.push(story.ask(&anna(), HOME, 999, 0));
            told.push(story.ask(&anna(), "198.51.100.1", 1, 0).replace('r', "k"));
        }
        for number in 0..9 {
            let account = format!("user{number}@example.test").parse().unwrap();
            story.0.opened_nothing(&account, address(HOME), 1, unfit, at(0));
            told.push(story.ask(&bert(), HOME, 999, 0));
        }
        told
    };
    let wrong = told(Unfit::Wrong);
    assert_eq!(told(Unfit::Refused { counts_for_network: true }), wrong);
    let (of_the_account, of_the_network) = wrong.split_at(12);
    assert_eq!(of_the_network.last().unwrap(), "60");
    let told = told(Unfit::Refused { counts_for_network: false });
    assert_eq!(told[..12], *of_the_account);
    assert_eq!(told[12..], ["c"; 9], "many phones behind one address do not close it");
}

#[test]
fn what_a_secret_turned_out_to_be_last_is_what_is_known_of_it() {
    let mut story = Story::new();
    let refused = Unfit::Refused { counts_for_network: true };
    story.0.opened_nothing(&anna(), address(HOME), 1, refused, at(1));
    let known = |story: &Story, seconds| story.0.verdict(&anna(), address(HOME), 1, at(seconds));
    assert_eq!(known(&story, 2), LockoutVerdict::KnownRefused { at: at(1) });
    story.0.opened_nothing(&anna(), address(HOME), 1, refused, at(3));
    assert_eq!(known(&story, 3), LockoutVerdict::KnownRefused { at: at(1) }, "forgotten no later for it");
    story.wrong(&anna(), HOME, 1, 4);
    assert_eq!(known(&story, 4), LockoutVerdict::KnownWrong);
    story.0.opened_nothing(&anna(), address(HOME), 1, refused, at(5));
    assert_eq!(known(&story, 5), LockoutVerdict::KnownRefused { at: at(5) });
    assert_eq!(story.0.verdict_of_new(&anna(), address(HOME), at(5)), LockoutVerdict::Check);
}

#[test]
fn a_known_wrong_secret_is_told_so_while_others_wait_and_wherever_it_comes_from() {
    let mut story = Story::new();
    for tag in 0..4 {
        story.wrong(&anna(), HOME, tag, 0);
    }
    assert_eq!(story.ask(&anna(), HOME, 999, 1), "7");
    assert_eq!(story.ask(&anna(), HOME, 3, 1), "k");
    assert_eq!(story.ask(&anna(), "198.51.100.1", 3, 1), "k");
    assert_eq!(story.ask(&bert(), HOME, 3, 1), "c", "another account may have that password");
}

#[test]
fn a_wait_is_for_one_network() {
    let mut story = Story::new();
    for tag in 0..3 {
        story.wrong(&anna(), HOME, tag, 0);
        story.wrong(&anna(), "2001:db8:0:1::7", 100 + tag, 0);
    }
    for (from, verdict) in [
        (HOME, "4"),
        ("192.0.2.255", "4"),
        ("::ffff:192.0.2.1", "4"),
        ("192.0.3.1", "c"),
        ("2001:db8:0:1:ffff::", "4"),
        ("2001:db8:0:2::7", "c"),
    ] {
        assert_eq!(story.ask(&anna(), from, 999, 0), verdict, "{from}");
        assert_eq!(story.ask(&bert(), from, 999, 0), "c", "{from}");
    }
}

#[test]
fn an_account_tried_from_everywhere_is_closed_except_where_its_owner_was() {
    let mut story = Story::new();
    story.0.right(&anna(), address(HOME), at(0));
    for tag in 0..7 {
        story.wrong(&anna(), &format!("198.51.{tag}.1"), tag, 10);
    }
    assert_eq!(story.ask(&anna(), "203.0.113.1", 999, 10), "c");
    story.wrong(&anna(), "198.51.7.1", 7, 10);
    assert_eq!(story.ask(&anna(), "203.0.113.1", 999, 10), "60");
    assert_eq!(story.ask(&anna(), "203.0.113.1", 999, 69), "1");
    assert_eq!(story.ask(&anna(), "203.0.113.1", 999, 70), "c");
    assert_eq!(story.ask(&anna(), HOME, 999, 10), "c", "its owner's network");
    assert_eq!(story.ask(&bert(), "203.0.113.1", 999, 10), "c", "another account");
    // The next wrong one closes it again at once.
    story.wrong(&anna(), "198.51.8.1", 8, 70);
    assert_eq!(story.ask(&anna(), "203.0.113.1", 999, 70), "60");
}

#[test]
fn a_device_that_moves_with_an_old_password_does_not_close_its_account() {
    let mut story = Story::new();
    for network in 0..100 {
        story.wrong(&anna(), &format!("198.51.{network}.1"), 1, 0);
    }
    assert_eq!(story.ask(&anna(), "203.0.113.1", 999, 0), "c");
}

#[test]
fn a_network_that_sprays_one_password_over_accounts_is_closed() {
    let mut story = Story::new();
    let account = |number: i64| format!("user{number}@example.test").parse::<AccountName>().unwrap();
    for number in 0..11 {
        story.wrong(&account(number), HOME, 1, 0);
    }
    assert_eq!(story.ask(&account(99), HOME, 1, 0), "c");
    story.wrong(&account(11), HOME, 1, 0);
    assert_eq!(story.ask(&account(99), HOME, 1, 0), "60");
    assert_eq!(story.ask(&account(99), "192.0.3.1", 1, 0), "c");
    assert_eq!(story.ask(&account(99), HOME, 1, 60), "c");
}

#[test]
fn a_right_secret_forgets_the_typing_errors_of_its_network() {
    let mut story = Story::new();
    for tag in 0..5 {
        story.wrong(&anna(), HOME, tag, 0);
    }
    assert_eq!(story.ask(&anna(), HOME, 999, 0), "16");
    story.0.right(&anna(), address(HOME), at(16));
    assert_eq!(story.ask(&anna(), HOME, 999, 16), "c");
}

#[test]
fn a_changed_password_makes_a_known_wrong_secret_worth_a_check() {
    let mut story = Story::new();
    for tag in 0..9 {
        story.wrong(&anna(), HOME, tag, 0);
    }
    assert_eq!(story.ask(&anna(), HOME, 8, 0), "k");
    story.0.forget(&anna());
    for tag in 0..9 {
        assert_eq!(story.ask(&anna(), HOME, tag, 0), "c");
    }
    story.wrong(&anna(), HOME, 100, 0);
    assert_eq!(story.ask(&anna(), HOME, 999, 0), "c", "counting begins anew");
}

#[test]
fn everything_is_forgotten_after_the_memory() {
    let mut story = Story::new();
    for tag in 0..8 {
        story.wrong(&anna(), HOME, tag, 0);
    }
    assert_eq!(story.ask(&anna(), HOME, 7, 999), "k");
    assert_eq!(story.ask(&anna(), HOME, 7, 1_000), "c");
    story.wrong(&anna(), HOME, 100, 1_000);
    assert_eq!(story.ask(&anna(), HOME, 999, 1_000), "c");
}

#[test]
fn a_clock_set_back_closes_nothing_for_long() {
    let mut story = Story::new();
    for tag in 0..8 {
        story.wrong(&anna(), HOME, tag, 100_000);
    }
    assert_eq!(story.ask(&anna(), HOME, 999, 100_000), "60");
    assert_eq!(
        story.ask(&anna(), HOME, 999, 99_990),
        "60",
        "set back by seconds: never longer than the longest wait"
    );
    assert_eq!(story.ask(&anna(), HOME, 999, 5), "c", "set back by a day: open");
    story.wrong(&anna(), HOME, 8, 5);
    assert_eq!(story.ask(&anna(), HOME, 999, 5), "60", "and what was remembered counts on");
    assert_eq!(story.ask(&anna(), HOME, 999, 65), "c");
    assert_eq!(story.ask(&anna(), HOME, 7, 2_000), "c", "and is forgotten in time");
}

#[test]
fn the_standard_policy_in_numbers() {
    let mut lockout = Lockout::new(LockoutPolicy::STANDARD);
    let mut now = at(0);
    let mut checked = 0;
    // One attacker on one network against one account for a day, trying again the moment that he may.
    while now < at(24 * 3600) {
        match lockout.verdict(&anna(), address(HOME), checked, now) {
            LockoutVerdict::Wait { until } => now = until,
            LockoutVerdict::Check => {
                lockout.wrong(&anna(), address(HOME), checked, now);
                checked += 1;
            }
            LockoutVerdict::KnownWrong | LockoutVerdict::KnownRefused { .. } => {
                unreachable!("every guess is new")
            }
        }
    }
    assert_eq!(checked, 109);
}

/// Something that happens, with the seconds by which the clock moves before it, back included.
#[derive(Debug, Clone)]
enum Deed {
    Ask(u8, u8, u8),
    Wrong(u8, u8, u8),
    Right(u8, u8),
    Forget(u8),
}

fn deed() -> impl Strategy<Value = (i64, Deed)> {
    let step = prop_oneof![8 => 0..100_i64, 1 => -100..0_i64, 1 => -100_000..100_000_i64];
    let deed = prop_oneof![
        any::<(u8, u8, u8)>().prop_map(|(account, network, tag)| Deed::Ask(account, network, tag)),
        any::<(u8, u8, u8)>().prop_map(|(account, network, tag)| Deed::Wrong(account % 4, network % 4, tag)),
        any::<(u8, u8, u8)>().prop_map(|(account, network, tag)| Deed::Wrong(account, network, tag)),
        any::<(u8, u8)>().prop_map(|(account, network)| Deed::Right(account, network)),
        any::<u8>().prop_map(Deed::Forget),
    ];
    (step, deed)
}

proptest! {
    #[test]
    fn memory_is_bounded_and_no_wait_exceeds_the_longest(deeds in prop::collection::vec(deed(), 1..400)) {
        const MOST: usize = 32;
        let mut lockout = Lockout::bounded(POLICY, MOST);
        let account = |number: u8| format!("user{number}@example.test").parse::<AccountName>().unwrap();
        let network = |number: u8| IpAddr::from([192, 0, number, 1]);
        let mut now = at(1_000_000);
        for (step, deed) in deeds {
            now = Timestamp::from_millis(now.as_millis() + step * 1000);
            match deed {
                Deed::Ask(a, n, tag) => {
                    if let LockoutVerdict::Wait { until } = lockout.verdict(&account(a), network(n), tag.into(), now) {
                        assert!(now < until && until <= now.plus(POLICY.longest_wait));
                        // Whatever was remembered, nobody waits for ever.
                        let later = now.plus(POLICY.longest_wait * 2);
                        let verdict = lockout.verdict(&account(a), network(n), tag.into(), later);
                        assert!(!matches!(verdict, LockoutVerdict::Wait { .. }), "{verdict:?}");
                    }
                }
                Deed::Wrong(a, n, tag) => {
                    lockout.wrong(&account(a), network(n), tag.into(), now);
                    let verdict = lockout.verdict(&account(a), network(n), tag.into(), now);
                    assert_eq!(verdict, LockoutVerdict::KnownWrong);
                }
                Deed::Right(a, n) => lockout.right(&account(a), network(n), now),
                Deed::Forget(a) => {
                    lockout.forget(&account(a));
                    assert!(!matches!(
                        lockout.verdict(&account(a), network(0), 1, now),
                        LockoutVerdict::KnownWrong
                    ));
                }
            }
            for len in [lockout.accounts.len(), lockout.pairs.len(), lockout.networks.len()] {
                assert!(len <= MOST, "{len}");
            }
        }
    }
}

//! What a grant covers, and how it is written.

use super::*;

fn domain(text: &str) -> DomainName {
    text.parse().unwrap()
}

fn mailbox(text: &str) -> AccountName {
    text.parse().unwrap()
}

fn group(text: &str) -> GroupName {
    text.parse().unwrap()
}

#[test]
fn a_grant_is_bounded_and_names_something() {
    let none = ImpersonationGrant::named([], [], []);
    assert_eq!(none, Err(InvalidGrant::Empty));
    let mailboxes = |count: usize| (0..count).map(|number| mailbox(&format!("user{number}@example.test")));
    assert!(ImpersonationGrant::named(mailboxes(1000), [], []).is_ok());
    assert_eq!(ImpersonationGrant::named(mailboxes(1001), [], []), Err(InvalidGrant::TooManyMailboxes));
    let groups = (0..101).map(|number| group(&format!("group{number}")));
    assert_eq!(ImpersonationGrant::named([], groups, []), Err(InvalidGrant::TooManyGroups));
    let domains = (0..101).map(|number| domain(&format!("d{number}.test")));
    assert_eq!(ImpersonationGrant::named([], [], domains), Err(InvalidGrant::TooManyDomains));
}

#[test]
fn domains_are_read_with_or_without_the_at_sign() {
    assert_eq!(domain("@Example.Test").as_str(), "example.test");
    for text in ["", "@", "a@b", "exa mple.test", "-a.test", "*"] {
        assert_eq!(text.parse::<DomainName>(), Err(InvalidDomainName), "{text}");
    }
}

#[test]
fn a_grant_is_told_in_words() {
    let grant = |mailboxes: &[&str], groups: &[&str], domains: &[&str]| {
        let mailboxes = mailboxes.iter().map(|text| mailbox(text));
        let groups = groups.iter().map(|text| group(text));
        let domains = domains.iter().map(|text| domain(text));
        ImpersonationGrant::named(mailboxes, groups, domains).unwrap().to_string()
    };
    assert_eq!(ImpersonationGrant::All.to_string(), "all mailboxes");
    assert_eq!(grant(&["bo@x.test", "al@x.test"], &[], &[]), "al@x.test, bo@x.test");
    assert_eq!(
        grant(&["bo@x.test"], &["sales"], &["y.test", "z.test"]),
        "bo@x.test; the group sales; the domains y.test, z.test"
    );
    let many = ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"];
    assert_eq!(grant(&[], &many, &[]), "the groups a1, a2, a3, a4, a5, a6, a7, a8, and 1 more");
    let groups = many.iter().map(|text| group(text));
    let in_full = ImpersonationGrant::named([], groups, []).unwrap().in_full();
    assert_eq!(in_full, "the groups a1, a2, a3, a4, a5, a6, a7, a8, a9");
}

//! Which of several upstreams a mailbox has.

use postern_domain::mfa::MfaState;
use postern_gateway::{Accounts, Upstream};
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};
use postern_testkit::{OPERATOR, account_name, app_password_for};

use super::speech::{IMAP, POP3, Speech};
use crate::harness::{ANNA, Setup};

async fn named(speech: &Speech, greeting: &'static [u8], accounts: Accounts) -> (ScriptedUpstream, Upstream) {
    let upstream = ScriptedUpstream::start(speech.script([Act::Say(greeting), Act::Stall])).await;
    let name = String::from_utf8_lossy(greeting).trim().to_owned();
    let settings = Upstream { name, accounts, ..speech.upstream(upstream.address) };
    (upstream, settings)
}

fn of(accounts: &[&str], groups: &[&str], domains: &[&str]) -> Accounts {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Accounts::Named {
        accounts: accounts.iter().map(|name| account_name(name)).collect(),
        groups: texts(groups),
        domains: texts(domains),
    }
}

#[tokio::test]
async fn the_most_specific_of_the_doors_own_takes_the_mailbox() {
    let upstreams = [
        named(&POP3, b"other door\r\n", of(&[ANNA], &[], &[])).await,
        named(&IMAP, b"all\r\n", Accounts::All).await,
        named(&IMAP, b"domain\r\n", of(&[], &[], &["example.test"])).await,
        named(&IMAP, b"group\r\n", of(&[], &["Sales"], &[])).await,
        named(&IMAP, b"account\r\n", of(&[ANNA], &[], &[])).await,
        named(&IMAP, b"second\r\n", of(&[ANNA], &[], &[])).await,
    ];
    let mut setup = Setup::with(upstreams[0].1.clone()).await;
    setup.upstreams = upstreams.iter().map(|(_, settings)| settings.clone()).collect();
    let doors = setup.open().await;
    let service = &doors.service;
    for name in ["bert@example.test", "carl@example.test", "dora@example.net"] {
        service.account(name, MfaState::Enforced).await;
    }
    let bert = account_name("bert@example.test");
    service.service.add_to_group(OPERATOR, &bert, "sales".parse().unwrap()).await.unwrap();
    for (account, expected) in [
        (ANNA, "account"),
        ("bert@example.test", "group"),
        ("carl@example.test", "domain"),
        ("dora@example.net", "all"),
    ] {
        let new = app_password_for(account, "For the mailbox", [IMAP.door]);
        let created = service.service.create_app_password(OPERATOR, new).await.unwrap();
        let mut client = IMAP.client(&doors).await;
        let answer = client.ask(&IMAP.sign_in(account, created.secret.expose_canonical())).await;
        assert!(answer.starts_with(IMAP.accepted), "{answer}");
        assert_eq!(client.line().await, expected, "{account}");
    }
}

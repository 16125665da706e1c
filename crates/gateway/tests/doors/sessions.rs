//! Live sessions end when the rules say so.

use std::sync::Arc;
use std::time::{Duration, Instant};

use postern_domain::door::Door;
use postern_domain::limits::{Allowance, Limits as AppPasswordLimits};
use postern_domain::mfa::MfaState;
use postern_domain::setting::SettingKey;
use postern_gateway::Limits;
use postern_service::Service;
use postern_service::app_password::ChangeAppPassword;
use postern_service::live_session::{ListedLiveSession, LiveSessionError, LiveSessionQuery};
use postern_testkit::smtp_client::SmtpClient;
use postern_testkit::smtp_upstream::{FakeUpstream, UpstreamBehaviour};
use postern_testkit::{
    ACCOUNT_PASSWORD, OPERATOR, SwitchableStore, TestClock, TestService, account_name, app_password_for,
};

use crate::harness::{ANNA, Doors, Setup, smart_host};

const REVOKED: &str =
    "421 4.7.0 mail.example.test The app password is no longer valid; this session has ended";

const SIGNED_OUT: &str = "421 4.7.0 mail.example.test The sessions of this account were ended; sign in again";

const ENDED_ALONE: &str =
    "421 4.7.0 mail.example.test This session was ended by its account's owner or an administrator";

async fn in_content(doors: &Doors) -> SmtpClient {
    let mut client = doors.signed_in().await;
    for command in ["MAIL FROM:<anna@example.test>", "RCPT TO:<office@example.net>", "DATA"] {
        client.command(command).await;
    }
    client.raw(b"From: anna@example.test\r\n\r\nHalf of ").await;
    client
}

#[tokio::test]
async fn a_session_is_known_while_it_lives() {
    let (doors, _upstream) = Doors::open().await;
    assert!(doors.gateway.live_sessions().is_empty());
    let mut client = doors.signed_in().await;
    let [session] = doors.gateway.live_sessions().try_into().unwrap();
    assert_eq!(session.account_name.as_str(), ANNA);
    assert_eq!(
        session.app_password.map(|(id, name)| (id, name.as_str().to_owned())),
        Some((doors.app_password, "Contact form".to_owned()))
    );
    assert_eq!((session.door, session.client.as_deref()), (Door::Smtp, Some("client.example.test")));
    client.command("QUIT").await;
    drop(client);
    while !doors.gateway.live_sessions().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn revoking_ends_an_idle_session_and_one_in_the_middle_of_a_message() {
    let (doors, upstream) = Doors::open().await;
    let (mut idle, mut busy) = (doors.signed_in().await, in_content(&doors).await);
    doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "lost").await.unwrap();
    assert_eq!(idle.reply().await, REVOKED);
    assert_eq!(busy.reply().await, REVOKED);
    assert_eq!((idle.rest().await, busy.rest().await), (String::new(), String::new()));
    upstream.wait_until_alone().await;
    assert_eq!(upstream.messages(), [], "nothing half is delivered");
}

#[tokio::test]
async fn blocking_the_account_ends_its_sessions() {
    let (doors, _upstream) = Doors::open().await;
    let mut client = doors.signed_in().await;
    doors.service.service.block_account(OPERATOR, &account_name(ANNA)).await.unwrap();
    assert_eq!(
        client.reply().await,
        "421 4.7.0 mail.example.test The account is blocked; this session has ended"
    );
}

#[tokio::test]
async fn the_words_of_an_end_say_what_happened_and_what_to_do() {
    let (doors, _upstream) = Doors::open().await;
    let service = &doors.service.service;
    let mut client = doors.signed_in().await;
    service.change_setting(OPERATOR, SettingKey::DoorsOff, "smtp").await.unwrap();
    assert_eq!(
        client.reply().await,
        "421 4.7.0 mail.example.test Mail submission is switched off here; this session has ended"
    );
    service.change_setting(OPERATOR, SettingKey::DoorsOff, "none").await.unwrap();
    let mut client = doors.signed_in().await;
    service.change_setting(OPERATOR, SettingKey::AppPasswordsAtDoors, "false").await.unwrap();
    assert_eq!(
        client.reply().await,
        "421 4.7.0 mail.example.test App passwords are switched off; this session has ended"
    );
    service.change_setting(OPERATOR, SettingKey::AppPasswordsAtDoors, "true").await.unwrap();
    let mut client = doors.signed_in().await;
    service.delete_account(OPERATOR, &account_name(ANNA)).await.unwrap();
    assert_eq!(
        client.reply().await,
        "421 4.7.0 mail.example.test The account was deleted; this session has ended"
    );
}

#[tokio::test]
async fn who_signed_in_with_the_account_password_is_told_what_is_needed_now() {
    let (doors, _upstream) = Doors::open().await;
    doors.service.account("bert@example.test", MfaState::Disabled).await;
    let mut bert = doors.submissions().await;
    bert.auth_plain("bert@example.test", ACCOUNT_PASSWORD).await;
    doors
        .service
        .service
        .set_mfa_state(OPERATOR, &account_name("bert@example.test"), MfaState::Enforced)
        .await
        .unwrap();
    assert_eq!(
        bert.reply().await,
        "421 4.7.0 mail.example.test The account password is no longer accepted here; sign in with an app password"
    );
}

#[tokio::test]
async fn force_sign_out_ends_sessions_and_the_app_password_still_works() {
    let (doors, _upstream) = Doors::open().await;
    let mut client = doors.signed_in().await;
    doors.service.service.end_sessions(OPERATOR, &account_name(ANNA)).await.unwrap();
    assert_eq!(client.reply().await, SIGNED_OUT);
    // At once: the clock stands still, and what came after is not what came before.
    let mut after = doors.signed_in().await;
    assert!(after.command("NOOP").await.starts_with("250"));
}

#[tokio::test]
async fn another_accounts_session_goes_on() {
    let (doors, _upstream) = Doors::open().await;
    doors.service.account("bert@example.test", MfaState::Enforced).await;
    let created = doors.service.app_password("bert@example.test", "The printer").await;
    let mut bert = doors.submissions().await;
    bert.auth_plain("bert@example.test", created.secret.expose_canonical()).await;
    let mut anna = doors.signed_in().await;
    doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "").await.unwrap();
    assert_eq!(anna.reply().await, REVOKED);
    assert!(bert.command("NOOP").await.starts_with("250"));
}

#[tokio::test]
async fn an_app_password_that_expires_ends_its_sessions_without_any_notice() {
    let (doors, _upstream) = Doors::open().await;
    let mut new = app_password_for(ANNA, "Until tomorrow", [Door::Smtp]);
    let tomorrow = TestClock::START.plus(Duration::from_secs(86_400));
    new.expires_at = Some(tomorrow);
    let created = doors.service.service.create_app_password(OPERATOR, new).await.unwrap();
    let mut client = doors.submissions().await;
    client.auth_plain(ANNA, created.secret.expose_canonical()).await;
    doors.service.clock.set(tomorrow);
    assert_eq!(client.reply().await, REVOKED);
}

#[tokio::test]
async fn a_session_ends_when_the_notice_is_lost() {
    let upstream = FakeUpstream::start(UpstreamBehaviour::default()).await;
    let service = TestService::open_on(SwitchableStore::open_deaf().await).await;
    let setup = Setup { service, ..Setup::with(smart_host(upstream.address)).await };
    let doors = setup.open().await;
    let service = &doors.service.service;
    let mut client = doors.signed_in().await;
    service.end_sessions(OPERATOR, &account_name(ANNA)).await.unwrap();
    assert_eq!(client.reply().await, SIGNED_OUT);
    while !doors.gateway.live_sessions().is_empty() {
        tokio::task::yield_now().await;
    }
    let mut client = doors.signed_in().await;
    let id = doors.gateway.live_sessions()[0].id;
    while let Err(error) = service.end_live_session(OPERATOR, id).await {
        // It is known once its server has reported it.
        assert!(matches!(error, LiveSessionError::NoSuchSession), "{error}");
        tokio::task::yield_now().await;
    }
    assert_eq!(client.reply().await, ENDED_ALONE);
    let mut client = doors.signed_in().await;
    service.revoke_app_password(OPERATOR, doors.app_password, "").await.unwrap();
    assert_eq!(client.reply().await, REVOKED);
}

/// Waits until that many sessions are listed.
async fn listed(service: &Service, count: usize) -> Vec<ListedLiveSession> {
    loop {
        let list = service
            .live_sessions(OPERATOR, &LiveSessionQuery::default())
            .await
            .expect("the sessions are listed");
        if list.sessions.len() == count {
            return list.sessions;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn every_server_lists_the_sessions_of_all_and_ends_any() {
    let (here, upstream) = Doors::open().await;
    let there = Setup {
        service: here.service.another_node().await,
        ..Setup::with(smart_host(upstream.address)).await
    };
    let there = there.open_as(here.secret.clone(), here.app_password).await;
    let mut first = here.signed_in().await;
    let first_id = here.gateway.live_sessions()[0].id;
    let mut second = there.signed_in().await;
    let second_id = there.gateway.live_sessions()[0].id;
    for doors in [&here, &there] {
        let mut ids: Vec<_> =
            listed(&doors.service.service, 2).await.into_iter().map(|listed| listed.session.id).collect();
        ids.sort();
        let mut expected = [first_id, second_id];
        expected.sort();
        assert_eq!(ids, expected);
    }
    here.service.service.end_live_session(OPERATOR, second_id).await.unwrap();
    assert_eq!(second.reply().await, ENDED_ALONE);
    assert!(first.command("NOOP").await.starts_with("250"), "the other one goes on");
    assert_eq!(listed(&there.service.service, 1).await[0].session.id, first_id);
    // Its program may sign in again.
    let _again = there.signed_in().await;
    listed(&here.service.service, 2).await;
    // A server that stops takes its sessions with it, at once.
    there.gateway.shut_down(Duration::ZERO).await;
    let [left] = listed(&here.service.service, 1).await.try_into().unwrap();
    assert_eq!((left.session.id, left.account_name.as_str()), (first_id, ANNA));
    first.command("QUIT").await;
    listed(&here.service.service, 0).await;
}

#[tokio::test]
async fn octets_are_listed_as_they_grow() {
    let (doors, _upstream) = Doors::open().await;
    let mut client = doors.signed_in().await;
    let service = &doors.service.service;
    let [at_first] = listed(service, 1).await.try_into().unwrap();
    client.command("NOOP").await;
    loop {
        let [now] = listed(service, 1).await.try_into().unwrap();
        if now.session.octets_from_client >= at_first.session.octets_from_client + 6 {
            assert!(now.session.octets_to_client > at_first.session.octets_to_client);
            break;
        }
        tokio::task::yield_now().await;
    }
}

/// As after a long silence, when another server has taken this one for gone.
#[tokio::test]
async fn what_was_forgotten_is_reported_again() {
    let (doors, _upstream) = Doors::open().await;
    let _client = doors.signed_in().await;
    let service = &doors.service.service;
    let before = listed(service, 1).await;
    service.forget_all_nodes().await.expect("the database can be written");
    listed(service, 0).await;
    let after = listed(service, 1).await;
    assert_eq!(before[0].session.id, after[0].session.id);
}

/// Sessions do not notice it, and are listed again when it is back.
#[tokio::test]
async fn a_database_that_cannot_be_written_disturbs_no_session() {
    let upstream = FakeUpstream::start(UpstreamBehaviour::default()).await;
    let store = SwitchableStore::open().await;
    let switch = Arc::clone(&store);
    let service = TestService::open_on(store).await;
    let doors = Setup { service, ..Setup::with(smart_host(upstream.address)).await }.open().await;
    let service = &doors.service.service;
    let mut client = doors.signed_in().await;
    let mut other = doors.signed_in().await;
    listed(service, 2).await;
    switch.take_down();
    other.command("QUIT").await;
    assert!(client.command("NOOP").await.starts_with("250"));
    while doors.gateway.live_sessions().len() > 1 {
        tokio::task::yield_now().await;
    }
    switch.bring_up();
    listed(service, 1).await;
    assert!(client.command("NOOP").await.starts_with("250"));
}

#[tokio::test]
async fn a_client_that_does_not_read_and_an_upstream_that_does_not_take_are_ended_too() {
    let (_hold, may_read) = tokio::sync::watch::channel(false);
    let behaviour = UpstreamBehaviour { reads: may_read, ..UpstreamBehaviour::default() };
    let upstream = FakeUpstream::start(behaviour).await;
    let doors = Setup::with(smart_host(upstream.address)).await.open().await;
    let mut client = in_content(&doors).await;
    // Until nothing more goes through: the relay is blocked while it writes to the upstream.
    let line = vec![b'x'; 64 * 1024];
    while let Ok(sent) = tokio::time::timeout(Duration::from_millis(500), client.try_raw(&line)).await {
        sent.unwrap();
    }
    doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "").await.unwrap();
    while !doors.gateway.live_sessions().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(upstream.messages(), []);
}

/// R3 counts the sessions that end; how long it took is printed, and measured by the benchmark.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_idle_sessions_end() {
    const COUNT: usize = 1_000;
    let upstream = FakeUpstream::start(UpstreamBehaviour::default()).await;
    let mut setup = Setup::with(smart_host(upstream.address)).await;
    setup.limits = Limits { unsigned_per_network: 2 * COUNT, ..Limits::default() };
    let doors = setup.open().await;
    let many = Allowance::new(u32::try_from(COUNT).unwrap()).ok();
    let limits = AppPasswordLimits { sessions: many, sign_ins_per_minute: many, ..Default::default() };
    let change = ChangeAppPassword { limits: Some(limits), ..ChangeAppPassword::default() };
    doors.service.service.change_app_password(OPERATOR, doors.app_password, change).await.unwrap();
    let mut clients = Vec::new();
    while clients.len() < COUNT {
        clients.push(doors.signed_in().await);
    }
    assert_eq!(doors.gateway.live_sessions().len(), COUNT);
    doors.service.service.revoke_app_password(OPERATOR, doors.app_password, "").await.unwrap();
    let revoked = measure::now();
    for client in &mut clients {
        assert_eq!(client.reply().await, REVOKED);
    }
    measure::print(COUNT, revoked);
    upstream.wait_until_alone().await;
}

/// What a test may look at and print, but not judge by.
mod measure {
    use super::Instant;

    #[expect(clippy::disallowed_methods, reason = "a figure for the reader of the test's output")]
    pub(super) fn now() -> Instant {
        Instant::now()
    }

    #[expect(clippy::print_stdout, reason = "a figure for the reader of the test's output")]
    pub(super) fn print(count: usize, since: Instant) {
        println!("{count} sessions heard of their end within {:?} of the revocation", since.elapsed());
    }
}

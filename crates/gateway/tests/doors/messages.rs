//! Messages from a program to the upstream.

use std::time::Duration;

use postern_gateway::{Accounts, Secret, UpstreamSignIn, UpstreamTls};
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_upstream::{FakeUpstream, Received, UpstreamBehaviour, UpstreamChannel};
use tokio::sync::watch;

use crate::harness::{ANNA, Doors, MESSAGE, Setup, secure_smart_host, smart_host};

/// What arrives of [`MESSAGE`], whose doubled dot is a stuffed one on the wire.
fn arrived() -> Received {
    let content = String::from_utf8(MESSAGE.to_vec()).expect("UTF-8").replace("..dots", ".dots");
    Received {
        mail: "FROM:<anna@example.test>".to_owned(),
        recipients: vec!["TO:<office@example.net>".to_owned()],
        content: content.into_bytes(),
    }
}

#[tokio::test]
async fn a_message_arrives_byte_for_byte_through_both_listeners() {
    let (doors, upstream) = Doors::open().await;
    for mut client in [doors.submission().await, doors.submissions().await] {
        assert_eq!(client.auth_plain(ANNA, &doors.secret).await, "235 2.7.0 Authentication succeeded");
        let reply = client.send_message(ANNA, "office@example.net", MESSAGE).await;
        assert_eq!(reply, "250 2.0.0 Queued as 4711");
        assert_eq!(client.command("QUIT").await, "221 2.0.0 mail.example.test closing");
    }
    assert_eq!(upstream.messages(), [arrived(), arrived()]);
}

#[tokio::test]
async fn a_conversation_reads_as_it_should() {
    let (doors, _upstream) = Doors::open().await;
    let mut client = doors.submission().await;
    client.auth_plain(ANNA, &doors.secret).await;
    client.command("EHLO client.example.test").await;
    client.command("MAIL FROM:<somebody@else.test>").await;
    client.command("QUIT").await;
    client.rest().await;
    insta::assert_snapshot!(client.transcript(), @r"
        S: 220 mail.example.test ESMTP Postern
        C: EHLO client.example.test
        S: 250-mail.example.test
        S: 250-STARTTLS
        S: 250-PIPELINING
        S: 250-SIZE 157286400
        S: 250 CHUNKING
        C: STARTTLS
        S: 220 2.0.0 Ready to start TLS
        C: EHLO client.example.test
        S: 250-mail.example.test
        S: 250-AUTH PLAIN LOGIN
        S: 250-PIPELINING
        S: 250-SIZE 157286400
        S: 250 CHUNKING
        C: AUTH PLAIN <credentials>
        S: 235 2.7.0 Authentication succeeded
        C: EHLO client.example.test
        S: 250-mail.example.test
        S: 250-PIPELINING
        S: 250-SIZE 104857600
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-CHUNKING
        S: 250-DSN
        S: 250 ENHANCEDSTATUSCODES
        C: MAIL FROM:<somebody@else.test>
        S: 550 5.7.1 The address <somebody@else.test> in MAIL FROM may not be used here. Send as one of the addresses of this account, or change the sender restriction of this app password
        C: QUIT
        S: 221 2.0.0 mail.example.test closing
        S: <closed>
    ");
}

#[tokio::test]
async fn a_client_may_send_everything_at_once() {
    let (doors, upstream) = Doors::open().await;
    let mut client = doors.signed_in().await;
    let mut everything =
        b"MAIL FROM:<anna@example.test>\r\nRCPT TO:<office@example.net>\r\nDATA\r\n".to_vec();
    everything.extend_from_slice(MESSAGE);
    everything.extend_from_slice(b".\r\nQUIT\r\n");
    client.raw(&everything).await;
    for code in ["250", "250", "354", "250", "221"] {
        let reply = client.reply().await;
        assert!(reply.starts_with(code), "{}", client.transcript());
    }
    assert_eq!(upstream.messages(), [arrived()]);
}

#[tokio::test]
async fn a_client_that_closes_its_side_after_the_dot_has_its_message_delivered() {
    let (doors, upstream) = Doors::open().await;
    let mut client = doors.signed_in().await;
    for command in ["MAIL FROM:<anna@example.test>", "RCPT TO:<office@example.net>", "DATA"] {
        client.command(command).await;
    }
    client.raw(MESSAGE).await;
    client.raw(b".\r\n").await;
    client.close_our_side().await;
    assert_eq!(client.reply().await, "250 2.0.0 Queued as 4711");
    assert_eq!(upstream.messages(), [arrived()]);
    upstream.wait_until_alone().await;
}

/// The upstream does not read; what the client can send then is what fits in the sockets' buffers and in the relay's.
#[tokio::test]
async fn a_large_message_waits_for_a_slow_upstream_instead_of_filling_memory() {
    const SIZE: usize = 50 * 1024 * 1024;
    const MOST_UNDER_WAY: usize = 30 * 1024 * 1024;
    let (reads, may_read) = watch::channel(false);
    let behaviour = UpstreamBehaviour { reads: may_read, ..UpstreamBehaviour::default() };
    let upstream = FakeUpstream::start(behaviour).await;
    let doors = Setup::with(smart_host(upstream.address)).await.open().await;
    let mut client = doors.signed_in().await;
    for command in ["MAIL FROM:<anna@example.test> SIZE=52428800", "RCPT TO:<office@example.net>", "DATA"] {
        client.command(command).await;
    }
    let mut content = b"From: anna@example.test\r\n\r\n".to_vec();
    while content.len() < SIZE {
        let number = content.len();
        content.extend_from_slice(format!("{number:0>898}\r\n").as_bytes());
    }
    let mut sent = 0;
    for block in content.chunks(64 * 1024) {
        // Cancelled in the middle of a block it is not known how much was sent; so a block is either waited for or last.
        match tokio::time::timeout(Duration::from_secs(2), client.try_raw(block)).await {
            Ok(outcome) => outcome.unwrap(),
            Err(_) => break,
        }
        sent += block.len();
    }
    assert!(sent < MOST_UNDER_WAY, "{sent} octets are under way to an upstream that reads none");
    drop(client);
    reads.send(true).unwrap();
    upstream.wait_until_alone().await;
    assert!(upstream.messages().is_empty(), "a message whose sender went away must not be delivered");

    let mut client = doors.signed_in().await;
    let reply = client.send_message(ANNA, "office@example.net", &content).await;
    assert_eq!(reply, "250 2.0.0 Queued as 4711");
    let messages = upstream.messages();
    assert!(
        messages[0].content == content,
        "{} octets arrived of {}",
        messages[0].content.len(),
        content.len()
    );
}

#[tokio::test]
async fn fixed_credentials_sign_in_at_the_upstream_under_tls() {
    let authority = TestAuthority::new("of the upstream");
    for (tls, channel) in [
        (UpstreamTls::StartTls, UpstreamChannel::StartTls(authority.issue(&["localhost"]))),
        (UpstreamTls::Implicit, UpstreamChannel::Implicit(authority.issue(&["localhost"]))),
    ] {
        let credentials = Some(("relay", "a secret of ours"));
        let behaviour = UpstreamBehaviour { channel, credentials, ..UpstreamBehaviour::default() };
        let upstream = FakeUpstream::start(behaviour).await;
        let mut settings = secure_smart_host(upstream.address, tls, &authority);
        settings.sign_in = UpstreamSignIn::Fixed {
            user: "relay".to_owned(),
            secret: Secret::new(b"a secret of ours".to_vec()),
            without_tls: false,
        };
        let doors = Setup::with(settings).await.open().await;
        let mut client = doors.signed_in().await;
        client.send_message(ANNA, "office@example.net", MESSAGE).await;
        assert_eq!(upstream.messages(), [arrived()]);
    }
}

#[tokio::test]
async fn xclient_tells_the_upstream_who_is_there() {
    let behaviour = UpstreamBehaviour { xclient: true, ..UpstreamBehaviour::default() };
    let upstream = FakeUpstream::start(behaviour).await;
    let mut settings = smart_host(upstream.address);
    settings.sign_in = UpstreamSignIn::Xclient;
    let doors = Setup::with(settings).await.open().await;
    let _client = doors.signed_in().await;
    let told: Vec<_> =
        upstream.commands().into_iter().filter(|command| command.starts_with("XCLIENT")).collect();
    let told = told.join(" ");
    for fact in [
        "ADDR=127.0.0.1",
        "PORT=",
        "NAME=[UNAVAILABLE]",
        "HELO=client.example.test",
        "LOGIN=anna@example.test",
    ] {
        assert!(told.contains(fact), "{fact} is missing: {told}");
    }
}

#[tokio::test]
async fn an_account_has_the_upstream_of_its_domain() {
    let (for_all, for_domain) = (
        FakeUpstream::start(UpstreamBehaviour::default()).await,
        FakeUpstream::start(UpstreamBehaviour::default()).await,
    );
    let mut setup = Setup::with(smart_host(for_all.address)).await;
    let mut of_domain = smart_host(for_domain.address);
    of_domain.name = "of the domain".to_owned();
    of_domain.accounts = Accounts::Named {
        accounts: Vec::new(),
        groups: Vec::new(),
        domains: vec!["example.test".to_owned()],
    };
    setup.upstreams.push(of_domain);
    let doors = setup.open().await;
    let _client = doors.signed_in().await;
    assert_eq!((for_all.connections(), for_domain.connections()), (0, 1));
}

#[tokio::test]
async fn capabilities_are_probed_in_the_background_and_offered_before_sign_in() {
    let behaviour =
        UpstreamBehaviour { keywords: vec!["8BITMIME", "SIZE 1000"], ..UpstreamBehaviour::default() };
    let upstream = FakeUpstream::start(behaviour).await;
    let mut settings = smart_host(upstream.address);
    settings.probe = true;
    let doors = Setup::with(settings).await.open().await;
    upstream.wait_for_command("QUIT").await;
    let mut client = doors.submissions().await;
    let offered = client.command("EHLO client.example.test").await;
    insta::assert_snapshot!(offered, @r"
        250-mail.example.test
        250-AUTH PLAIN LOGIN
        250-PIPELINING
        250-SIZE 1000
        250-8BITMIME
        250 CHUNKING
    ");
}

#[tokio::test]
async fn an_upstream_that_was_never_heard_promises_nothing() {
    let (doors, upstream) = Doors::open().await;
    let mut client = doors.submissions().await;
    let offered = client.command("EHLO client.example.test").await;
    insta::assert_snapshot!(offered, @r"
        250-mail.example.test
        250-AUTH PLAIN LOGIN
        250-PIPELINING
        250-SIZE 157286400
        250 CHUNKING
    ");
    assert_eq!(upstream.connections(), 0);
}

/// A vacation answer names nobody in the envelope; the restriction to the account's addresses lets it pass.
#[tokio::test]
async fn the_null_sender_passes_under_a_sender_restriction() {
    let (doors, _upstream) = Doors::open().await;
    let mut client = doors.signed_in().await;
    assert!(client.command("MAIL FROM:<bert@example.test>").await.starts_with("550 5.7.1"));
    assert!(client.command("MAIL FROM:<>").await.starts_with("250"));
}

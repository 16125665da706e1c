//! Every way of signing in, and what is handed over with it.

use postern_domain::door::Door;
use postern_testkit::DoorClient;
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_client::base64;
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};

use super::speech::{ALL, IMAP, POP3, SIEVE, Speech, fixed};
use crate::harness::{ANNA, Setup, secure_smart_host};

/// The ways of a protocol: each a list of what is sent and how the first line of the answer begins.
fn ways(speech: &Speech, secret: &str) -> Vec<Vec<(String, &'static str)>> {
    let plain = base64(format!("\0{ANNA}\0{secret}").as_bytes());
    let (user, pass) = (base64(ANNA.as_bytes()), base64(secret.as_bytes()));
    let line = |text: String| format!("{text}\r\n");
    match speech.door {
        Door::Imap => vec![
            vec![(line(format!("a LOGIN {ANNA} {secret}")), "a OK")],
            vec![(line(format!("a login \"{ANNA}\" \"{secret}\"")), "a OK")],
            vec![
                (line(format!("a LOGIN {{{}}}", ANNA.len())), "+ "),
                (line(format!("{ANNA} {{{}}}", secret.len())), "+ "),
                (line(secret.to_owned()), "a OK"),
            ],
            vec![(
                format!("a LOGIN {{{}+}}\r\n{ANNA} {{{}+}}\r\n{secret}\r\n", ANNA.len(), secret.len()),
                "a OK",
            )],
            vec![(line(format!("a AUTHENTICATE PLAIN {plain}")), "a OK")],
            vec![("a AUTHENTICATE PLAIN\r\n".to_owned(), "+"), (line(plain), "a OK")],
            vec![
                ("a AUTHENTICATE LOGIN\r\n".to_owned(), "+ VXNlcm5hbWU6"),
                (line(user), "+ UGFzc3dvcmQ6"),
                (line(pass), "a OK"),
            ],
        ],
        Door::Pop3 => vec![
            vec![(line(format!("USER {ANNA}")), "+OK"), (line(format!("PASS {secret}")), "+OK")],
            vec![(line(format!("AUTH PLAIN {plain}")), "+OK")],
            vec![("AUTH PLAIN\r\n".to_owned(), "+"), (line(plain), "+OK")],
            vec![
                ("AUTH LOGIN\r\n".to_owned(), "+ VXNlcm5hbWU6"),
                (line(user), "+ UGFzc3dvcmQ6"),
                (line(pass), "+OK"),
            ],
        ],
        _ => vec![
            vec![(line(format!("AUTHENTICATE \"PLAIN\" \"{plain}\"")), "OK")],
            vec![(format!("AUTHENTICATE \"PLAIN\" {{{}+}}\r\n{plain}\r\n", plain.len()), "OK")],
            vec![("AUTHENTICATE \"PLAIN\"\r\n".to_owned(), "\"\""), (line(format!("\"{plain}\"")), "OK")],
        ],
    }
}

#[tokio::test]
async fn every_way_of_signing_in_leads_to_the_upstream() {
    for speech in ALL {
        let (doors, upstream) = speech.doors(speech.script([Act::Echo])).await;
        for (number, way) in ways(&speech, &doors.secret).into_iter().enumerate() {
            let mut client = speech.client(&doors).await;
            for (sent, expected) in way {
                client.raw(&sent).await;
                let answer = client.line().await;
                assert!(answer.starts_with(expected), "{:?} {number}: {answer}", speech.door);
            }
            assert_eq!(client.ask("through to the other end").await, "through to the other end");
        }
        assert!(upstream.heard().iter().all(|line| !line.contains(&doors.secret)));
    }
}

#[tokio::test]
async fn start_tls_leads_there_too() {
    for speech in ALL {
        let (doors, _upstream) = speech.doors(speech.script([Act::Echo])).await;
        let mut client = DoorClient::connect(doors.address(speech.start_tls)).await;
        client.line_with(&[speech.ready]).await;
        let (command, good) = speech.ask_for_tls;
        assert!(client.ask(command).await.starts_with(good));
        client.handshake(doors.authority.client_config()).await.unwrap();
        if speech.door == Door::ManageSieve {
            client.line_with(&[speech.ready]).await;
        }
        let answer = client.ask(&speech.sign_in(ANNA, &doors.secret)).await;
        assert!(answer.starts_with(speech.accepted), "{answer}");
        assert_eq!(client.ask("through").await, "through");
    }
}

#[tokio::test]
async fn the_upstream_may_have_tls_of_either_kind() {
    let authority = TestAuthority::new("of the upstreams");
    for speech in ALL {
        let identity = authority.issue(&["localhost"]);
        let implicit = [vec![Act::Handshake(identity.clone())], speech.script([Act::Echo])].concat();
        let (ask, answer): (&[Act], &'static [u8]) = match speech.door {
            Door::Imap => (&[Act::Hear], b"P OK\r\n"),
            Door::Pop3 => (&[Act::Hear], b"+OK\r\n"),
            _ => (&[Act::Hear], b"OK\r\n"),
        };
        let mut start_tls = vec![Act::Say(speech.greeting)];
        start_tls.extend_from_slice(ask);
        start_tls.extend([Act::Say(answer), Act::Handshake(identity)]);
        match speech.door {
            // What was offered in the clear is asked for again.
            Door::Imap => start_tls
                .extend([Act::Hear, Act::Say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\nP OK\r\n")]),
            Door::Pop3 => {}
            _ => start_tls.push(Act::Say(speech.greeting)),
        }
        start_tls.extend_from_slice(speech.signs_us_in);
        start_tls.push(Act::Echo);
        for (tls, script) in [
            (postern_gateway::UpstreamTls::Implicit, implicit),
            (postern_gateway::UpstreamTls::StartTls, start_tls),
        ] {
            let upstream = ScriptedUpstream::start(script).await;
            let settings = speech.secure_upstream(upstream.address, tls, &authority);
            let doors = Setup::with(settings).await.open().await;
            let mut client = speech.signed_in(&doors).await;
            assert_eq!(client.ask("through").await, "through", "{:?} {tls:?}", speech.door);
        }
    }
}

#[tokio::test]
async fn not_an_octet_is_lost_at_the_hand_over() {
    let commands: String = (0..50).map(|number| format!("command {number}\r\n")).collect();
    for speech in ALL {
        let mut script = speech.script([]);
        // The upstream's acceptance and its first data come in one write.
        let Some(Act::Say(accepted)) = script.pop() else { panic!("the acceptance comes last") };
        let together: &'static [u8] = Box::leak([accepted, b"* unasked\r\n"].concat().into_boxed_slice());
        script.extend([Act::Say(together), Act::Echo]);
        let (doors, _upstream) = speech.doors(script).await;
        let mut client = speech.client(&doors).await;
        // So do the client's sign-in and its first commands.
        client.raw(format!("{}\r\n{commands}", speech.sign_in(ANNA, &doors.secret))).await;
        client.line_with(&[speech.accepted]).await;
        let expected = format!("* unasked\r\n{commands}");
        let through = client.octets(expected.len()).await;
        assert_eq!(String::from_utf8(through).unwrap(), expected, "{:?}", speech.door);
    }
}

#[tokio::test]
async fn capabilities_are_those_that_hold() {
    let (doors, _upstream) = IMAP.doors(IMAP.script([Act::Stall])).await;
    let mut client = IMAP.client(&doors).await;
    let answer = client.ask(&IMAP.sign_in(ANNA, &doors.secret)).await;
    assert_eq!(answer, "a OK [CAPABILITY IMAP4rev1 IDLE COMPRESS=DEFLATE] Signed in");
    // Known before sign-in as soon as one session has told.
    let (doors, _upstream) = SIEVE.doors(SIEVE.script([Act::Stall])).await;
    let mut first = DoorClient::connect(doors.address("sieve")).await;
    assert_eq!(first.line_with(&["\"SIEVE\""]).await, "\"SIEVE\" \"\"");
    SIEVE.signed_in(&doors).await;
    let mut second = DoorClient::connect(doors.address("sieve")).await;
    assert_eq!(second.line_with(&["\"SIEVE\""]).await, "\"SIEVE\" \"fileinto vacation\"");
}

#[tokio::test]
async fn a_probe_learns_without_signing_in() {
    for speech in ALL {
        let upstream = ScriptedUpstream::start(vec![
            Act::Say(speech.greeting),
            Act::Hear,
            Act::Say(b"+OK\r\nSASL PLAIN\r\n.\r\n"),
            Act::Hear,
        ])
        .await;
        let mut settings = speech.upstream(upstream.address);
        settings.probe = true;
        let doors = Setup::with(settings).await.open().await;
        let expected = match speech.door {
            Door::Imap => vec!["P LOGOUT"],
            Door::Pop3 => vec!["CAPA", "QUIT"],
            _ => vec!["LOGOUT"],
        };
        assert_eq!(upstream.wait_for_lines(expected.len()).await, expected);
        drop(doors);
    }
}

#[tokio::test]
async fn an_operator_can_ask_whether_an_upstream_can_be_used() {
    for speech in ALL {
        let upstream = ScriptedUpstream::start(speech.script([Act::Hear])).await;
        let limits = postern_gateway::Limits::default();
        let settings = speech.upstream(upstream.address);
        postern_gateway::check_upstream(settings.clone(), "mail.example.test", &limits).await.unwrap();
        let refusing = ScriptedUpstream::start(match speech.door {
            Door::Pop3 => vec![Act::Say(b"-ERR not now\r\n"), Act::Stall],
            Door::Imap => vec![Act::Say(b"* BYE not now\r\n"), Act::Stall],
            _ => vec![Act::Say(b"BYE \"not now\"\r\n"), Act::Stall],
        })
        .await;
        let settings = postern_gateway::Upstream { port: refusing.address.port(), ..settings };
        let problem = postern_gateway::check_upstream(settings, "mail.example.test", &limits).await;
        assert!(problem.is_err(), "{:?}", speech.door);
    }
    // HTTP says nothing before a request; the connection and its TLS are what can be known.
    let authority = TestAuthority::new("of the upstream");
    let identity = authority.issue(&["localhost"]);
    let upstream = ScriptedUpstream::start(vec![Act::Handshake(identity), Act::Stall]).await;
    let settings = postern_gateway::Upstream {
        doors: [Door::Ews, Door::Dav].into_iter().collect(),
        sign_in: fixed(false),
        ..secure_smart_host(upstream.address, postern_gateway::UpstreamTls::Implicit, &authority)
    };
    let limits = postern_gateway::Limits::default();
    postern_gateway::check_upstream(settings, "mail.example.test", &limits).await.unwrap();
}

#[tokio::test]
async fn nobody_signs_in_in_the_clear() {
    for (speech, expected) in [
        (IMAP, "a NO [PRIVACYREQUIRED] TLS is required; issue STARTTLS first"),
        (POP3, "-ERR TLS is required; issue STLS first"),
        (SIEVE, "NO (ENCRYPT-NEEDED) \"TLS is required; issue STARTTLS first\""),
    ] {
        let (doors, upstream) = speech.doors(speech.script([])).await;
        let mut client = DoorClient::connect(doors.address(speech.start_tls)).await;
        client.line_with(&[speech.ready]).await;
        assert_eq!(client.ask(&speech.sign_in(ANNA, &doors.secret)).await, expected);
        assert_eq!(upstream.connections(), 0);
    }
}

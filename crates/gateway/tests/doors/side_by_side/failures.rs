//! Temporary against permanent failures, all doors side by side: whatever fails of ours or of the upstream's, a program
//! that gave the right secret is told "not now" and keeps it.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use postern_domain::door::Door;
use postern_gateway::{Limits, OAuthMechanism, Trust, Upstream, UpstreamSignIn, UpstreamTls};
use postern_service::upstream::{ClientAuthentication, Delegation, Grant, Identity, IdentityClaim, Provider};
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};
use postern_testkit::{FakeProvider, OPERATOR, SwitchableStore, TestService, app_password_for};

use super::{DOORS, sign_in, speech, tell, without_reference};
use crate::harness::{ANNA, Doors, Setup, smart_host};
use crate::mailbox::speech::fixed;

/// What an upstream of a protocol says when it fails.
struct Words {
    /// Instead of the greeting: not now.
    busy: &'static [u8],
    /// Instead of the greeting: never.
    never: &'static [u8],
    /// To the sign-in: the credentials are wrong.
    wrong: &'static [u8],
    /// To the sign-in: not now.
    not_now: &'static [u8],
    /// To the sign-in: too often.
    throttled: &'static [u8],
}

fn words(door: Door) -> Words {
    match door {
        Door::Smtp => Words {
            busy: b"421 4.3.2 Busy\r\n",
            never: b"554 5.7.1 Go away\r\n",
            wrong: b"535 5.7.8 Wrong password\r\n",
            not_now: b"454 4.7.0 Database\r\n",
            throttled: b"454 4.7.0 Request is throttled. Suggested backoff time (in ms): 9000\r\n",
        },
        Door::Imap => Words {
            busy: b"* BYE busy\r\n",
            never: b"* NO go away\r\n",
            wrong: b"P NO [AUTHENTICATIONFAILED] Wrong password\r\n",
            not_now: b"P NO [UNAVAILABLE] Database\r\n",
            throttled:
                b"* BAD Request is throttled. Suggested Backoff Time: 9000 milliseconds\r\nP NO failed\r\n",
        },
        Door::Pop3 => Words {
            busy: b"-ERR [SYS/TEMP] busy\r\n",
            never: b"-ERR go away\r\n",
            wrong: b"-ERR [AUTH] Wrong password\r\n",
            not_now: b"-ERR [SYS/TEMP] Database\r\n",
            throttled: b"-ERR [LOGIN-DELAY] Too many logins, try again in 9 seconds\r\n",
        },
        Door::Dav => Words {
            busy: b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
            never: b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            wrong: b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n",
            not_now: b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
            throttled: b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n",
        },
        _ => Words {
            busy: b"BYE (TRYLATER) \"busy\"\r\n",
            never: b"NO \"go away\"\r\n",
            wrong: b"NO \"Wrong password\"\r\n",
            not_now: b"NO (TRYLATER) \"Database\"\r\n",
            throttled: b"NO (TRYLATER) \"Too many logins, try again in 9 seconds\"\r\n",
        },
    }
}

/// An upstream up to the command that signs us in.
fn until_sign_in(door: Door) -> Vec<Act> {
    if door == Door::Dav {
        // The line of the request; its fields may come or not.
        return vec![Act::Hear];
    }
    let Some(speech) = speech(door) else {
        let offer = Act::Say(b"250-upstream\r\n250 AUTH PLAIN XOAUTH2\r\n");
        return vec![Act::Say(b"220 upstream ESMTP\r\n"), Act::Hear, offer, Act::Hear];
    };
    let mut script = speech.script([]);
    script.pop();
    script
}

/// How an upstream fails.
#[derive(Debug, Clone, Copy)]
enum Failing {
    ClosesAtOnce,
    SaysNothing,
    TalksNonsense,
    IsBusy,
    RefusesEverybody,
    RefusesOurCredentials,
    CannotSignInNow,
    Throttles,
    ClosesAtSignIn,
}

impl Failing {
    const ALL: [(&'static str, Self); 9] = [
        ("the upstream closes at once", Self::ClosesAtOnce),
        ("the upstream says nothing", Self::SaysNothing),
        ("the upstream talks nonsense", Self::TalksNonsense),
        ("the upstream is busy", Self::IsBusy),
        ("the upstream refuses everybody, for good", Self::RefusesEverybody),
        ("the upstream refuses the operator's credentials", Self::RefusesOurCredentials),
        ("the upstream cannot sign in anybody now", Self::CannotSignInNow),
        ("the upstream asks for nine seconds of patience", Self::Throttles),
        ("the upstream closes at the sign-in", Self::ClosesAtSignIn),
    ];

    fn script(self, door: Door) -> Vec<Act> {
        let words = words(door);
        // A web service is never the first to speak, and leaves it to us to close.
        let is_web = door == Door::Dav;
        let answers = |only| vec![Act::Hear, Act::Say(only), Act::Stall];
        let at_once = |only| if is_web { answers(only) } else { vec![Act::Say(only)] };
        let at_sign_in = |last| {
            if is_web { answers(last) } else { [until_sign_in(door), vec![Act::Say(last)]].concat() }
        };
        match self {
            Self::ClosesAtOnce => Vec::new(),
            Self::SaysNothing => vec![Act::Stall],
            Self::TalksNonsense => vec![Act::Say(b"SSH-2.0-OpenSSH\r\n")],
            Self::IsBusy => at_once(words.busy),
            Self::RefusesEverybody => at_once(words.never),
            Self::RefusesOurCredentials => at_sign_in(words.wrong),
            Self::CannotSignInNow => at_sign_in(words.not_now),
            Self::Throttles => at_sign_in(words.throttled),
            Self::ClosesAtSignIn => until_sign_in(door),
        }
    }
}

/// Limits under which a silent upstream is given up soon.
fn impatient() -> Limits {
    Limits { upstream_ready: Duration::from_secs(1), ..Limits::default() }
}

/// An upstream of a door at that port, with the operator's credentials.
fn upstream(door: Door, port: std::net::SocketAddr) -> Upstream {
    Upstream {
        name: format!("of {door}"),
        sign_in: fixed(true),
        doors: [door].into_iter().collect(),
        ..smart_host(port)
    }
}

/// Doors before these upstreams.
async fn doors_before(upstreams: Vec<Upstream>, service: TestService) -> Doors {
    let mut setup = Setup::with(smart_host("127.0.0.1:1".parse().expect("it is well-formed"))).await;
    setup.upstreams = upstreams;
    setup.limits = impatient();
    setup.service = service;
    setup.open().await
}

/// What all doors say to Anna's right secret.
async fn answers(doors: &Doors, table: &mut String, what: &str) {
    answers_of(&DOORS, doors, table, what).await;
}

/// What some of the doors say to it.
async fn answers_of(asked: &[(Door, &str)], doors: &Doors, table: &mut String, what: &str) {
    writeln!(table, "{what}").expect("a string takes all");
    for &(door, name) in asked {
        let answer = sign_in(doors, door, ANNA, &doors.secret).await;
        let answer: Vec<String> = answer.iter().map(|line| without_reference(line)).collect();
        tell(table, name, &answer);
    }
}

#[tokio::test]
async fn failures_of_the_upstream_side_by_side() {
    let mut table = String::new();
    for (what, failing) in Failing::ALL {
        let mut scripted = Vec::new();
        let mut upstreams = Vec::new();
        for (door, _) in DOORS {
            let one = ScriptedUpstream::start(failing.script(door)).await;
            upstreams.push(upstream(door, one.address));
            scripted.push(one);
        }
        let doors = doors_before(upstreams, TestService::open().await).await;
        // A web service that says nothing is a long poll, for which there is an hour.
        let asked = DOORS
            .into_iter()
            .filter(|(door, _)| !(matches!(failing, Failing::SaysNothing) && *door == Door::Dav));
        answers_of(&asked.collect::<Vec<_>>(), &doors, &mut table, what).await;
    }
    let nowhere = DOORS.map(|(door, _)| upstream(door, "127.0.0.1:1".parse().expect("it is well-formed")));
    let doors = doors_before(nowhere.to_vec(), TestService::open().await).await;
    answers(&doors, &mut table, "nobody listens at the upstream's port").await;
    let doors = doors_before(Vec::new(), TestService::open().await).await;
    answers(&doors, &mut table, "no upstream takes the account").await;
    insta::assert_snapshot!(table);
}

/// The doors that open a mailbox by a token of the application: those at which the gateway says which mailbox it is.
const OF_APPLICATION: &[(Door, &str)] = DOORS.split_at(4).0;

/// Upstreams with TLS that want tokens, and the provider.
async fn with_tokens(
    grant: Grant,
    provider: &Arc<FakeProvider>,
    authority: &TestAuthority,
    (names, asked): (&[&str], &[(Door, &str)]),
) -> (Doors, Vec<ScriptedUpstream>) {
    let registration = Provider {
        name: "provider".to_owned(),
        client_id: "postern".to_owned(),
        authentication: ClientAuthentication::None,
        token_endpoint: "https://login.example.test/token".parse().expect("it is well-formed"),
        scopes: vec!["mail".to_owned()],
        grant,
    };
    let service = TestService::open_with(vec![registration], Arc::clone(provider) as Arc<_>).await;
    let (mut scripted, mut upstreams) = (Vec::new(), Vec::new());
    for &(door, _) in asked {
        let mut script = vec![Act::Handshake(authority.issue(names))];
        script.extend(Failing::RefusesOurCredentials.script(door));
        let one = ScriptedUpstream::start(script).await;
        upstreams.push(Upstream {
            host: "localhost".to_owned(),
            tls: UpstreamTls::Implicit,
            trust: Trust::Only(authority.certificates()),
            sign_in: UpstreamSignIn::OAuth {
                provider: "provider".to_owned(),
                mechanism: OAuthMechanism::XOAuth2,
            },
            ..upstream(door, one.address)
        });
        scripted.push(one);
    }
    (doors_before(upstreams, service).await, scripted)
}

#[tokio::test]
async fn failures_of_tokens_and_certificates_side_by_side() {
    let authority = TestAuthority::new("of the upstreams");
    let mut table = String::new();

    let provider = FakeProvider::new();
    let (doors, _scripted) =
        with_tokens(Grant::ClientCredentials, &provider, &authority, (&["localhost"], OF_APPLICATION)).await;
    answers_of(OF_APPLICATION, &doors, &mut table, "the upstream refuses a fresh token of the application")
        .await;

    let (doors, scripted) = with_tokens(
        Grant::ClientCredentials,
        &provider,
        &authority,
        (&["other.example.test"], OF_APPLICATION),
    )
    .await;
    answers_of(OF_APPLICATION, &doors, &mut table, "the upstream's certificate is another's").await;
    assert!(scripted.iter().all(|one| one.heard().is_empty()), "no token before the name check");

    let delegation = Delegation {
        authorization_endpoint: "https://login.example.test/authorize".parse().expect("it is well-formed"),
        device_endpoint: None,
        userinfo_endpoint: None,
        issuer: None,
        parameters: Vec::new(),
        identity: Identity { claims: vec![IdentityClaim::Email], required: false },
    };
    let (doors, _scripted) =
        with_tokens(Grant::Delegated(delegation), &provider, &authority, (&["localhost"], &DOORS)).await;
    answers(&doors, &mut table, "the owner of the mailbox has not connected it").await;

    let provider = FakeProvider::new();
    provider.answer_next(429, Some(30), "{}");
    let (doors, _scripted) =
        with_tokens(Grant::ClientCredentials, &provider, &authority, (&["localhost"], OF_APPLICATION)).await;
    answers_of(OF_APPLICATION, &doors, &mut table, "the provider of tokens asks for 30 seconds of patience")
        .await;

    let provider = FakeProvider::new();
    provider.answer_next(500, None, "{}");
    let (doors, _scripted) =
        with_tokens(Grant::ClientCredentials, &provider, &authority, (&["localhost"], OF_APPLICATION)).await;
    answers_of(OF_APPLICATION, &doors, &mut table, "the provider of tokens does not work").await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn failures_of_ours_side_by_side() {
    let mut table = String::new();
    let switch = SwitchableStore::open().await;
    let upstreams =
        DOORS.map(|(door, _)| upstream(door, "127.0.0.1:1".parse().expect("it is well-formed"))).to_vec();
    let doors = doors_before(upstreams.clone(), TestService::open_on(switch.clone()).await).await;
    switch.take_down();
    answers(&doors, &mut table, "the database is down").await;

    let doors = doors_before(upstreams, TestService::open().await).await;
    let mut wrong = 0;
    // Distinct wrong secrets are held up at some point; which one that is does not matter here.
    while !sign_in(&doors, Door::Smtp, ANNA, &format!("wrong {wrong}")).await[0].starts_with("454") {
        wrong += 1;
        assert!(wrong < 1_000, "wrong secrets are never held up");
    }
    writeln!(table, "held up after too many distinct wrong secrets; the attempt was not judged").unwrap();
    for (door, name) in DOORS {
        let answer = sign_in(&doors, door, ANNA, "yet another wrong one").await;
        tell(&mut table, name, &answer);
    }
    let mut new = app_password_for(ANNA, "In a loop", DOORS.map(|(door, _)| door));
    new.limits.sign_ins_per_minute = Some("1".parse().expect("it is well-formed"));
    let created = doors.service.service.create_app_password(OPERATOR, new).await.expect("it is created");
    let secret = created.secret.expose_canonical();
    sign_in(&doors, Door::Smtp, ANNA, secret).await;
    writeln!(table, "a limit of the app password is reached").expect("a string takes all");
    for (door, name) in DOORS {
        let answer = sign_in(&doors, door, ANNA, secret).await;
        let answer: Vec<String> = answer.iter().map(|line| without_reference(line)).collect();
        tell(&mut table, name, &answer);
    }
    insta::assert_snapshot!(table);
}

//! What the protocols of a mailbox say, for tests that are the same for all of them.

use std::net::SocketAddr;

use postern_domain::door::Door;
use postern_gateway::{Secret, Upstream, UpstreamSignIn, UpstreamTls};
use postern_testkit::DoorClient;
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_client::base64;
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};

use crate::harness::{ANNA, Doors, Setup, secure_smart_host, smart_host};

/// A protocol, in the words of both sides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speech {
    pub(crate) door: Door,
    /// The listener with STARTTLS.
    pub(crate) start_tls: &'static str,
    /// The listener with TLS from the first octet.
    pub(crate) implicit: &'static str,
    /// How the last line of a greeting, and of an answer to a sign-in, begins.
    pub(crate) ready: &'static str,
    pub(crate) accepted: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) temporary: &'static str,
    /// The command that asks for TLS, and how a good answer begins.
    pub(crate) ask_for_tls: (&'static str, &'static str),
    /// What a client that is silent hears when its app password is revoked.
    pub(crate) revoked: &'static str,
    /// A command that takes leave, and how the answer begins.
    pub(crate) leave: (&'static str, &'static str),
    /// What an upstream says until we ask for something: its greeting.
    pub(crate) greeting: &'static [u8],
    /// What an upstream does from there until we are signed in; the last act is the acceptance.
    pub(crate) signs_us_in: &'static [Act],
}

pub(crate) const IMAP: Speech = Speech {
    door: Door::Imap,
    start_tls: "imap",
    implicit: "imaps",
    ready: "* OK",
    accepted: "a OK",
    refused: "a NO [AUTHENTICATIONFAILED] ",
    temporary: "a NO [UNAVAILABLE] ",
    ask_for_tls: ("a STARTTLS", "a OK"),
    revoked: "* BYE The app password is no longer valid; this session has ended\r\n",
    leave: ("a LOGOUT", "* BYE"),
    greeting: b"* OK [CAPABILITY IMAP4rev1 SASL-IR STARTTLS ID AUTH=PLAIN AUTH=XOAUTH2] ready\r\n",
    signs_us_in: &[
        Act::Hear,
        Act::Say(b"P OK [CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE COMPRESS=DEFLATE UNAUTHENTICATE] in\r\n"),
    ],
};

pub(crate) const POP3: Speech = Speech {
    door: Door::Pop3,
    start_tls: "pop3",
    implicit: "pop3s",
    ready: "+OK",
    accepted: "+OK",
    refused: "-ERR [AUTH] ",
    temporary: "-ERR [SYS/TEMP] ",
    ask_for_tls: ("STLS", "+OK"),
    revoked: "-ERR [SYS/PERM] The app password is no longer valid; this session has ended\r\n",
    leave: ("QUIT", "+OK"),
    greeting: b"+OK ready\r\n",
    signs_us_in: &[
        Act::Hear,
        Act::Say(b"+OK\r\nSASL PLAIN XOAUTH2\r\n.\r\n"),
        Act::Hear,
        Act::Say(b"+OK in\r\n"),
    ],
};

pub(crate) const SIEVE: Speech = Speech {
    door: Door::ManageSieve,
    start_tls: "sieve",
    implicit: "sieves",
    ready: "OK ",
    accepted: "OK ",
    refused: "NO \"",
    temporary: "NO (TRYLATER) \"",
    ask_for_tls: ("STARTTLS", "OK "),
    revoked: "BYE \"The app password is no longer valid; this session has ended\"\r\n",
    leave: ("LOGOUT", "OK"),
    greeting:
        b"\"SIEVE\" \"fileinto vacation\"\r\n\"SASL\" \"PLAIN XOAUTH2\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n",
    signs_us_in: &[Act::Hear, Act::Say(b"OK \"in\"\r\n")],
};

pub(crate) const ALL: [Speech; 3] = [IMAP, POP3, SIEVE];

impl Speech {
    /// The command that signs in, its line end not included.
    pub(crate) fn sign_in(&self, user: &str, secret: &str) -> String {
        self.sign_in_as("", user, secret)
    }

    /// The same, acting for another.
    pub(crate) fn sign_in_as(&self, other: &str, user: &str, secret: &str) -> String {
        let message = base64(format!("{other}\0{user}\0{secret}").as_bytes());
        match self.door {
            Door::Imap => format!("a AUTHENTICATE PLAIN {message}"),
            Door::Pop3 => format!("AUTH PLAIN {message}"),
            _ => format!("AUTHENTICATE \"PLAIN\" \"{message}\""),
        }
    }

    /// A script: the greeting, the sign-in, and what comes afterwards.
    pub(crate) fn script(&self, afterwards: impl IntoIterator<Item = Act>) -> Vec<Act> {
        let mut script = vec![Act::Say(self.greeting)];
        script.extend_from_slice(self.signs_us_in);
        script.extend(afterwards);
        script
    }

    /// An upstream in the clear where we sign in as `relay`.
    pub(crate) fn upstream(&self, address: SocketAddr) -> Upstream {
        Upstream {
            name: self.door.to_string(),
            doors: [self.door].into_iter().collect(),
            sign_in: fixed(true),
            ..smart_host(address)
        }
    }

    /// The same with TLS.
    pub(crate) fn secure_upstream(
        &self,
        address: SocketAddr,
        tls: UpstreamTls,
        authority: &TestAuthority,
    ) -> Upstream {
        Upstream {
            name: self.door.to_string(),
            doors: [self.door].into_iter().collect(),
            sign_in: fixed(false),
            ..secure_smart_host(address, tls, authority)
        }
    }

    /// Doors before an upstream with a script.
    pub(crate) async fn doors(&self, script: Vec<Act>) -> (Doors, ScriptedUpstream) {
        let upstream = ScriptedUpstream::start(script).await;
        (Setup::with(self.upstream(upstream.address)).await.open().await, upstream)
    }

    /// A client with TLS that has heard the greeting.
    pub(crate) async fn client(&self, doors: &Doors) -> DoorClient {
        let mut client = DoorClient::connect_tls(doors.address(self.implicit), &doors.authority).await;
        client.line_with(&[self.ready]).await;
        client
    }

    /// A client that has signed in as Anna.
    pub(crate) async fn signed_in(&self, doors: &Doors) -> DoorClient {
        let mut client = self.client(doors).await;
        let answer = client.ask(&self.sign_in(ANNA, &doors.secret)).await;
        assert!(answer.starts_with(self.accepted), "{answer}");
        client
    }

    /// What Anna is told when she signs in and it does not work.
    pub(crate) async fn failure(&self, doors: &Doors) -> String {
        let mut client = self.client(doors).await;
        client.raw(format!("{}\r\n", self.sign_in(ANNA, &doors.secret))).await;
        let tagged = ["a ", "+OK", "-ERR", "NO", "OK", "BYE", "* BYE"];
        client.line_with(&tagged).await
    }
}

/// Our own credentials at the upstream.
pub(crate) fn fixed(without_tls: bool) -> UpstreamSignIn {
    UpstreamSignIn::Fixed { user: "relay".to_owned(), secret: Secret::new(b"ours".to_vec()), without_tls }
}

/// What a client is told whose upstream cannot be had, without the protocol's code.
pub(crate) const NO_UPSTREAM: &str = "The mail server behind this door cannot be used at the moment; the password was \
     not refused, try again later";

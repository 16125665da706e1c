//! All doors side by side: what each of them says to a program whose sign-in was not accepted, and at the end of a session
//! that we end. The words are the driver's; codes and forms are each protocol's own.
//!
//! A refusal is permanent and is the only answer that tells a program that its password is bad. Everything else is
//! temporary: a program that reads "permanent" discards a password that is good.

use std::fmt::Write as _;
use std::sync::Arc;

use postern_protocols::door::{self, ShutDown, Step, Tls, Verdict};
use postern_protocols::smtp::{Capabilities, submission};
use postern_protocols::{imap, managesieve, pop3};

/// Why we end sessions.
const REASONS: [ShutDown; 14] = [
    ShutDown::Revoked,
    ShutDown::PasswordChanged,
    ShutDown::AppPasswordNeeded,
    ShutDown::AppPasswordsOff,
    ShutDown::DoorOff,
    ShutDown::Blocked,
    ShutDown::Deleted,
    ShutDown::MailboxNotGranted,
    ShutDown::SignedOut,
    ShutDown::EndedAlone,
    ShutDown::ServerStopping,
    ShutDown::Idle,
    ShutDown::SignInDeadline,
    ShutDown::TooManyConnections,
];

/// A verdict without its proof.
#[derive(Clone, Copy)]
enum Answer {
    Refused,
    Temporary,
    UpstreamRefused,
    Limit,
    Unavailable,
}

impl Answer {
    const ALL: [(&'static str, Self); 5] = [
        ("the sign-in is refused, whatever the cause", Self::Refused),
        ("not now: a failure, ours or the upstream's, or a throttle", Self::Temporary),
        ("the upstream does not take us", Self::UpstreamRefused),
        ("a limit of the app password is reached", Self::Limit),
        ("the verifier cannot be reached", Self::Unavailable),
    ];

    fn verdict<A>(self) -> Verdict<A> {
        let text = "Words.".to_owned();
        match self {
            Self::Refused => Verdict::Refused { text },
            Self::Temporary => Verdict::Temporary { text },
            Self::UpstreamRefused => Verdict::UpstreamRefused { text },
            Self::Limit => Verdict::Limit { text },
            Self::Unavailable => Verdict::Unavailable,
        }
    }
}

/// A session of any door that waits for a verdict.
macro_rules! at_the_verdict {
    ($session:expr, $sign_in:expr) => {{
        let mut session = $session;
        let mut sign_in = $sign_in.iter();
        loop {
            match session.next_step() {
                Step::NeedBytes => session.receive(sign_in.next().expect("credentials").as_bytes()),
                Step::Verify(_) => break session,
                Step::Send(_) => {}
                _ => panic!("credentials were expected to be verified"),
            }
        }
    }};
}

/// What the session says now.
macro_rules! words {
    ($session:expr) => {{
        let mut words = Vec::new();
        while let Step::Send(bytes) = $session.next_step() {
            words.extend_from_slice(&bytes);
        }
        words
    }};
}

fn smtp() -> submission::Session<()> {
    let ours = Capabilities::ours(1_000);
    at_the_verdict!(
        submission::Session::new(Arc::new(submission::Config {
            host_name: "door.test".to_owned(),
            tls: Tls::Implicit,
            ours,
            capabilities: ours,
            legacy_auth_line: false,
        })),
        ["AUTH PLAIN AHUAcA==\r\n"]
    )
}

fn imap() -> door::Session<(), imap::Imap> {
    at_the_verdict!(imap::Session::new(&Arc::new(imap::Config { tls: Tls::Implicit })), ["a LOGIN u p\r\n"])
}

fn pop3() -> door::Session<(), pop3::Pop3> {
    let config = Arc::new(pop3::Config { tls: Tls::Implicit });
    at_the_verdict!(pop3::Session::new(&config), ["USER u\r\n", "PASS p\r\n"])
}

fn sieve() -> door::Session<(), managesieve::ManageSieve> {
    let config = Arc::new(managesieve::Config { tls: Tls::Implicit, extensions: String::new() });
    at_the_verdict!(managesieve::Session::new(&config), ["AUTHENTICATE \"PLAIN\" \"AHUAcA==\"\r\n"])
}

fn row(table: &mut String, what: &str, answers: [Vec<u8>; 4]) {
    writeln!(table, "{what}").unwrap();
    for (door, answer) in ["SMTP", "IMAP", "POP3", "ManageSieve"].into_iter().zip(answers) {
        let text = String::from_utf8(answer).unwrap();
        for (index, line) in text.split_terminator("\r\n").enumerate() {
            writeln!(table, "  {:<11} {line}", if index == 0 { door } else { "" }).unwrap();
        }
    }
}

#[test]
fn sign_ins_that_are_not_accepted() {
    let mut table = String::new();
    for (what, answer) in Answer::ALL {
        let (mut smtp, mut imap, mut pop3, mut sieve) = (smtp(), imap(), pop3(), sieve());
        smtp.verdict(answer.verdict());
        imap.verdict(answer.verdict());
        pop3.verdict(answer.verdict());
        sieve.verdict(answer.verdict());
        row(&mut table, what, [words!(smtp), words!(imap), words!(pop3), words!(sieve)]);
    }
    insta::assert_snapshot!(table, @r#"
    the sign-in is refused, whatever the cause
      SMTP        535 5.7.8 Words.
      IMAP        a NO [AUTHENTICATIONFAILED] Words.
      POP3        -ERR [AUTH] Words.
      ManageSieve NO "Words."
    not now: a failure, ours or the upstream's, or a throttle
      SMTP        454 4.7.0 Words.
      IMAP        a NO [UNAVAILABLE] Words.
      POP3        -ERR [SYS/TEMP] Words.
      ManageSieve NO (TRYLATER) "Words."
    the upstream does not take us
      SMTP        454 4.7.0 Words.
      IMAP        * NO [ALERT] Words.
                  a NO [UNAVAILABLE] Words.
      POP3        -ERR [SYS/TEMP] Words.
      ManageSieve NO (TRYLATER) "Words."
    a limit of the app password is reached
      SMTP        454 4.7.0 Words.
      IMAP        a NO [LIMIT] Words.
      POP3        -ERR [SYS/TEMP] Words.
      ManageSieve NO (TRYLATER) "Words."
    the verifier cannot be reached
      SMTP        454 4.7.0 Signing in is not possible at the moment; the password was not refused, try again later
      IMAP        a NO [UNAVAILABLE] Signing in is not possible at the moment; the password was not refused, try again later
      POP3        -ERR [SYS/TEMP] Signing in is not possible at the moment; the password was not refused, try again later
      ManageSieve NO (TRYLATER) "Signing in is not possible at the moment; the password was not refused, try again later"
    "#);
}

fn last_words(reason: ShutDown) -> [Vec<u8>; 4] {
    let (mut smtp, mut imap, mut pop3, mut sieve) = (smtp(), imap(), pop3(), sieve());
    [smtp.shut_down(reason), imap.shut_down(reason), pop3.shut_down(reason), sieve.shut_down(reason)]
}

#[test]
fn sessions_that_we_end() {
    let mut table = String::new();
    for reason in REASONS {
        row(&mut table, &format!("{reason:?}"), last_words(reason));
    }
    insta::assert_snapshot!(table, @r#"
    Revoked
      SMTP        421 4.7.0 door.test The app password is no longer valid; this session has ended
      IMAP        * BYE The app password is no longer valid; this session has ended
      POP3        -ERR [SYS/PERM] The app password is no longer valid; this session has ended
      ManageSieve BYE "The app password is no longer valid; this session has ended"
    PasswordChanged
      SMTP        421 4.7.0 door.test The password of this account was changed; sign in with the new one
      IMAP        * BYE The password of this account was changed; sign in with the new one
      POP3        -ERR [SYS/PERM] The password of this account was changed; sign in with the new one
      ManageSieve BYE "The password of this account was changed; sign in with the new one"
    AppPasswordNeeded
      SMTP        421 4.7.0 door.test The account password is no longer accepted here; sign in with an app password
      IMAP        * BYE The account password is no longer accepted here; sign in with an app password
      POP3        -ERR [SYS/PERM] The account password is no longer accepted here; sign in with an app password
      ManageSieve BYE "The account password is no longer accepted here; sign in with an app password"
    AppPasswordsOff
      SMTP        421 4.7.0 door.test App passwords are switched off; this session has ended
      IMAP        * BYE App passwords are switched off; this session has ended
      POP3        -ERR [SYS/PERM] App passwords are switched off; this session has ended
      ManageSieve BYE "App passwords are switched off; this session has ended"
    DoorOff
      SMTP        421 4.7.0 door.test Mail submission is switched off here; this session has ended
      IMAP        * BYE This way to the mailbox is switched off; this session has ended
      POP3        -ERR [SYS/PERM] This way to the mailbox is switched off; this session has ended
      ManageSieve BYE "This way to the mailbox is switched off; this session has ended"
    Blocked
      SMTP        421 4.7.0 door.test The account is blocked; this session has ended
      IMAP        * BYE The account is blocked; this session has ended
      POP3        -ERR [SYS/PERM] The account is blocked; this session has ended
      ManageSieve BYE "The account is blocked; this session has ended"
    Deleted
      SMTP        421 4.7.0 door.test The account was deleted; this session has ended
      IMAP        * BYE The account was deleted; this session has ended
      POP3        -ERR [SYS/PERM] The account was deleted; this session has ended
      ManageSieve BYE "The account was deleted; this session has ended"
    MailboxNotGranted
      SMTP        421 4.7.0 door.test This app password may no longer act for this mailbox; this session has ended
      IMAP        * BYE This app password may no longer act for this mailbox; this session has ended
      POP3        -ERR [SYS/PERM] This app password may no longer act for this mailbox; this session has ended
      ManageSieve BYE "This app password may no longer act for this mailbox; this session has ended"
    SignedOut
      SMTP        421 4.7.0 door.test The sessions of this account were ended; sign in again
      IMAP        * BYE The sessions of this account were ended; sign in again
      POP3        -ERR [SYS/TEMP] The sessions of this account were ended; sign in again
      ManageSieve BYE "The sessions of this account were ended; sign in again"
    EndedAlone
      SMTP        421 4.7.0 door.test This session was ended by its account's owner or an administrator
      IMAP        * BYE This session was ended by its account's owner or an administrator
      POP3        -ERR [SYS/TEMP] This session was ended by its account's owner or an administrator
      ManageSieve BYE "This session was ended by its account's owner or an administrator"
    ServerStopping
      SMTP        421 4.3.2 door.test The server is stopping; try again later
      IMAP        * BYE [UNAVAILABLE] The server is stopping; try again later
      POP3        -ERR [SYS/TEMP] The server is stopping; try again later
      ManageSieve BYE (TRYLATER) "The server is stopping; try again later"
    Idle
      SMTP        421 4.4.2 door.test Nothing was received for too long
      IMAP        * BYE Nothing was received for too long
      POP3        -ERR [SYS/TEMP] Nothing was received for too long
      ManageSieve BYE "Nothing was received for too long"
    SignInDeadline
      SMTP        421 4.7.0 door.test The time to sign in is over
      IMAP        * BYE The time to sign in is over
      POP3        -ERR [SYS/TEMP] The time to sign in is over
      ManageSieve BYE "The time to sign in is over"
    TooManyConnections
      SMTP        421 4.7.0 door.test Too many connections; try again later
      IMAP        * BYE [LIMIT] Too many connections; try again later
      POP3        -ERR [SYS/TEMP] Too many connections; try again later
      ManageSieve BYE (TRYLATER) "Too many connections; try again later"
    "#);
}

/// A blind relay may say its last words inside of a counted literal. A client must never take them for the end of the
/// response around it, or it would keep a message whose end is our words.
#[test]
fn last_words_finish_no_response_of_imap() {
    for reason in REASONS {
        let words = imap::bye(reason);
        let (end, line) = words.split_last_chunk::<2>().map(|(line, end)| (end, line)).unwrap();
        assert_eq!(end, b"\r\n");
        assert!(!line.contains(&b')') && !line.contains(&b'\n'), "{}", String::from_utf8_lossy(&words));
    }
}

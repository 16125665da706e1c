//! All doors side by side.

mod failures;
mod refusals;

use std::fmt::Write as _;

use postern_domain::door::Door;
use postern_testkit::DoorClient;
use postern_testkit::smtp_client::base64;

use crate::harness::Doors;
use crate::mailbox::speech::{IMAP, POP3, SIEVE, Speech};

/// The doors that are driven, with what people call them.
pub(crate) const DOORS: [(Door, &str); 5] = [
    (Door::Smtp, "SMTP"),
    (Door::Imap, "IMAP"),
    (Door::Pop3, "POP3"),
    (Door::ManageSieve, "ManageSieve"),
    (Door::Dav, "HTTP"),
];

/// What the protocol of a mailbox says.
fn speech(door: Door) -> Option<Speech> {
    [IMAP, POP3, SIEVE].into_iter().find(|speech| speech.door == door)
}

/// Signs in over TLS with PLAIN and gives the whole answer, line by line.
pub(crate) async fn sign_in(doors: &Doors, door: Door, user: &str, secret: &str) -> Vec<String> {
    if door == Door::Dav {
        return request(doors, user, secret).await;
    }
    let Some(speech) = speech(door) else {
        let reply = doors.submissions().await.auth_plain(user, secret).await;
        return reply.lines().map(str::to_owned).collect();
    };
    let mut client = speech.client(doors).await;
    let mut answer = vec![client.ask(&speech.sign_in(user, secret)).await];
    while answer.last().is_some_and(|line| line.starts_with("* ")) {
        answer.push(client.line().await);
    }
    answer
}

/// The answer to a request: its status, what matters of its header, and its body.
async fn request(doors: &Doors, user: &str, secret: &str) -> Vec<String> {
    let mut client = DoorClient::connect_tls(doors.address("https"), &doors.authority).await;
    let credentials = base64(format!("{user}:{secret}").as_bytes());
    let fields = format!("Host: gate.example.test\r\nAuthorization: Basic {credentials}");
    let mut answer = vec![client.ask(&format!("GET /dav/ HTTP/1.1\r\n{fields}\r\n")).await];
    let mut length = 0;
    loop {
        let line = client.line().await;
        match line.split_once(": ") {
            None => break,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().expect("a number");
            }
            Some((name, _)) if name.eq_ignore_ascii_case("date") => {}
            Some(_) => answer.push(line),
        }
    }
    let body = String::from_utf8(client.octets(length).await).expect("a text");
    answer.extend(body.lines().map(str::to_owned));
    answer
}

/// A text with its refusal reference taken out, if it has one.
fn without_reference(text: &str) -> String {
    let Some((before, after)) = text.split_once("(ref ") else { return text.to_owned() };
    let (reference, rest) = after.split_once(')').expect("its end");
    assert_eq!(reference.len(), 9, "{text}");
    format!("{before}(ref …){rest}")
}

/// Adds an answer to a table of all doors'.
fn tell(table: &mut String, name: &str, answer: &[String]) {
    for (index, line) in answer.iter().enumerate() {
        writeln!(table, "  {:<11} {line}", if index == 0 { name } else { "" }).expect("a string takes all");
    }
}

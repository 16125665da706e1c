//! All doors side by side.

mod failures;
mod refusals;

use std::fmt::Write as _;

use postern_domain::door::Door;

use crate::harness::Doors;
use crate::mailbox::speech::{IMAP, POP3, SIEVE, Speech};

/// The doors that are driven, with what people call them.
const DOORS: [(Door, &str); 4] =
    [(Door::Smtp, "SMTP"), (Door::Imap, "IMAP"), (Door::Pop3, "POP3"), (Door::ManageSieve, "ManageSieve")];

/// What the protocol of a mailbox says.
fn speech(door: Door) -> Option<Speech> {
    [IMAP, POP3, SIEVE].into_iter().find(|speech| speech.door == door)
}

/// Signs in over TLS with PLAIN and gives the whole answer, line by line.
async fn sign_in(doors: &Doors, door: Door, user: &str, secret: &str) -> Vec<String> {
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

/// Adds an answer to a table of all doors'.
fn tell(table: &mut String, name: &str, answer: &[String]) {
    for (index, line) in answer.iter().enumerate() {
        writeln!(table, "  {:<11} {line}", if index == 0 { name } else { "" }).expect("a string takes all");
    }
}

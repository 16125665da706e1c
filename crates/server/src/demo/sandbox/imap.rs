//! The sandbox mail server: as much IMAP as reading an inbox and waiting for new mail needs. Only its master user signs
//! in, in the name of a mailbox (RFC 4616: authorization identity, user name, password).

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;

use super::post::{Mail, Post};

/// Who may open every mailbox.
pub(in crate::demo) const MASTER_USER: &str = "postern";
/// What that user signs in with.
pub(in crate::demo) const MASTER_SECRET: &str = "granite orchard 58";

const CAPABILITIES: &str = "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE";

/// One connection.
pub(super) async fn session(stream: TcpStream, post: Arc<Post>) {
    let (reader, writer) = stream.into_split();
    let (news, lines) = (post.follow(), BufReader::new(reader).lines());
    let mut session = Session { lines, writer, post, news, mailbox: None, told: None };
    let _ = session.run().await;
}

struct Session {
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: OwnedWriteHalf,
    post: Arc<Post>,
    news: watch::Receiver<Vec<Arc<Mail>>>,
    /// Whose; none: not signed in.
    mailbox: Option<String>,
    /// How many messages the client knows of; none: no mailbox is selected.
    told: Option<usize>,
}

impl Session {
    async fn run(&mut self) -> io::Result<()> {
        self.say(&format!("* OK [CAPABILITY {CAPABILITIES}] The sandbox holds mail")).await?;
        while let Some(line) = self.lines.next_line().await? {
            let mut words = line.splitn(3, ' ');
            let [tag, verb, rest] = [(); 3].map(|()| words.next().unwrap_or_default());
            let verb = verb.to_ascii_uppercase();
            let answer = match verb.as_str() {
                "AUTHENTICATE" => self.authenticate(rest).await?,
                "CAPABILITY" => self.untagged(&format!("CAPABILITY {CAPABILITIES}")).await?,
                "LOGOUT" => {
                    self.untagged("BYE Until next time").await?;
                    return self.say(&format!("{tag} OK Logged out")).await;
                }
                "NOOP" => self.news().await?,
                _ if self.mailbox.is_none() => "NO Sign in first",
                "LIST" => self.untagged("LIST () \"/\" INBOX").await?,
                "SELECT" | "EXAMINE" => self.select().await?,
                "SEARCH" if self.told.is_some() => self.search().await?,
                "FETCH" if self.told.is_some() => self.fetch(rest).await?,
                "IDLE" if self.told.is_some() => self.idle().await?,
                _ => "BAD Not in the sandbox",
            };
            self.say(&format!("{tag} {answer}")).await?;
        }
        Ok(())
    }

    async fn authenticate(&mut self, rest: &str) -> io::Result<&'static str> {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        if !mechanism.eq_ignore_ascii_case("PLAIN") {
            return Ok("NO Only PLAIN");
        }
        let response = if initial.is_empty() {
            self.say("+ ").await?;
            self.lines.next_line().await?.unwrap_or_default()
        } else {
            initial.to_owned()
        };
        let plain = STANDARD.decode(response.trim()).unwrap_or_default();
        let plain = String::from_utf8_lossy(&plain).into_owned();
        let [mailbox, user, secret] = plain.split('\0').collect::<Vec<_>>()[..] else {
            return Ok("BAD That is not PLAIN");
        };
        if (user, secret) != (MASTER_USER, MASTER_SECRET) || mailbox.is_empty() {
            return Ok("NO [AUTHENTICATIONFAILED] Only the master user signs in here");
        }
        self.mailbox = Some(mailbox.to_owned());
        Ok("OK [CAPABILITY IMAP4rev1 IDLE] Signed in")
    }

    async fn select(&mut self) -> io::Result<&'static str> {
        self.told = Some(0);
        self.untagged("FLAGS (\\Seen)").await?;
        self.untagged("OK [UIDVALIDITY 1] Never changes").await?;
        self.untagged("0 RECENT").await?;
        let count = self.mail().len();
        self.told = Some(count);
        self.untagged(&format!("{count} EXISTS")).await?;
        Ok("OK [READ-ONLY] Selected")
    }

    async fn search(&mut self) -> io::Result<&'static str> {
        let numbers: String = (1..=self.mail().len()).map(|number| format!(" {number}")).collect();
        self.untagged(&format!("SEARCH{numbers}")).await
    }

    /// One message, whole or its header, by its number.
    async fn fetch(&mut self, rest: &str) -> io::Result<&'static str> {
        let (number, items) = rest.split_once(' ').unwrap_or((rest, ""));
        let position = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let Some(mail) = position.and_then(|position| self.mail().get(position).cloned()) else {
            return Ok("NO There is no such message");
        };
        let is_header = items.to_ascii_uppercase().contains("[HEADER");
        let (header, _) = mail.text.split_once("\r\n\r\n").unwrap_or((&mail.text, ""));
        let (section, text) =
            if is_header { ("HEADER", format!("{header}\r\n\r\n")) } else { ("", mail.text.clone()) };
        self.untagged(&format!("{number} FETCH (BODY[{section}] {{{}}}\r\n{text})", text.len())).await
    }

    /// Waits for new mail until the client is done.
    async fn idle(&mut self) -> io::Result<&'static str> {
        self.say("+ Waiting for mail").await?;
        loop {
            self.news().await?;
            tokio::select! {
                line = self.lines.next_line() => match line? {
                    Some(line) if line.eq_ignore_ascii_case("DONE") => return Ok("OK Waited"),
                    Some(_) => return Ok("BAD That is not DONE"),
                    None => return Err(io::ErrorKind::UnexpectedEof.into()),
                },
                changed = self.news.changed() => changed.map_err(|_| io::ErrorKind::BrokenPipe)?,
            }
        }
    }

    /// Tells of mail that the client does not know.
    async fn news(&mut self) -> io::Result<&'static str> {
        let count = self.mail().len();
        if self.told.is_some_and(|told| told < count) {
            self.told = Some(count);
            self.untagged(&format!("{count} EXISTS")).await?;
        }
        Ok("OK Done")
    }

    fn mail(&self) -> Vec<Arc<Mail>> {
        self.mailbox.as_deref().map_or_else(Vec::new, |mailbox| self.post.of(mailbox))
    }

    async fn untagged(&mut self, text: &str) -> io::Result<&'static str> {
        self.say(&format!("* {text}")).await?;
        Ok("OK Done")
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_all(format!("{text}\r\n").as_bytes()).await
    }
}

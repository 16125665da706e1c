//! The client's commands after sign-in.

use super::message::refused_sender;
use super::state::{Awaited, State, Transaction};
use super::{CloseReason, Refusal, Relay, RelayEvent, RelayStep};
use crate::smtp::command::{Verb, client_name, parse};
use crate::smtp::envelope::{Envelope, Kind, Path};
use crate::smtp::{Allowance, Reply};

impl<P> Relay<P> {
    pub(super) fn command(&mut self, line: &[u8]) {
        let (verb, arguments) = parse(line);
        match verb {
            Verb::Ehlo | Verb::Helo => self.greet(verb, arguments),
            Verb::Mail => self.mail(arguments),
            Verb::Rcpt => self.recipient(arguments),
            Verb::Data => self.data(arguments),
            Verb::Bdat => self.chunk(arguments),
            Verb::Rset => {
                let then = Reply::new(250, "2.0.0", "Reset").to_bytes();
                self.reset_then(then);
            }
            Verb::Noop => self.say(&Reply::new(250, "2.0.0", "Nothing done")),
            Verb::Vrfy => self.say(&Reply::new(252, "2.0.0", "Not verified; send the message to find out")),
            Verb::Help => self.say(&Reply::new(214, "2.0.0", "Mail submission after sign-in (RFC 6409)")),
            Verb::Quit => self.end(&Reply::new(221, "2.0.0", &format!("{} closing", self.host_name))),
            Verb::Auth => self.mistake(&Reply::new(503, "5.5.1", "You are signed in already")),
            Verb::StartTls => {
                self.mistake(&Reply::new(503, "5.5.1", "The connection is protected by TLS already"));
            }
            Verb::Expn => self.mistake(&Reply::new(502, "5.5.1", "EXPN is not done here")),
            Verb::Http => self.end(&Reply::new(521, "5.5.1", "This is a mail server, not a web server")),
            Verb::Unknown => self.mistake(&Reply::new(500, "5.5.1", "The command is not known")),
        }
    }

    /// Answers EHLO or HELO, which also ends a transaction (RFC 5321 §4.1.4).
    fn greet(&mut self, verb: Verb, arguments: &[u8]) {
        if client_name(arguments).is_none() {
            return self.mistake(&Reply::new(
                501,
                "5.5.4",
                "The name of the client must follow, as one word",
            ));
        }
        let mut lines = vec![self.host_name.clone()];
        if verb == Verb::Ehlo {
            lines.extend(self.offered().keywords());
        }
        self.reset_then(Reply::plain(250, lines).to_bytes());
    }

    /// Ends the transaction on both sides, then says `then` to the client.
    fn reset_then(&mut self, then: Vec<u8>) {
        self.transaction = Transaction::None;
        if self.message.take().is_some() {
            self.close_upstream(CloseReason::Abandoned);
        }
        if self.link.in_transaction && self.link.is_usable() {
            self.steps.push_back(RelayStep::ToUpstream(b"RSET\r\n".to_vec()));
            self.state = State::Awaiting(Awaited::Reset { then });
        } else {
            self.steps.push_back(RelayStep::ToClient(then));
        }
    }

    fn mail(&mut self, arguments: &[u8]) {
        let is_free = match self.transaction {
            Transaction::None | Transaction::Lost => true,
            Transaction::Open { .. } | Transaction::Failed => false,
        };
        if !is_free {
            return self.mistake(&Reply::new(503, "5.5.1", "A transaction is open; send RSET to end it"));
        }
        let envelope = match Envelope::parse(Kind::Mail, arguments) {
            Ok(envelope) => envelope,
            Err(reply) => return self.mistake(&reply),
        };
        if let Some(text) = self.refuse_sender(&envelope.path) {
            self.steps.push_back(RelayStep::Event(RelayEvent::MessageRefused(Refusal::EnvelopeSender)));
            return self.say(&Reply::new(550, "5.7.1", &text));
        }
        self.transaction = Transaction::None;
        if let Err(reply) = envelope.check(self.offered(), envelope.smtp_utf8()) {
            return self.mistake(&reply);
        }
        if !self.is_allowed(|allowance| allowance.admit_message()) {
            return;
        }
        if self.link.is_usable() {
            return self.send_mail(&envelope);
        }
        self.close_upstream(CloseReason::Ended);
        self.steps.push_back(RelayStep::OpenUpstream);
        self.state = State::Opening(envelope);
    }

    /// Asks the allowance; if it is used up, the client is told. That is no mistake: the client may come again.
    fn is_allowed(&mut self, admit: fn(&dyn Allowance) -> Result<(), String>) -> bool {
        match self.allowance.as_deref().map_or(Ok(()), admit) {
            Ok(()) => true,
            Err(text) => {
                self.steps.push_back(RelayStep::Event(RelayEvent::AllowanceUsedUp));
                self.say(&Reply::new(450, "4.7.1", &text));
                false
            }
        }
    }

    /// Sends MAIL to the upstream, which is open.
    pub(super) fn send_mail(&mut self, envelope: &Envelope) {
        let Some(upstream) = self.link.known() else { return };
        if let Err(reply) = envelope.check(self.offered(), envelope.smtp_utf8()) {
            return self.mistake(&reply);
        }
        self.steps.push_back(RelayStep::ToUpstream(envelope.command(upstream)));
        self.state = State::Awaiting(Awaited::Mail { smtp_utf8: envelope.smtp_utf8() });
    }

    /// The text of the refusal, if the sender restriction forbids this reverse-path.
    fn refuse_sender(&self, path: &Path) -> Option<String> {
        let rule = self.sender_rule.as_deref()?;
        match path {
            Path::Null if rule.permits_null_sender() => None,
            Path::Null => Some(refused_sender("MAIL FROM", "", rule)),
            Path::Mailbox(address) if rule.permits(address.as_str()) => None,
            Path::Mailbox(address) => Some(refused_sender("MAIL FROM", address.as_str(), rule)),
        }
    }

    fn recipient(&mut self, arguments: &[u8]) {
        let smtp_utf8 = match self.transaction_for_more() {
            Ok((_, smtp_utf8)) => smtp_utf8,
            Err(reply) => return self.mistake(&reply),
        };
        let envelope = match Envelope::parse(Kind::Recipient, arguments) {
            Ok(envelope) => envelope,
            Err(reply) => return self.mistake(&reply),
        };
        let Some(upstream) = self.link.known() else { return };
        if let Err(reply) = envelope.check(self.offered(), smtp_utf8) {
            return self.mistake(&reply);
        }
        if !self.is_allowed(|allowance| allowance.admit_recipient()) {
            return;
        }
        self.steps.push_back(RelayStep::ToUpstream(envelope.command(upstream)));
        self.state = State::Awaiting(Awaited::Recipient);
    }

    fn data(&mut self, arguments: &[u8]) {
        if !arguments.is_empty() {
            return self.mistake(&Reply::new(501, "5.5.4", "DATA takes no arguments"));
        }
        match self.transaction_for_content() {
            Ok(()) => {
                self.steps.push_back(RelayStep::ToUpstream(b"DATA\r\n".to_vec()));
                self.state = State::Awaiting(Awaited::GoAhead);
            }
            Err(reply) => self.mistake(&reply),
        }
    }

    /// The number of recipients and SMTPUTF8, if a transaction is open and no chunk of it has come.
    fn transaction_for_more(&self) -> Result<(u64, bool), Reply> {
        match self.transaction {
            _ if self.message.is_some() => {
                Err(Reply::new(503, "5.5.1", "The message has begun; send its last chunk"))
            }
            Transaction::Open { recipients, smtp_utf8 } => Ok((recipients, smtp_utf8)),
            Transaction::None => Err(Reply::new(503, "5.5.1", "Send MAIL first")),
            Transaction::Failed => Err(Reply::new(503, "5.5.1", "The message was refused; send RSET")),
            Transaction::Lost => Err(lost()),
        }
    }

    /// Whether content may begin.
    pub(super) fn transaction_for_content(&self) -> Result<(), Reply> {
        match self.transaction_for_more()? {
            (0, _) => Err(Reply::new(554, "5.5.1", "There are no valid recipients")),
            _ => Ok(()),
        }
    }
}

/// The reply when the upstream went away in a transaction.
pub(super) fn lost() -> Reply {
    let text = "The connection to the mail server behind this door was lost; try again later";
    Reply::new(451, "4.4.2", text)
}

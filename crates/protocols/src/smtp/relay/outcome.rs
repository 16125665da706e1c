//! How the relay goes on: with a client's line, with content, with an upstream's reply or without an upstream.

use super::command::lost;
use super::message::{Message, mail_not_taken, throttled};
use super::state::{Awaited, State, Transaction};
use super::{CloseReason, Relay, RelayEvent, RelayStep};
use crate::smtp::Reply;
use crate::smtp::command::line_limit;
use crate::smtp::content::Framing;
use crate::smtp::input::Line;
use crate::smtp::limits::MAX_AUTH_LINE;
use crate::upstream::patience;

impl<P> Relay<P> {
    /// Does one thing; false if octets are needed first.
    pub(super) fn advance(&mut self) -> bool {
        match std::mem::replace(&mut self.state, State::Command) {
            State::Command => self.hear_unasked() || self.next_command() || self.client_is_gone(),
            State::Awaiting(awaited) => self.await_reply(awaited),
            State::Content => {
                self.state = State::Content;
                self.hear_early() || self.read_content() || self.client_is_gone()
            }
            State::Chunk { remaining, is_last } => {
                self.state = State::Chunk { remaining, is_last };
                self.hear_early() || self.read_chunk(remaining, is_last) || self.client_is_gone()
            }
            State::SkippedChunk { remaining, reply } => {
                self.skip_chunk(remaining, reply) || self.client_is_gone()
            }
            state @ (State::Opening(_) | State::Ended) => {
                self.state = state;
                false
            }
        }
    }

    fn next_command(&mut self) -> bool {
        match self.client.next_line(line_limit) {
            Line::Complete(line) => self.command(&line),
            Line::TooLong { limit: MAX_AUTH_LINE } => {
                self.mistake(&Reply::new(500, "5.5.6", "The line is too long for an AUTH exchange"));
            }
            Line::TooLong { .. } => self.mistake(&Reply::new(500, "5.5.2", "The command line is too long")),
            Line::BareOctet(octet) => {
                let text =
                    format!("A line must end with CR LF and nothing else; a {} was received", octet.name());
                self.end(&Reply::new(521, "5.5.2", &text));
            }
            Line::Incomplete => return false,
        }
        true
    }

    /// Ends the session if the client has closed and nothing that it sent can be handled any more.
    fn client_is_gone(&mut self) -> bool {
        if self.client_has_closed {
            self.leave_upstream();
            self.state = State::Ended;
        }
        self.client_has_closed
    }

    /// Between commands the upstream has nothing to say; if it speaks or closes, it is not used any further. Between
    /// transactions the client need not know.
    fn hear_unasked(&mut self) -> bool {
        if !self.link.is_open() {
            return false;
        }
        let reason = match self.link.next_reply() {
            Ok(Some(reply)) if reply.code() == 421 => CloseReason::Ended,
            Ok(Some(_)) | Err(_) => CloseReason::Broken,
            Ok(None) if self.link.has_closed => CloseReason::Ended,
            Ok(None) => return false,
        };
        self.close_upstream(reason);
        if let Some(message) = &mut self.message {
            message.give_up(lost());
        } else if matches!(self.transaction, Transaction::Open { .. }) {
            self.transaction = Transaction::Lost;
        }
        true
    }

    /// While content flows the upstream has nothing to say either, except that it gives up.
    fn hear_early(&mut self) -> bool {
        if !self.link.is_open() {
            return false;
        }
        let (reason, reply) = match self.link.next_reply() {
            // The client's session goes on, so the end of the upstream's is not passed as it is.
            Ok(Some(reply)) if reply.code() == 421 => (CloseReason::Ended, lost()),
            Ok(Some(reply)) if reply.code() >= 400 => (CloseReason::Ended, for_client(reply)),
            Ok(Some(_)) | Err(_) => (CloseReason::Broken, garbage()),
            Ok(None) if self.link.has_closed => (CloseReason::Ended, lost()),
            Ok(None) => return false,
        };
        self.close_upstream(reason);
        if let Some(message) = &mut self.message {
            message.give_up(reply);
        }
        true
    }

    fn read_content(&mut self) -> bool {
        let Some(message) = &mut self.message else { return false };
        let available = self.client.unused();
        if available.is_empty() {
            return false;
        }
        let mut output = Vec::new();
        let end = message.read(available, self.sender_rule.as_deref(), &mut output);
        let used = end.unwrap_or(available.len());
        self.client.discard(used);
        if end.is_some() {
            self.end_of_content(output);
        } else {
            self.pass_on(output);
        }
        true
    }

    /// Passes content to the upstream, or drops the upstream if the message turned out not to be deliverable.
    pub(super) fn pass_on(&mut self, output: Vec<u8>) {
        let doom = self.message.as_ref().and_then(Message::doom);
        if let Some(refusal) = doom.and_then(|doom| doom.refusal)
            && self.link.is_open()
        {
            self.close_upstream(CloseReason::Abandoned);
            self.steps.push_back(RelayStep::Event(RelayEvent::MessageRefused(refusal)));
        } else if doom.is_none() && !output.is_empty() {
            self.steps.push_back(RelayStep::ToUpstream(output));
        }
    }

    /// The content is complete: the final dot, or the reason why not.
    pub(super) fn end_of_content(&mut self, mut output: Vec<u8>) {
        let Some(message) = &self.message else { return };
        let octets = message.octets();
        if message.doom().is_none() {
            output.extend_from_slice(b".\r\n");
        }
        self.pass_on(output);
        match self.message.take().and_then(Message::into_doom) {
            None => self.state = State::Awaiting(Awaited::Delivery { octets }),
            Some(doom) => {
                self.transaction = Transaction::None;
                self.state = State::Command;
                self.say(&doom.reply);
            }
        }
    }

    fn await_reply(&mut self, awaited: Awaited) -> bool {
        match self.link.next_reply() {
            Ok(Some(reply)) if reply.code() == 421 => self.upstream_ends(awaited, &reply),
            Ok(Some(reply)) if reply.code() == 354 => self.go_ahead(awaited),
            Ok(Some(reply)) if (300..400).contains(&reply.code()) => {
                self.without_upstream(awaited, CloseReason::Broken, garbage());
            }
            Ok(Some(reply)) => self.answered(awaited, reply),
            Err(_) => self.without_upstream(awaited, CloseReason::Broken, garbage()),
            Ok(None) if self.link.has_closed => self.without_upstream(awaited, CloseReason::Ended, lost()),
            Ok(None) => {
                self.state = State::Awaiting(awaited);
                return false;
            }
        }
        true
    }

    /// `354`: content may flow.
    fn go_ahead(&mut self, awaited: Awaited) {
        let limit = self.offered().size.limit();
        let is_restricted = self.sender_rule.is_some();
        match awaited {
            Awaited::GoAhead => {
                self.message = Some(Message::new(Framing::Dot, limit, is_restricted));
                self.say(&Reply::plain(354, ["End the message with CRLF.CRLF".to_owned()]));
                self.state = State::Content;
            }
            Awaited::GoAheadForChunk { size, is_last } => {
                self.message = Some(Message::new(Framing::Counted, limit, is_restricted));
                self.state = State::Chunk { remaining: size, is_last };
            }
            other => self.without_upstream(other, CloseReason::Broken, garbage()),
        }
    }

    /// A reply with 2, 4 or 5.
    fn answered(&mut self, awaited: Awaited, reply: Reply) {
        let is_positive = reply.is_positive();
        match awaited {
            Awaited::GoAhead if is_positive => {
                return self.without_upstream(awaited, CloseReason::Broken, garbage());
            }
            Awaited::GoAheadForChunk { size, .. } => {
                if is_positive {
                    return self.without_upstream(awaited, CloseReason::Broken, garbage());
                }
                self.transaction = Transaction::Failed;
                self.state = State::SkippedChunk { remaining: size, reply: for_client(reply) };
                return;
            }
            Awaited::Mail { smtp_utf8 } if is_positive => {
                self.link.in_transaction = true;
                self.transaction = Transaction::Open { recipients: 0, smtp_utf8 };
            }
            Awaited::Mail { .. } | Awaited::GoAhead => {}
            Awaited::Recipient => {
                if let Transaction::Open { recipients, .. } = &mut self.transaction {
                    *recipients += u64::from(is_positive);
                }
            }
            Awaited::Reset { then } => {
                self.link.in_transaction = false;
                if !is_positive {
                    self.close_upstream(CloseReason::Broken);
                }
                self.steps.push_back(RelayStep::ToClient(then));
                return;
            }
            Awaited::Delivery { octets } => {
                if let Transaction::Open { recipients, .. } = self.transaction
                    && is_positive
                {
                    let event = RelayEvent::MessageAccepted { recipients, octets };
                    self.steps.push_back(RelayStep::Event(event));
                }
                self.link.in_transaction = false;
                self.transaction = Transaction::None;
            }
        }
        self.say(&for_client(reply));
    }

    /// `421`: the upstream ends the session, and with it the client's, unless the client asked for nothing from it.
    fn upstream_ends(&mut self, awaited: Awaited, reply: &Reply) {
        if matches!(awaited, Awaited::Reset { .. }) {
            return self.without_upstream(awaited, CloseReason::Ended, lost());
        }
        self.close_upstream(CloseReason::Ended);
        self.say(reply);
        self.state = State::Ended;
    }

    /// The upstream is gone or cannot be understood; `reply` says so to the client.
    fn without_upstream(&mut self, awaited: Awaited, reason: CloseReason, reply: Reply) {
        self.close_upstream(reason);
        match awaited {
            Awaited::Reset { then } => return self.steps.push_back(RelayStep::ToClient(then)),
            Awaited::GoAheadForChunk { size, .. } => {
                self.transaction = Transaction::Failed;
                self.state = State::SkippedChunk { remaining: size, reply };
                return;
            }
            Awaited::Mail { .. } | Awaited::Delivery { .. } => self.transaction = Transaction::None,
            Awaited::Recipient | Awaited::GoAhead => self.transaction = Transaction::Lost,
        }
        self.say(&reply);
    }
}

/// The reply to what an upstream says that is no reply.
fn garbage() -> Reply {
    let text = "The mail server behind this door gave an answer that cannot be understood; try again later";
    Reply::new(451, "4.3.0", text)
}

/// What the client may hear of an upstream's reply: all, except what is about our own sign-in there. A client that
/// reads `535` discards a password that is good.
fn for_client(reply: Reply) -> Reply {
    let is_about_us = matches!(reply.code(), 432 | 454 | 523..=525 | 530 | 534 | 535 | 538)
        || reply.enhanced().is_some_and(|code| {
            matches!(&code[1..], ".7.8" | ".7.9" | ".7.10" | ".7.11" | ".7.12" | ".7.13" | ".7.57")
        });
    if !is_about_us {
        return reply;
    }
    let text = reply.lines().join(" ");
    if patience::is_asked_for(&text) { throttled(patience::back_off(&text)) } else { mail_not_taken() }
}

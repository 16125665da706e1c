//! BDAT (RFC 3030 §2): chunks are counted, so nothing in them can end them.

use super::Relay;
use super::state::{Awaited, State, Transaction};
use crate::smtp::Reply;
use crate::smtp::relay::RelayStep;

impl<P> Relay<P> {
    pub(super) fn chunk(&mut self, arguments: &[u8]) {
        let Some((size, is_last)) = parse(arguments) else {
            // How many octets follow is unknown, and they would be read as commands.
            return self.end(&Reply::new(501, "5.5.4", "The form is BDAT size [LAST]; closing"));
        };
        if self.message.is_some() {
            self.state = State::Chunk { remaining: size, is_last };
            return;
        }
        let refusal = if self.ours.chunking {
            self.transaction_for_content().err()
        } else {
            Some(Reply::new(502, "5.5.1", "CHUNKING is not offered"))
        };
        match refusal {
            Some(reply) => self.state = State::SkippedChunk { remaining: size, reply },
            None => {
                self.steps.push_back(RelayStep::ToUpstream(b"DATA\r\n".to_vec()));
                self.state = State::Awaiting(Awaited::GoAheadForChunk { size, is_last });
            }
        }
    }

    /// Reads the octets of a chunk; false if more are needed.
    pub(super) fn read_chunk(&mut self, remaining: u64, is_last: bool) -> bool {
        let Some(message) = &mut self.message else { return false };
        let available = self.client.unused();
        let count =
            usize::try_from(remaining).map_or(available.len(), |remaining| remaining.min(available.len()));
        if count == 0 && remaining > 0 {
            return false;
        }
        let mut output = Vec::new();
        message.read(&available[..count], self.sender_rule.as_deref(), &mut output);
        self.client.discard(count);
        let remaining = remaining - count as u64;
        if remaining == 0 && is_last {
            message.finish(self.sender_rule.as_deref(), &mut output);
            self.state = State::Command;
            self.end_of_content(output);
            return true;
        }
        self.pass_on(output);
        self.state = State::Chunk { remaining, is_last };
        if remaining == 0 {
            self.state = State::Command;
            self.end_of_chunk();
        }
        true
    }

    /// Answers a chunk that is not the last.
    fn end_of_chunk(&mut self) {
        let is_doomed = self.message.as_ref().is_some_and(|message| message.doom().is_some());
        if !is_doomed {
            return self.say(&Reply::new(250, "2.0.0", "Chunk received"));
        }
        if let Some(doom) = self.message.take().and_then(super::message::Message::into_doom) {
            self.transaction = Transaction::Failed;
            self.say(&doom.reply);
        }
    }

    /// Drops the octets of a chunk that nobody wants; false if more are needed.
    pub(super) fn skip_chunk(&mut self, remaining: u64, reply: Reply) -> bool {
        let available = self.client.len();
        let count = usize::try_from(remaining).map_or(available, |remaining| remaining.min(available));
        self.client.discard(count);
        let left = remaining - count as u64;
        if left == 0 {
            self.state = State::Command;
            self.mistake(&reply);
            return true;
        }
        self.state = State::SkippedChunk { remaining: left, reply };
        count > 0
    }
}

/// Reads `size [LAST]`.
fn parse(arguments: &[u8]) -> Option<(u64, bool)> {
    let text = std::str::from_utf8(arguments).ok()?;
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let size =
        words.next().filter(|digits| digits.bytes().all(|octet| octet.is_ascii_digit()))?.parse().ok()?;
    let is_last = match words.next() {
        None => false,
        Some(word) if word.eq_ignore_ascii_case("LAST") => true,
        Some(_) => return None,
    };
    words.next().is_none().then_some((size, is_last))
}

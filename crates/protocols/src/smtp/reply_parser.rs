//! Reads the replies of an upstream, which is not trusted to be well-behaved.

use super::Reply;
use super::limits::{MAX_REPLY_LINE, MAX_REPLY_LINES};

/// Why an upstream's octets are not a reply (RFC 5321 §4.2). The connection cannot be used any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// The line does not begin with a code from 200 to 599 and a space, a hyphen or its end.
    #[error("the upstream's reply does not begin with a reply code")]
    Code,
    /// The lines of one reply have different codes.
    #[error("the lines of the upstream's reply have different codes")]
    CodesDiffer,
    /// A bare CR, a bare LF or a NUL.
    #[error("the upstream's reply has a bare CR, a bare LF or a NUL in it")]
    Octet,
    /// A line is longer than [`MAX_REPLY_LINE`], or there are more than [`MAX_REPLY_LINES`].
    #[error("the upstream's reply is too long")]
    TooLong,
}

/// An incremental parser. It holds at most one reply plus what was read with it.
#[derive(Debug, Default)]
pub struct ReplyParser {
    buffer: Vec<u8>,
    scanned: usize,
    code: u16,
    lines: Vec<String>,
}

impl ReplyParser {
    /// A parser with an empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what was read from the upstream.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether nothing is waiting, not even a part of a reply.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty() && self.lines.is_empty()
    }

    /// How many octets are kept.
    pub fn buffered(&self) -> usize {
        self.buffer.len() + self.lines.iter().map(String::len).sum::<usize>()
    }

    /// Forgets everything: the channel has changed under the reply (TLS), or there is a new connection.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Gives up what was read and not used.
    pub fn into_rest(self) -> Vec<u8> {
        self.buffer
    }

    /// The next complete reply, or `None` if more octets are needed.
    pub fn next_reply(&mut self) -> Result<Option<Reply>, ReplyError> {
        while let Some(line) = self.next_line()? {
            let (code, last, text) = split(&line)?;
            if self.lines.is_empty() {
                self.code = code;
            } else if self.code != code {
                return Err(ReplyError::CodesDiffer);
            }
            self.lines.push(text);
            if last {
                return Ok(Some(Reply::plain(code, std::mem::take(&mut self.lines))));
            }
            if self.lines.len() >= MAX_REPLY_LINES {
                return Err(ReplyError::TooLong);
            }
        }
        Ok(None)
    }

    fn next_line(&mut self) -> Result<Option<Vec<u8>>, ReplyError> {
        while let Some(&octet) = self.buffer.get(self.scanned) {
            match octet {
                0 | b'\n' => return Err(ReplyError::Octet),
                b'\r' => match self.buffer.get(self.scanned + 1) {
                    None => return Ok(None),
                    Some(b'\n') => {
                        let line = self.buffer[..self.scanned].to_vec();
                        self.buffer.drain(..self.scanned + 2);
                        self.scanned = 0;
                        return Ok(Some(line));
                    }
                    Some(_) => return Err(ReplyError::Octet),
                },
                _ if self.scanned >= MAX_REPLY_LINE => return Err(ReplyError::TooLong),
                _ => self.scanned += 1,
            }
        }
        Ok(None)
    }
}

/// Splits a line into its code, whether it is the last, and its text. Octets that are not UTF-8 become U+FFFD.
fn split(line: &[u8]) -> Result<(u16, bool, String), ReplyError> {
    let (digits, rest) = line.split_at_checked(3).ok_or(ReplyError::Code)?;
    if !matches!(digits[0], b'2'..=b'5') || !digits.iter().all(u8::is_ascii_digit) {
        return Err(ReplyError::Code);
    }
    let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    let (last, text) = match rest.split_first() {
        None => (true, &[][..]),
        Some((b' ', text)) => (true, text),
        Some((b'-', text)) => (false, text),
        Some(_) => return Err(ReplyError::Code),
    };
    Ok((code, last, String::from_utf8_lossy(text).into_owned()))
}

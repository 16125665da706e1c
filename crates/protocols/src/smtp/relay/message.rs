//! One message on its way through the relay: what may be passed on, and why it may not go on.

use std::time::Duration;

use super::{OpenFailure, Refusal};
use crate::smtp::content::{Framing, Scanner};
use crate::smtp::header_section::{claims, end_of_section};
use crate::smtp::limits::MAX_HEADER_SECTION;
use crate::smtp::{Reply, SenderRule};
use crate::upstream::try_again;

/// Why a message cannot be delivered any more; its content is still read to the end.
#[derive(Debug)]
pub(super) struct Doom {
    pub(super) reply: Reply,
    /// `None` if it is the upstream's doing.
    pub(super) refusal: Option<Refusal>,
}

/// A message while its content arrives.
#[derive(Debug)]
pub(super) struct Message {
    scanner: Scanner,
    /// The header section, held back while a sender restriction is in force and the section has not ended.
    held: Option<Vec<u8>>,
    limit: Option<u64>,
    doom: Option<Doom>,
}

impl Message {
    pub(super) fn new(framing: Framing, limit: Option<u64>, is_restricted: bool) -> Self {
        Self { scanner: Scanner::new(framing), held: is_restricted.then(Vec::new), limit, doom: None }
    }

    pub(super) fn octets(&self) -> u64 {
        self.scanner.octets()
    }

    pub(super) fn doom(&self) -> Option<&Doom> {
        self.doom.as_ref()
    }

    pub(super) fn into_doom(self) -> Option<Doom> {
        self.doom
    }

    /// How many octets are kept.
    pub(super) fn buffered(&self) -> usize {
        self.held.as_ref().map_or(0, Vec::len)
    }

    /// The upstream is gone or has refused early; the first cause stays.
    pub(super) fn give_up(&mut self, reply: Reply) {
        self.doom.get_or_insert(Doom { reply, refusal: None });
    }

    /// Reads on; what the upstream may have is appended to `output`. Returns how much was used if the end of a DATA
    /// content is among it.
    ///
    /// While the header is held back, lines are read one by one, so that which of several faults comes first depends
    /// on the message alone and not on the cuts between reads.
    pub(super) fn read(
        &mut self,
        input: &[u8],
        rule: Option<&dyn SenderRule>,
        output: &mut Vec<u8>,
    ) -> Option<usize> {
        let mut used = 0;
        while used < input.len() {
            let rest = &input[used..];
            let piece = match self.held {
                Some(_) => rest.iter().position(|&octet| octet == b'\n').map_or(rest, |end| &rest[..=end]),
                None => rest,
            };
            let mut sound = Vec::with_capacity(piece.len() + 2);
            let end = self.scanner.scan(piece, &mut sound);
            self.pass(&mut sound, rule, output);
            if let Some(end) = end {
                self.complete(rule, output);
                return Some(used + end);
            }
            used += piece.len();
        }
        None
    }

    /// The end of a counted content.
    pub(super) fn finish(&mut self, rule: Option<&dyn SenderRule>, output: &mut Vec<u8>) {
        let mut sound = Vec::new();
        self.scanner.finish(&mut sound);
        self.pass(&mut sound, rule, output);
        self.complete(rule, output);
    }

    fn pass(&mut self, sound: &mut Vec<u8>, rule: Option<&dyn SenderRule>, output: &mut Vec<u8>) {
        if self.doom.is_some() {
            return;
        }
        if let Some(held) = &mut self.held {
            held.append(sound);
        }
        if let Some(doom) = self.fault() {
            return self.fall(doom, output);
        }
        match &self.held {
            None => output.append(sound),
            Some(held) if end_of_section(held, held.len().saturating_sub(4)).is_some() => {
                self.release(rule, output);
            }
            Some(_) => {}
        }
    }

    /// The content is complete; a header section without an empty line after it ends here too.
    fn complete(&mut self, rule: Option<&dyn SenderRule>, output: &mut Vec<u8>) {
        if self.doom.is_none() && self.held.is_some() {
            self.release(rule, output);
        }
    }

    /// What is wrong with the octets themselves. Size counts first: counting stops at an offending octet, so a
    /// message that was too large by then was too large before it.
    fn fault(&self) -> Option<Doom> {
        let header = self.held.as_ref().map_or(0, Vec::len);
        let limit = self.limit.unwrap_or(u64::MAX);
        if header > MAX_HEADER_SECTION && (MAX_HEADER_SECTION as u64) < limit {
            let text = format!("The header of a message may have {MAX_HEADER_SECTION} octets at most");
            return Some(Doom { reply: Reply::new(552, "5.3.4", &text), refusal: Some(Refusal::TooLarge) });
        }
        if self.octets() > limit {
            let text = format!("A message may have {limit} octets at most");
            return Some(Doom { reply: Reply::new(552, "5.3.4", &text), refusal: Some(Refusal::TooLarge) });
        }
        let octet = self.scanner.violation()?;
        let text = format!(
            "The message has a {} in it and was not delivered; a line must end with CR LF and nothing else, \
             correct the program that wrote it",
            octet.name()
        );
        Some(Doom { reply: Reply::new(554, "5.6.0", &text), refusal: Some(Refusal::BareOctet) })
    }

    /// Checks the header section and lets it go.
    fn release(&mut self, rule: Option<&dyn SenderRule>, output: &mut Vec<u8>) {
        let Some(mut held) = self.held.take() else { return };
        match rule.map_or(Ok(()), |rule| check(&held, rule)) {
            Ok(()) => output.append(&mut held),
            Err(text) => {
                let reply = Reply::new(550, "5.7.1", &text);
                self.fall(Doom { reply, refusal: Some(Refusal::HeaderSender) }, output);
            }
        }
    }

    fn fall(&mut self, doom: Doom, output: &mut Vec<u8>) {
        output.clear();
        self.held = None;
        self.doom = Some(doom);
    }
}

/// Whether everyone whom the header claims to be from is permitted; the error is the text of the refusal.
fn check(section: &[u8], rule: &dyn SenderRule) -> Result<(), String> {
    let claims = claims(section).map_err(|error| {
        format!("The sender restriction cannot be checked: {error}. Write exactly one plain From field")
    })?;
    match claims.iter().find(|claim| !rule.permits(claim.address.as_str())) {
        None => Ok(()),
        Some(claim) => {
            Err(refused_sender(&format!("the header field {}", claim.field), claim.address.as_str(), rule))
        }
    }
}

/// The text that names a refused sender and the remedy.
pub(super) fn refused_sender(place: &str, address: &str, rule: &dyn SenderRule) -> String {
    let shown: String =
        address.chars().take(254).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect();
    format!("The address <{shown}> in {place} may not be used here. {}", rule.remedy())
}

/// The reply when the upstream could not be opened.
pub(super) fn open_failed(failure: OpenFailure) -> Reply {
    match failure {
        OpenFailure::Unreachable => {
            Reply::new(451, "4.4.1", "The mail server behind this door cannot be reached; try again later")
        }
        OpenFailure::Refused => mail_not_taken(),
        OpenFailure::Throttled { retry_after } => throttled(retry_after),
    }
}

/// What a client is told when the upstream asks *us* for patience.
pub(super) fn throttled(retry_after: Option<Duration>) -> Reply {
    let when = try_again(retry_after);
    Reply::new(451, "4.7.0", &format!("The mail server behind this door asks for patience; {when}"))
}

/// What a client is told when the upstream refuses *us*: the client's own sign-in is in order.
pub(super) fn mail_not_taken() -> Reply {
    let text = "The mail server behind this door does not take mail from us; your sign-in is in order, \
                try again later";
    Reply::new(451, "4.7.0", text)
}

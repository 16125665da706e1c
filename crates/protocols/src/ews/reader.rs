//! Reads a request while it comes in.

use super::header::{EnvelopeReader, IMPERSONATION, Opened};
use super::{HeaderFacts, HeaderProblem, MAX_HEADER};
use crate::xml::{BYTE_ORDER_MARK, Kind, Scanner, Step, Tag, XmlProblem, check_declaration, is_space};

/// What [`HeaderReader::feed`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadStep {
    /// Nothing to report: before [`ReadStep::Done`], the header is not whole; after it, the Body goes on as it should.
    NeedMore,
    /// The Body has begun; this is said once. Nothing may be sent on before.
    Done(HeaderFacts),
    /// The request must not be sent on any further; what has been sent is to be cut off, so that it never becomes whole.
    Refused(HeaderProblem),
}

/// Reads a SOAP 1.1 or 1.2 request, in pieces of any size.
///
/// It keeps the octets up to the Body, at most [`MAX_HEADER`] and one piece. It goes on after the Body has begun, in
/// constant memory, because a server that builds a tree may take a Header that stands behind the Body.
#[derive(Debug)]
pub struct HeaderReader {
    scanner: Scanner,
    phase: Phase,
    /// Octets read so far.
    position: usize,
    /// Where the token, or the text, that is being read begins.
    token_start: usize,
    /// The octets up to the Body; then those of the tag that is being read.
    kept: Vec<u8>,
}

#[derive(Debug)]
enum Phase {
    Envelope(EnvelopeReader),
    Body { depth: usize, qualified: String, envelope: String },
    AfterBody { envelope: String },
    AfterEnvelope,
    Refused(HeaderProblem),
}

impl Default for HeaderReader {
    fn default() -> Self {
        Self::new()
    }
}

impl HeaderReader {
    /// A reader at the beginning of a request.
    pub fn new() -> Self {
        Self {
            scanner: Scanner::new(),
            phase: Phase::Envelope(EnvelopeReader::default()),
            position: 0,
            token_start: 0,
            kept: Vec::new(),
        }
    }

    /// The octets that are kept: the memory that a request costs.
    pub fn buffered(&self) -> usize {
        self.kept.len()
    }

    /// Takes the next octets of the request.
    pub fn feed(&mut self, octets: &[u8]) -> ReadStep {
        if let Phase::Refused(problem) = self.phase {
            return ReadStep::Refused(problem);
        }
        let mut facts = None;
        let mut rest = octets;
        while !rest.is_empty() {
            if matches!(self.phase, Phase::Body { .. }) {
                let skipped = self.scanner.plain_text(rest);
                self.position += skipped;
                rest = &rest[skipped..];
            }
            let Some((&octet, behind)) = rest.split_first() else { break };
            rest = behind;
            match self.push(octet) {
                Ok(None) => {}
                Ok(found) => facts = found,
                Err(problem) => return self.refuse(problem),
            }
        }
        facts.map_or(ReadStep::NeedMore, ReadStep::Done)
    }

    /// Says that the request is over.
    ///
    /// # Errors
    ///
    /// When it was refused, and when the envelope is not whole.
    pub fn finish(&self) -> Result<(), HeaderProblem> {
        match self.phase {
            Phase::AfterEnvelope if self.scanner.is_between_tokens() => Ok(()),
            Phase::Refused(problem) => Err(problem),
            _ => Err(XmlProblem::Incomplete.into()),
        }
    }

    fn refuse(&mut self, problem: HeaderProblem) -> ReadStep {
        self.phase = Phase::Refused(problem);
        self.kept = Vec::new();
        ReadStep::Refused(problem)
    }

    fn push(&mut self, octet: u8) -> Result<Option<HeaderFacts>, HeaderProblem> {
        let position = self.position;
        self.position += 1;
        if self.is_byte_order_mark(position, octet)? {
            return Ok(None);
        }
        let step = self.scanner.push(octet)?;
        if matches!(self.phase, Phase::Envelope(_)) {
            return self.push_in_envelope(octet, position, step);
        }
        match step {
            Step::Text => self.text_behind(octet)?,
            Step::Begins => {
                self.kept.clear();
                self.kept.push(octet);
            }
            Step::Within | Step::Ends(_) => self.keep_tag(octet)?,
        }
        if let Step::Ends(kind) = step {
            self.token_behind(kind)?;
        }
        Ok(None)
    }

    /// Whether the octet belongs to a byte order mark in UTF-8. Those of other encodings are refused by name.
    fn is_byte_order_mark(&mut self, position: usize, octet: u8) -> Result<bool, HeaderProblem> {
        match (position, octet) {
            (0, 0xfe | 0xff) | (0 | 1, 0x00) => return Err(XmlProblem::Encoding.into()),
            (0, 0xef) => {}
            (1 | 2, _) if self.kept.first() == Some(&0xef) => {
                if octet != BYTE_ORDER_MARK[position] {
                    return Err(XmlProblem::Utf8.into());
                }
            }
            _ => return Ok(false),
        }
        self.kept.push(octet);
        self.token_start = self.position;
        Ok(true)
    }

    fn push_in_envelope(
        &mut self,
        octet: u8,
        position: usize,
        step: Step,
    ) -> Result<Option<HeaderFacts>, HeaderProblem> {
        if self.kept.len() == MAX_HEADER {
            return Err(HeaderProblem::TooLong);
        }
        self.kept.push(octet);
        let Phase::Envelope(reader) = &mut self.phase else { return Ok(None) };
        let token = self.token_start..self.position;
        match step {
            Step::Text | Step::Within => return Ok(None),
            Step::Begins => {
                let text = &self.kept[self.token_start..position];
                if !text.is_empty() {
                    reader.text(text)?;
                }
                self.token_start = position;
                return Ok(None);
            }
            Step::Ends(_) => self.token_start = self.position,
        }
        let octets = &self.kept[token.clone()];
        let opened = match step {
            Step::Ends(kind @ (Kind::StartTag | Kind::EmptyTag)) => {
                reader.start(octets, token.clone(), kind == Kind::EmptyTag)?
            }
            Step::Ends(Kind::EndTag) => {
                reader.end(octets, &token)?;
                Opened::Goes
            }
            Step::Ends(Kind::Comment) => {
                reader.comment()?;
                Opened::Goes
            }
            Step::Ends(Kind::CData) => {
                reader.cdata(&octets[b"<![CDATA[".len()..octets.len() - b"]]>".len()])?;
                Opened::Goes
            }
            Step::Ends(Kind::Instruction) => {
                // Only at the very beginning is it the declaration.
                if !matches!(token.start, 0 | 3) || self.kept[..token.start] != BYTE_ORDER_MARK[..token.start]
                {
                    return Err(XmlProblem::ProcessingInstruction.into());
                }
                check_declaration(octets)?;
                Opened::Goes
            }
            _ => Opened::Goes,
        };
        match opened {
            Opened::Goes => Ok(None),
            Opened::Body { qualified, envelope } => {
                let is_empty = step == Step::Ends(Kind::EmptyTag);
                Ok(Some(self.begin_body(token.start, qualified, envelope, is_empty)))
            }
        }
    }

    fn begin_body(
        &mut self,
        start: usize,
        qualified: String,
        envelope: String,
        is_empty: bool,
    ) -> HeaderFacts {
        let next = if is_empty {
            Phase::AfterBody { envelope }
        } else {
            Phase::Body { depth: 0, qualified, envelope }
        };
        self.kept = Vec::new();
        match std::mem::replace(&mut self.phase, next) {
            Phase::Envelope(reader) => reader.facts(start),
            // Only called from within that phase.
            _ => EnvelopeReader::default().facts(start),
        }
    }

    /// Text in or behind the Body: only behind it does it matter.
    fn text_behind(&self, octet: u8) -> Result<(), HeaderProblem> {
        if matches!(self.phase, Phase::Body { .. }) || is_space(char::from(octet)) {
            Ok(())
        } else {
            Err(HeaderProblem::StrayText)
        }
    }

    /// Keeps tags only; of comments and CDATA sections the beginning, which says that they are not tags.
    fn keep_tag(&mut self, octet: u8) -> Result<(), HeaderProblem> {
        if self.kept.starts_with(b"<!") {
            return Ok(());
        }
        if self.kept.len() == MAX_HEADER {
            return Err(HeaderProblem::TagTooLong);
        }
        self.kept.push(octet);
        Ok(())
    }

    fn token_behind(&mut self, kind: Kind) -> Result<(), HeaderProblem> {
        match kind {
            Kind::Comment => return Ok(()),
            Kind::CData if matches!(self.phase, Phase::Body { .. }) => return Ok(()),
            Kind::CData => return Err(HeaderProblem::StrayText),
            Kind::Instruction => return Err(XmlProblem::ProcessingInstruction.into()),
            Kind::StartTag | Kind::EmptyTag | Kind::EndTag => {}
        }
        let tag = Tag::read(&self.kept)?;
        if tag.name.local.eq_ignore_ascii_case(IMPERSONATION) {
            return Err(HeaderProblem::MisplacedImpersonation);
        }
        let next = match &mut self.phase {
            Phase::Body { depth, .. } if kind == Kind::StartTag => {
                *depth += 1;
                None
            }
            Phase::Body { .. } if kind == Kind::EmptyTag => None,
            Phase::Body { depth: 0, qualified, envelope } => {
                if tag.qualified != *qualified {
                    return Err(XmlProblem::EndTag.into());
                }
                Some(Phase::AfterBody { envelope: std::mem::take(envelope) })
            }
            Phase::Body { depth, .. } => {
                *depth -= 1;
                None
            }
            Phase::AfterBody { envelope } if kind == Kind::EndTag => {
                if tag.qualified != *envelope {
                    return Err(XmlProblem::EndTag.into());
                }
                Some(Phase::AfterEnvelope)
            }
            _ => return Err(HeaderProblem::Envelope),
        };
        if let Some(next) = next {
            self.phase = next;
        }
        Ok(())
    }
}

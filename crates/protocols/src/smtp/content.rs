//! The octets of a message: where it ends, and what must not be in it.
//!
//! Only `CR LF . CR LF` ends DATA, and a bare CR, a bare LF or a NUL anywhere makes the message unsound (RFC 5321
//! §2.3.8 and §4.1.1.4). Servers that took `LF . LF` or `CR . CR` for the end are what SMTP smuggling was built on
//! (2023): what one server passes on as text, the next reads as a second message. So nothing from the offending octet
//! on is ever passed on, while reading goes on to the real end.

use super::input::BareOctet;

/// How the end of the content is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// DATA: by the final dot. The dots that the client has stuffed stay.
    Dot,
    /// BDAT: by counting, which is the caller's business. Dots are stuffed, for the upstream gets DATA.
    Counted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    LineStart,
    InLine,
    /// After a CR whose LF has not come.
    Cr,
    /// After a dot at the start of a line (DATA only).
    Dot,
    /// After that dot and a CR (DATA only).
    DotCr,
}

/// A scanner over the content, one octet at a time in effect, so that the cuts between reads make no difference.
///
/// Output lags behind while it could still turn out to be part of the end: a CR, or a dot at the start of a line.
#[derive(Debug)]
pub(crate) struct Scanner {
    framing: Framing,
    position: Position,
    violation: Option<BareOctet>,
    octets: u64,
}

impl Scanner {
    pub(crate) fn new(framing: Framing) -> Self {
        Self { framing, position: Position::LineStart, violation: None, octets: 0 }
    }

    /// The size so far as RFC 1870 §5 counts it: CRLF as two, without stuffed dots and without the final dot.
    pub(crate) fn octets(&self) -> u64 {
        self.octets
    }

    /// The first octet that must not be there.
    pub(crate) fn violation(&self) -> Option<BareOctet> {
        self.violation
    }

    /// Reads on. What may be passed on is appended to `output`, in the form that DATA needs. Returns how many octets
    /// of a DATA content were used if its end is among them; counted content never ends by itself.
    pub(crate) fn scan(&mut self, input: &[u8], output: &mut Vec<u8>) -> Option<usize> {
        let mut at = 0;
        while at < input.len() {
            if self.position == Position::InLine {
                let run = run_length(&input[at..]);
                self.emit(&input[at..at + run], output);
                at += run;
                let Some(_) = input.get(at) else { break };
            }
            let octet = input[at];
            at += 1;
            if self.step(octet, output) {
                return Some(at);
            }
        }
        None
    }

    /// Ends counted content. A message that does not end with CRLF gets one, because DATA cannot say otherwise.
    pub(crate) fn finish(&mut self, output: &mut Vec<u8>) {
        match self.position {
            Position::Cr => self.violate(BareOctet::CarriageReturn),
            Position::InLine => self.emit(b"\r\n", output),
            Position::LineStart | Position::Dot | Position::DotCr => {}
        }
        self.position = Position::LineStart;
    }

    /// Takes one octet; true at the end of a DATA content.
    fn step(&mut self, octet: u8, output: &mut Vec<u8>) -> bool {
        match (self.position, octet) {
            (Position::DotCr, b'\n') => return true,
            (Position::Cr, b'\n') => {
                self.emit(b"\r\n", output);
                self.position = Position::LineStart;
                return false;
            }
            (Position::Dot, b'\r') => {
                self.position = Position::DotCr;
                return false;
            }
            (Position::Cr | Position::DotCr, _) => self.violate(BareOctet::CarriageReturn),
            (Position::Dot, _) => {
                // A stuffed dot: it is passed on and does not count.
                self.emit(b".", output);
                self.octets = self.octets.saturating_sub(u64::from(self.violation.is_none()));
            }
            (Position::LineStart | Position::InLine, _) => {}
        }
        let at_start = self.position == Position::LineStart;
        self.position = match octet {
            b'\r' => Position::Cr,
            b'.' if at_start && self.framing == Framing::Dot => Position::Dot,
            b'\n' => {
                self.violate(BareOctet::LineFeed);
                Position::InLine
            }
            0 => {
                self.violate(BareOctet::Nul);
                Position::InLine
            }
            _ => {
                if octet == b'.' && at_start && self.violation.is_none() {
                    output.push(b'.');
                }
                self.emit(&[octet], output);
                Position::InLine
            }
        };
        false
    }

    fn emit(&mut self, octets: &[u8], output: &mut Vec<u8>) {
        if self.violation.is_none() {
            self.octets = self.octets.saturating_add(octets.len() as u64);
            output.extend_from_slice(octets);
        }
    }

    fn violate(&mut self, octet: BareOctet) {
        self.violation.get_or_insert(octet);
    }
}

/// How many octets at the beginning need no decision inside a line.
fn run_length(input: &[u8]) -> usize {
    input.iter().position(|octet| matches!(octet, b'\r' | b'\n' | 0)).unwrap_or(input.len())
}

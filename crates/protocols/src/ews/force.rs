//! Makes a request name one mailbox.

use std::ops::Range;

use super::{HeaderFacts, TYPES};
use crate::xml::escape;

/// What to put into a request, and in the place of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The octets that go, counted from the first one of the request; empty where something is only put in.
    pub range: Range<usize>,
    /// What comes in their place.
    pub replacement: Vec<u8>,
}

impl Splice {
    /// The beginning of a request with the splice made. It must reach to the Body at least.
    pub fn apply(&self, octets: &[u8]) -> Vec<u8> {
        let (before, behind) = (&octets[..self.range.start], &octets[self.range.end..]);
        [before, &self.replacement, behind].concat()
    }

    /// By how much the request grows; negative when it shrinks. For `Content-Length`.
    pub fn growth(&self) -> i64 {
        // A header is 64 KiB at most, so neither number comes near the limits.
        self.replacement.len() as i64 - self.range.len() as i64
    }
}

/// How to make the request act as this mailbox, given by its primary address, whatever it said before.
///
/// What is put in declares its own namespace, so nothing that the client declared changes its meaning.
pub fn force_impersonation(facts: &HeaderFacts, mailbox: &str) -> Splice {
    let element = format!(
        "<t:ExchangeImpersonation xmlns:t=\"{TYPES}\"><t:ConnectingSID><t:PrimarySmtpAddress>{}</t:PrimarySmtpAddress>\
         </t:ConnectingSID></t:ExchangeImpersonation>",
        escape(mailbox)
    );
    let (range, replacement) = match (&facts.impersonation, &facts.header) {
        (Some(impersonation), _) => (impersonation.range.clone(), element),
        (None, Some(header)) if header.is_empty_tag => {
            // The tag's own declarations go with it; the envelope's prefix is in force and means SOAP.
            (header.range.clone(), in_header(&facts.prefix, &element))
        }
        (None, Some(header)) => (header.range.start..header.range.start, element),
        (None, None) => (facts.body..facts.body, in_header(&facts.prefix, &element)),
    };
    Splice { range, replacement: replacement.into_bytes() }
}

fn in_header(prefix: &str, element: &str) -> String {
    let colon = if prefix.is_empty() { "" } else { ":" };
    format!("<{prefix}{colon}Header>{element}</{prefix}{colon}Header>")
}

//! What an upstream's EHLO reply offers.

use crate::smtp::{Capabilities, Reply};

/// The offer of one EHLO reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) capabilities: Capabilities,
    pub(super) start_tls: bool,
    /// Names of SASL mechanisms, upper case.
    pub(super) mechanisms: Vec<String>,
    /// Upper case.
    pub(super) xclient: Vec<String>,
}

impl Offer {
    /// Reads the lines behind the first, which is the upstream's name.
    pub(super) fn read(reply: &Reply) -> Self {
        let mut offer = Self {
            capabilities: Capabilities::NONE,
            start_tls: false,
            mechanisms: Vec::new(),
            xclient: Vec::new(),
        };
        for line in reply.lines().iter().skip(1) {
            // `AUTH=PLAIN` is the form of a draft before RFC 2554, still written beside the standard one.
            let (keyword, arguments) = line.split_once([' ', '=']).unwrap_or((line, ""));
            match keyword.to_ascii_uppercase().as_str() {
                "STARTTLS" => offer.start_tls = true,
                "AUTH" => {
                    let names = arguments.split_ascii_whitespace().map(str::to_ascii_uppercase);
                    offer.mechanisms.extend(names);
                }
                "XCLIENT" => {
                    offer.xclient = arguments.split_ascii_whitespace().map(str::to_ascii_uppercase).collect();
                }
                _ => offer.capabilities.learn(keyword, arguments),
            }
        }
        offer
    }
}

//! The service extensions that concern the mail itself; TLS and sign-in are negotiated on each hop by itself.

/// The SIZE extension (RFC 1870).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Not offered; no limit is known.
    NotOffered,
    /// Offered without a fixed limit (`SIZE` or `SIZE 0`).
    Unlimited,
    /// Offered with this limit in octets.
    Limit(u64),
}

impl Size {
    /// The limit in octets, if one is known.
    pub fn limit(self) -> Option<u64> {
        match self {
            Self::Limit(octets) => Some(octets),
            Self::NotOffered | Self::Unlimited => None,
        }
    }

    fn intersection(self, other: Self) -> Self {
        match (self, other) {
            (Self::Limit(ours), Self::Limit(theirs)) => Self::Limit(ours.min(theirs)),
            (Self::Limit(octets), _) | (_, Self::Limit(octets)) => Self::Limit(octets),
            (Self::NotOffered, Self::NotOffered) => Self::NotOffered,
            _ => Self::Unlimited,
        }
    }
}

/// What a server can do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// RFC 1870.
    pub size: Size,
    /// RFC 6152.
    pub eight_bit_mime: bool,
    /// RFC 6531.
    pub smtp_utf8: bool,
    /// RFC 2920.
    pub pipelining: bool,
    /// RFC 3030 without BINARYMIME.
    pub chunking: bool,
    /// RFC 3461.
    pub dsn: bool,
    /// RFC 2034.
    pub enhanced_status_codes: bool,
}

impl Capabilities {
    /// A server that offers nothing.
    pub const NONE: Self = Self {
        size: Size::NotOffered,
        eight_bit_mime: false,
        smtp_utf8: false,
        pipelining: false,
        chunking: false,
        dsn: false,
        enhanced_status_codes: false,
    };

    /// All that this crate can relay, with our own limit for a message in octets.
    pub fn ours(max_message_size: u64) -> Self {
        Self {
            size: Size::Limit(max_message_size),
            eight_bit_mime: true,
            smtp_utf8: true,
            pipelining: true,
            chunking: true,
            dsn: true,
            enhanced_status_codes: true,
        }
    }

    /// What a client may be offered when `self` is ours and the message goes on to `upstream`.
    ///
    /// PIPELINING and CHUNKING are ours alone: the relay answers in order whatever the upstream does, and it turns
    /// chunks into DATA, so they do not depend on the upstream.
    #[must_use]
    pub fn offered_with(self, upstream: Self) -> Self {
        Self {
            size: self.size.intersection(upstream.size),
            eight_bit_mime: self.eight_bit_mime && upstream.eight_bit_mime,
            smtp_utf8: self.smtp_utf8 && upstream.smtp_utf8,
            pipelining: self.pipelining,
            chunking: self.chunking,
            dsn: self.dsn && upstream.dsn,
            enhanced_status_codes: self.enhanced_status_codes && upstream.enhanced_status_codes,
        }
    }

    /// The keyword lines of an EHLO reply.
    pub(crate) fn keywords(self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.pipelining {
            lines.push("PIPELINING".to_owned());
        }
        match self.size {
            Size::NotOffered => {}
            Size::Unlimited => lines.push("SIZE".to_owned()),
            Size::Limit(octets) => lines.push(format!("SIZE {octets}")),
        }
        for (offered, keyword) in [
            (self.eight_bit_mime, "8BITMIME"),
            (self.smtp_utf8, "SMTPUTF8"),
            (self.chunking, "CHUNKING"),
            (self.dsn, "DSN"),
            (self.enhanced_status_codes, "ENHANCEDSTATUSCODES"),
        ] {
            if offered {
                lines.push(keyword.to_owned());
            }
        }
        lines
    }

    /// Adds what one keyword line of an upstream's EHLO reply offers; unknown keywords say nothing to us.
    pub(crate) fn learn(&mut self, keyword: &str, arguments: &str) {
        match keyword.to_ascii_uppercase().as_str() {
            "SIZE" => {
                self.size = match arguments.trim().parse::<u64>() {
                    Ok(octets) if octets > 0 => Size::Limit(octets),
                    _ => Size::Unlimited,
                }
            }
            "8BITMIME" => self.eight_bit_mime = true,
            "SMTPUTF8" => self.smtp_utf8 = true,
            "PIPELINING" => self.pipelining = true,
            "CHUNKING" => self.chunking = true,
            "DSN" => self.dsn = true,
            "ENHANCEDSTATUSCODES" => self.enhanced_status_codes = true,
            _ => {}
        }
    }
}

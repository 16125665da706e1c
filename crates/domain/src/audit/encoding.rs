//! The canonical encoding that the hash chain covers.
//!
//! Every field has a fixed width or a length before it, so that no two different records encode to the same octets.
//! A change of the encoding needs a new version octet: old records must verify for ever.

use std::net::IpAddr;

use sha2::{Digest as _, Sha256};

use super::Digest;

/// Feeds fields into SHA-256.
pub(super) struct Encoder(Sha256);

impl Encoder {
    /// Begins with what is encoded, so that a record can never stand for a batch of events, and the version.
    pub(super) fn new(what: &str, version: u8) -> Self {
        Self(Sha256::new()).text(what).octet(version)
    }

    fn raw(mut self, octets: &[u8]) -> Self {
        self.0.update(octets);
        self
    }

    /// One octet: a version or the number of an alternative.
    pub(super) fn octet(self, octet: u8) -> Self {
        self.raw(&[octet])
    }

    /// A number, big-endian in eight octets.
    pub(super) fn number(self, number: u64) -> Self {
        self.raw(&number.to_be_bytes())
    }

    /// A signed number (a moment), big-endian two's complement in eight octets.
    pub(super) fn signed(self, number: i64) -> Self {
        self.raw(&number.to_be_bytes())
    }

    /// A text in UTF-8 after its length in octets.
    pub(super) fn text(self, text: &str) -> Self {
        self.number(text.len() as u64).raw(text.as_bytes())
    }

    /// An octet 0 for none, or 1 and the value.
    pub(super) fn optional<T>(self, value: Option<T>, encode: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            None => self.octet(0),
            Some(value) => encode(self.octet(1), value),
        }
    }

    /// The 16 octets of an identifier.
    pub(super) fn identifier(self, octets: &[u8; 16]) -> Self {
        self.raw(octets)
    }

    /// A digest's 32 octets.
    pub(super) fn digest(self, digest: Digest) -> Self {
        self.raw(&digest.0)
    }

    /// An address: 4 or 6, then its octets.
    pub(super) fn address(self, address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => self.octet(4).raw(&address.octets()),
            IpAddr::V6(address) => self.octet(6).raw(&address.octets()),
        }
    }

    /// The digest of all that was fed.
    pub(super) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

//! The hash chain: each record's digest covers the one before, so that nothing can be changed, left out or put in unseen.

use super::encoding::Encoder;
use super::{AuditRecord, NewAuditRecord};
use crate::sign_in::{CredentialUsed, Outcome, SignInEvent};

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// What stands before the first record.
    pub const ZERO: Self = Self([0; 32]);
}

/// 64 hexadecimal digits.
impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// The end of the chain, to which the next record is linked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// The last record's place; 0 when there is none.
    pub sequence: u64,
    /// The last record's digest.
    pub digest: Digest,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// A place is missing or comes twice.
    #[error("record {expected} is missing: {found} stands in its place")]
    Gap {
        /// The place that should come.
        expected: u64,
        /// The place that came.
        found: u64,
    },
    /// The record does not link to the one before.
    #[error("record {sequence} does not follow from the record before it")]
    Unlinked {
        /// Its place.
        sequence: u64,
    },
    /// The record was changed after it was written.
    #[error("record {sequence} was changed after it was written")]
    Changed {
        /// Its place.
        sequence: u64,
    },
    /// The sign-in events that the record seals are not those that were sealed.
    #[error("the sign-in events sealed by record {sequence} were changed, removed or added to")]
    EventsChanged {
        /// The sealing record's place.
        sequence: u64,
    },
}

impl Link {
    /// Before the first record.
    pub const START: Self = Self { sequence: 0, digest: Digest::ZERO };

    /// The record that follows. Details are put into the order of their names.
    #[must_use]
    pub fn append(&self, record: NewAuditRecord) -> AuditRecord {
        let NewAuditRecord { at, actor, operation, account, app_password, mut details } = record;
        details.sort();
        debug_assert!(details.windows(2).all(|pair| pair[0].0 != pair[1].0), "a detail's name comes twice");
        let mut record = AuditRecord {
            sequence: self.sequence + 1,
            at,
            actor: actor.to_string(),
            operation,
            account,
            app_password,
            details,
            previous: self.digest,
            digest: Digest::ZERO,
        };
        record.digest = digest_of(&record);
        record
    }

    /// Checks that `record` follows, and gives the new end.
    ///
    /// # Errors
    /// How the chain does not hold.
    pub fn verify(&self, record: &AuditRecord) -> Result<Self, ChainBreak> {
        let expected = self.sequence + 1;
        if record.sequence != expected {
            return Err(ChainBreak::Gap { expected, found: record.sequence });
        }
        if record.previous != self.digest {
            return Err(ChainBreak::Unlinked { sequence: expected });
        }
        if record.digest != digest_of(record) {
            return Err(ChainBreak::Changed { sequence: expected });
        }
        Ok(Self { sequence: expected, digest: record.digest })
    }
}

/// The digest of every field but the digest itself.
fn digest_of(record: &AuditRecord) -> Digest {
    let AuditRecord { sequence, at, actor, operation, account, app_password, details, previous, digest: _ } =
        record;
    let start = Encoder::new("postern audit record", 1)
        .digest(*previous)
        .number(*sequence)
        .signed(at.as_millis())
        .text(actor)
        .text(operation.name())
        .optional(account.as_ref(), |encoder, id| encoder.identifier(id.as_bytes()))
        .optional(app_password.as_ref(), |encoder, id| encoder.identifier(id.as_bytes()))
        .number(details.len() as u64);
    details.iter().fold(start, |encoder, (name, value)| encoder.text(name).text(value)).finish()
}

/// The digest that seals a batch of sign-in events, in the order of their ids, however they are given.
#[must_use]
pub fn seal_events(events: &[SignInEvent]) -> Digest {
    let mut ordered: Vec<&SignInEvent> = events.iter().collect();
    ordered.sort_by_key(|event| event.id);
    let start = Encoder::new("postern sign-in events", 2).number(events.len() as u64);
    ordered.into_iter().fold(start, encode_event).finish()
}

fn encode_event(encoder: Encoder, event: &SignInEvent) -> Encoder {
    let SignInEvent { id, at, place, account, address, client, credential, acting_for, outcome } = event;
    let encoder = encoder
        .identifier(id.as_bytes())
        .signed(at.as_millis())
        .text(place.name())
        .optional(account.as_ref(), |encoder, id| encoder.identifier(id.as_bytes()))
        .address(*address)
        .optional(client.as_deref(), Encoder::text);
    let encoder = match credential {
        CredentialUsed::Unrecognised { tag } => encoder.octet(0).number(*tag),
        CredentialUsed::AccountPassword => encoder.octet(1),
        CredentialUsed::AppPassword(id) => encoder.octet(2).identifier(id.as_bytes()),
        CredentialUsed::Passkey => encoder.octet(3),
        CredentialUsed::OutsideIdentity => encoder.octet(4),
    };
    let encoder = encoder.optional(acting_for.as_ref(), |encoder, name| encoder.text(name.as_str()));
    match outcome {
        Outcome::Accepted { would_refuse: None } => encoder.octet(0),
        Outcome::Accepted { would_refuse: Some(reason) } => encoder.octet(2).text(reason.name()),
        Outcome::Refused { reason, reference } => {
            encoder.octet(1).text(reason.name()).text(&reference.to_string())
        }
    }
}

#[cfg(test)]
mod tests;

//! Secret bytes as they came over the wire.

use std::fmt;

use zeroize::Zeroizing;

/// A secret as the client sent it: bytes, not text, because nothing may be assumed about them.
///
/// It has no `Display`, its `Debug` prints the type's name, and its memory is wiped on drop. Comparing it is the
/// verifier's business; this type has no `PartialEq` so that nobody is tempted.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes over the bytes; the caller's copy must not live on.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for the one who verifies them or signs in with them at an upstream.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_the_name_of_the_type_only() {
        assert_eq!(format!("{:?}", Secret::new(b"needle".to_vec())), "Secret");
    }
}

//! The short id that a refused program is given and its owner can look up.

use std::fmt;
use std::str::FromStr;

use crate::Random;

/// A refusal reference, for example `7Q3K-M2XA`: 8 symbols of Crockford's Base32 (40 bits).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RefusalReference([u8; 8]);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The text is no refusal reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a refusal reference: it has the form 7Q3K-M2XA and stands at the end of the refusal, after `ref`"
)]
pub struct NotAReference;

impl RefusalReference {
    /// A fresh reference.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self(crate::random::bytes::<8>(random).map(|byte| ALPHABET[usize::from(byte & 31)]))
    }
}

/// Crockford's folding: case and hyphens are ignored, `O` is `0`, `I` and `L` are `1`.
impl FromStr for RefusalReference {
    type Err = NotAReference;

    fn from_str(text: &str) -> Result<Self, NotAReference> {
        let mut symbols = text.trim().bytes().filter(|byte| *byte != b'-').map(|byte| {
            let folded = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            ALPHABET.contains(&folded).then_some(folded).ok_or(NotAReference)
        });
        let mut reference = [0; 8];
        for slot in &mut reference {
            *slot = symbols.next().ok_or(NotAReference)??;
        }
        symbols.next().map_or(Ok(Self(reference)), |_| Err(NotAReference))
    }
}

/// `7Q3K-M2XA`
impl fmt::Display for RefusalReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.0.iter().enumerate() {
            if position == 4 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*byte))?;
        }
        Ok(())
    }
}

impl fmt::Debug for RefusalReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_shows_however_it_is_typed() {
        let reference: RefusalReference = "7Q3K-M2XA".parse().unwrap();
        assert_eq!(reference.to_string(), "7Q3K-M2XA");
        assert_eq!(" 7q3km2xa ".parse(), Ok(reference));
        assert_eq!("oi1l-0000".parse::<RefusalReference>().unwrap().to_string(), "0111-0000");
        for wrong in ["", "7Q3K-M2X", "7Q3K-M2XAA", "7Q3K-M2XU", "7Q3K M2XA"] {
            assert_eq!(wrong.parse::<RefusalReference>(), Err(NotAReference), "{wrong}");
        }
    }
}

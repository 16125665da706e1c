//! UTF-8 (RFC 3629), octet by octet.

/// What the next octet may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Utf8 {
    /// Continuation octets that are still to come.
    missing: u8,
    /// The bounds of the next one. They are narrower behind some first octets, which is what keeps long forms of `<`,
    /// surrogates and numbers beyond Unicode out.
    low: u8,
    high: u8,
}

impl Utf8 {
    pub(super) fn new() -> Self {
        Self { missing: 0, low: 0x80, high: 0xbf }
    }

    /// Whether a character is complete and another may begin.
    pub(super) fn is_complete(self) -> bool {
        self.missing == 0
    }

    /// Whether the octet may stand here.
    pub(super) fn push(&mut self, octet: u8) -> bool {
        if self.missing > 0 {
            let fits = (self.low..=self.high).contains(&octet);
            *self = Self { missing: self.missing - 1, ..Self::new() };
            return fits;
        }
        let (missing, low, high) = match octet {
            0x00..=0x7f => return true,
            0xc2..=0xdf => (1, 0x80, 0xbf),
            0xe0 => (2, 0xa0, 0xbf),
            0xed => (2, 0x80, 0x9f),
            0xe1..=0xef => (2, 0x80, 0xbf),
            0xf0 => (3, 0x90, 0xbf),
            0xf1..=0xf3 => (3, 0x80, 0xbf),
            0xf4 => (3, 0x80, 0x8f),
            _ => return false,
        };
        *self = Self { missing, low, high };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_valid(octets: &[u8]) -> bool {
        let mut utf8 = Utf8::new();
        octets.iter().all(|&octet| utf8.push(octet)) && utf8.is_complete()
    }

    #[test]
    fn agrees_with_the_standard_library() {
        for first in 0..=255_u8 {
            for second in 0..=255_u8 {
                for rest in [&[][..], &[0x80], &[0xbf], &[0x80, 0x80], &[0x41]] {
                    let octets = [&[first, second][..], rest].concat();
                    assert_eq!(is_valid(&octets), std::str::from_utf8(&octets).is_ok(), "{octets:?}");
                }
            }
        }
    }
}

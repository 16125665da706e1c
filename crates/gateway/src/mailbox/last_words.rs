//! Whether words of ours would be understood by the client of a blind relay.
//!
//! Nobody reads what is relayed, so only what is cheap is known: whether the last octets that the client was sent end a
//! line, and whether the client has asked for compression. In the middle of a counted literal a line of ours is still
//! noise, and may even fill the literal; but then the parenthesis behind it is missing, of which our words have none, so
//! that the client knows that the response is not whole.

/// What has to be remembered of a session.
pub(super) struct LastWords {
    /// The last two octets to the client.
    sent: [u8; 2],
    /// The command that begins compression.
    compress: Option<&'static [u8]>,
    /// The last octets of the client, as many as that command has.
    received: Vec<u8>,
    is_compressed: bool,
}

impl LastWords {
    /// After our own answer to the sign-in, which ended a line.
    pub(super) fn new(compress: Option<&'static [u8]>) -> Self {
        Self { sent: *b"\r\n", compress, received: Vec::new(), is_compressed: false }
    }

    /// Octets that go to the client.
    pub(super) fn note_to_client(&mut self, octets: &[u8]) {
        match octets {
            [.., first, second] => self.sent = [*first, *second],
            [only] => self.sent = [self.sent[1], *only],
            [] => {}
        }
    }

    /// Octets that come from the client.
    pub(super) fn note_from_client(&mut self, octets: &[u8]) {
        let Some(compress) = self.compress.filter(|_| !self.is_compressed) else { return };
        let new = &octets[octets.len().saturating_sub(compress.len())..];
        let kept = (compress.len() - new.len()).min(self.received.len());
        self.received.drain(..self.received.len() - kept);
        self.received.extend_from_slice(new);
        self.is_compressed = self.received.eq_ignore_ascii_case(compress);
    }

    /// Whether words of ours begin a line of their own.
    pub(super) fn are_understood(&self) -> bool {
        self.sent == *b"\r\n" && !self.is_compressed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_after_a_line_end() {
        let mut words = LastWords::new(None);
        assert!(words.are_understood());
        for (octets, expected) in
            [("* OK\r", false), ("\n", true), ("", true), ("x", false), ("\n", false), ("\r\n", true)]
        {
            words.note_to_client(octets.as_bytes());
            assert_eq!(words.are_understood(), expected, "{octets:?}");
        }
    }

    #[test]
    fn never_after_compression() {
        let command = b"a1 noop\r\na2 Compress DEFLATE\r\n";
        for cut in 1..=command.len() {
            let mut words = LastWords::new(Some(b" COMPRESS DEFLATE\r\n"));
            for piece in command.chunks(cut) {
                words.note_from_client(piece);
            }
            assert!(!words.are_understood(), "{cut}");
        }
        let mut words = LastWords::new(Some(b" COMPRESS DEFLATE\r\n"));
        words.note_from_client(b"a1 COMPRESS DEFLATE \r\n");
        assert!(words.are_understood());
    }
}

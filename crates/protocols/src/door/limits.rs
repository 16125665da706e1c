//! Every limit of the mailbox doors, with the reason for the number. All are in octets unless they say otherwise.

/// A line without its line end: the longest SASL response (RFC 4954 §4 gives 12,288, the other protocols name no
/// number) and room for the command before it.
pub const MAX_LINE: usize = 12_544;

/// An IMAP literal before sign-in. User names have at most 320 octets and app passwords 24; 4 KiB is for ID values
/// (RFC 2971 §3.3: 1,024) and for secrets that are not ours.
pub const MAX_LITERAL: usize = 4_096;

/// Literals in one IMAP command before sign-in, in number: LOGIN has two arguments.
pub const MAX_LITERALS: usize = 2;

/// A ManageSieve literal before sign-in: a whole SASL response.
pub const MAX_SIEVE_LITERAL: usize = 12_288;

/// A quoted string of ManageSieve (RFC 5804 §4); a longer one is sent as a literal.
pub const MAX_SIEVE_QUOTED: usize = 1_024;

/// Input kept while the credentials are being verified.
pub const MAX_BUFFERED_INPUT: usize = 64 * 1024;

/// Replies to pipelined commands are sent together, up to about this many octets; at the SMTP door too.
pub const REPLIES_TOGETHER: usize = 4_096;

/// Client mistakes in one connection, in number, until it ends (as at the SMTP door).
pub const MAX_ERRORS: u32 = 10;

/// An IMAP tag. The RFC has no limit; mail programs use fewer than ten.
pub const MAX_TAG: usize = 128;

/// A text of ours in one reply. RFC 2449 §4 gives a POP3 reply line 512 octets.
pub const MAX_TEXT: usize = 460;

/// Lines of an upstream's answer to one command, in number. The longest capability lists in the field have some thirty
/// (POP3, ManageSieve); IMAP's are one line.
pub const MAX_ANSWER_LINES: u32 = 128;

/// A line of a POP3 upstream. RFC 2449 §4 gives 512.
pub const MAX_POP3_ANSWER: usize = 2_048;

/// A POP3 command with its initial response (RFC 2449 §4), without its CRLF; a longer one is split.
pub const MAX_POP3_COMMAND: usize = 253;

/// An IMAP command with its initial response, without its CRLF (RFC 7162 §4 asks servers to take 8,192); a longer one
/// is split.
pub const MAX_IMAP_COMMAND: usize = 8_000;

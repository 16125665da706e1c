//! Every limit of the SMTP cores, with the reason for the number. All are in octets unless they say otherwise.

/// A command line without its CRLF. RFC 5321 §4.5.3.1.4 gives 512 octets, and the extensions that we offer add to it: SIZE
/// 26, BODY 17, SMTPUTF8 10, AUTH= 500, and DSN's ORCPT 500 (RFC 3461 §4); the sum is rounded up.
pub const MAX_COMMAND_LINE: usize = 2_048;

/// A line that belongs to an AUTH exchange, the command included (RFC 4954 §4).
pub const MAX_AUTH_LINE: usize = 12_288;

/// Input kept while something has to be decided first. Larger than the longest line, so that waiting for a line end
/// can never fill it.
pub const MAX_BUFFERED_INPUT: usize = 64 * 1024;

/// Once this much is buffered, the relay asks for no more from the client until some of it is used.
pub const INPUT_LOW_WATER: usize = 32 * 1024;

/// The header section of a message, which is held back while the sender restriction is checked. Mail programs write
/// some kilobytes; Postfix's own limit (`header_size_limit`) is 100 KiB for a single header field.
pub const MAX_HEADER_SECTION: usize = 256 * 1024;

/// One line of an upstream's reply. RFC 5321 §4.5.3.1.5 gives 512; servers that quote a policy exceed it.
pub const MAX_REPLY_LINE: usize = 2_048;

/// Lines in one upstream reply. The longest EHLO replies in the field have some twenty.
pub const MAX_REPLY_LINES: usize = 64;

/// Client mistakes in one connection, in number, until it ends with `421`. A program that makes ten is not going to
/// succeed; Postfix's `smtpd_hard_error_limit` is 20, which suits servers that get mail from strangers.
pub const MAX_ERRORS: u32 = 10;

/// One XCLIENT command with its CRLF (Postfix XCLIENT_README).
pub const MAX_XCLIENT_LINE: usize = 512;

/// An AUTH command with its initial response must fit the plain command limit (RFC 4954 §4), or it is split.
pub const MAX_INITIAL_RESPONSE_LINE: usize = 510;

/// The text of one reply line that we write, so that the line stays within 512 octets (RFC 5321 §4.5.3.1.5).
pub const MAX_REPLY_TEXT: usize = 480;

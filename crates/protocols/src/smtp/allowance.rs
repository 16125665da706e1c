//! How much a session may send, as far as the wire needs to know it.

/// What an app password may still send. The relay asks for each message and for each recipient, before the upstream hears
/// of it; what is allowed counts, whatever the upstream then says.
///
/// The error is the sentence for the sender: which limit it is and when it is worth trying again, printable, without a
/// line break. It is sent with `450 4.7.1`, for a message too: RFC 5321 §4.3.2 lists that code for RCPT only, but there is
/// no better one, Postfix answers both with it when its own rate limits are reached, and programs look at the `4`.
pub trait Allowance: Send + Sync {
    /// Counts a message.
    ///
    /// # Errors
    /// The sentence for the sender; the message is not counted.
    fn admit_message(&self) -> Result<(), String>;

    /// Counts a recipient.
    ///
    /// # Errors
    /// The sentence for the sender; the recipient is not counted.
    fn admit_recipient(&self) -> Result<(), String>;
}

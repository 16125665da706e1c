//! The sender restriction of an app password, as far as the wire needs to know it.

/// Which addresses a client may send as. The relay asks for the envelope sender and for every address in the header
/// fields `From`, `Sender`, `Resent-From` and `Resent-Sender`.
pub trait SenderRule: Send + Sync {
    /// Whether mail may be sent as `address`, an `addr-spec` in the sender's own letters' case and without needless
    /// quotes. Comparison (case, aliases) is the rule's business.
    fn permits(&self, address: &str) -> bool;

    /// Whether the null reverse-path (`MAIL FROM:<>`) may be used. It names nobody, so by default it may: vacation
    /// answers and delivery notices need it, and the header is checked all the same.
    fn permits_null_sender(&self) -> bool {
        true
    }

    /// The sentence that tells the sender what to do about a refusal: printable ASCII, no line break.
    fn remedy(&self) -> &str {
        "Send as one of the addresses of this account, or change the sender restriction of this app password"
    }
}

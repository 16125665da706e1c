//! What can be wrong with a document.

/// Why a document is not read any further. All of these are the sender's mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlProblem {
    /// UTF-16, UTF-32, or a declared encoding other than UTF-8.
    #[error("the document is in another encoding than UTF-8")]
    Encoding,
    /// Octets that are not UTF-8.
    #[error("the document is not valid UTF-8")]
    Utf8,
    /// A character that XML 1.0 §2.2 excludes.
    #[error("the document has a control character")]
    Character,
    /// `<!DOCTYPE`.
    #[error("the document has a document type declaration")]
    DocumentType,
    /// `<?…?>`, except the XML declaration at the very beginning.
    #[error("the document has a processing instruction")]
    ProcessingInstruction,
    /// A reference that is neither numeric nor one of the five of §4.6, or to a character that XML excludes.
    #[error("the document has a reference to an unknown entity")]
    Reference,
    /// A name with other characters than ASCII letters, digits, `-`, `_`, `.` and one colon.
    #[error("the document has a name that is not taken here")]
    Name,
    /// An attribute without a quoted value, or twice the same one.
    #[error("the document has a malformed or repeated attribute")]
    Attribute,
    /// More than 64 attributes in a tag.
    #[error("the document has too many attributes in a tag")]
    TooManyAttributes,
    /// More than 32 elements inside each other.
    #[error("the document is nested too deeply")]
    TooDeep,
    /// More than 64 namespace declarations in force.
    #[error("the document declares too many namespaces")]
    TooManyNamespaces,
    /// An undeclared prefix, or a declaration that Namespaces in XML 1.0 §3 forbids.
    #[error("the document uses a namespace prefix wrongly")]
    Prefix,
    /// An end tag that closes another element than the one that is open.
    #[error("the document has an end tag of another element")]
    EndTag,
    /// Anything else that no grammar rule of XML allows.
    #[error("the document is not well-formed XML")]
    Syntax,
    /// The document ended too early.
    #[error("the document ends too early")]
    Incomplete,
}

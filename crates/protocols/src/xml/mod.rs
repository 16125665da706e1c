//! A small, strict XML reader (XML 1.0, Namespaces in XML 1.0) for documents that decide something.
//!
//! It refuses all that two readers could understand differently: document types, processing instructions, entities
//! beyond the five, other encodings than UTF-8, undeclared prefixes. It is a kit, because its two users differ: a SOAP
//! header is read while it comes in, an Autodiscover answer is rewritten as a whole.
//!
//! - [`Scanner`] says octet by octet where tokens end, in constant memory.
//! - [`Tag`] reads what stands between `<` and `>`.
//! - [`Elements`] keeps what is open, and resolves prefixes.

mod declaration;
mod elements;
mod problem;
mod reference;
mod scanner;
mod tag;
mod utf8;

pub(crate) use declaration::check_declaration;
pub(crate) use elements::{Element, Elements};
pub use problem::XmlProblem;
pub(crate) use reference::{escape, unescape};
pub(crate) use scanner::{Kind, Scanner, Step};
pub(crate) use tag::Tag;

/// The byte order mark in UTF-8, which may begin a document.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// XML's white space (§2.3); no other character counts, whatever Unicode says.
pub(crate) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

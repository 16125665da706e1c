//! SCIM 2.0: the filters of queries (RFC 7644 3.4.2.2) and the paths of patches (3.5.2).
//!
//! Text to types and back, bounded in length, depth and terms. What an attribute is, and whether a resource has it, is
//! decided where the resources are.

mod attribute;
mod filter;
mod lexer;
mod parser;
mod path;

pub use attribute::AttributePath;
pub use filter::{Filter, Literal, Operator};
pub use path::PatchPath;

/// Most octets of a filter or a path: an address of 254 in several comparisons, and room.
pub const MOST_OCTETS: usize = 4096;
/// Most terms of a filter.
pub const MOST_TERMS: usize = 64;
/// Most parentheses and brackets inside each other.
pub const MOST_DEPTH: usize = 16;

/// Why a text is no filter, or no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Longer than [`MOST_OCTETS`].
    #[error("longer than {MOST_OCTETS} octets")]
    TooLong,
    /// More than [`MOST_TERMS`].
    #[error("more than {MOST_TERMS} terms")]
    TooManyTerms,
    /// Deeper than [`MOST_DEPTH`].
    #[error("parentheses more than {MOST_DEPTH} deep")]
    TooDeep,
    /// Not what the grammar has there.
    #[error("expected {expected} at character {at}")]
    Expected {
        /// What the grammar has there.
        expected: &'static str,
        /// Where, counted from 1.
        at: usize,
    },
}

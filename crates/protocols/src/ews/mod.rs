//! Exchange Web Services: whom a SOAP request acts as, and how it is told no.
//!
//! Servers take the mailbox to open from `ExchangeImpersonation` in the SOAP header. What the gateway reads there decides
//! whether the request goes on, so it must be what the server reads: [`HeaderReader`] refuses every document that two
//! readers could understand differently. [`force_impersonation`] makes a request name one mailbox only, for upstreams
//! where the gateway's own credential opens many.

mod fault;
mod force;
mod header;
mod media_type;
mod problem;
mod reader;

pub use fault::{ResponseCode, fault};
pub use force::{Splice, force_impersonation};
pub use header::{HeaderFacts, HeaderPlace, Impersonation, Kind};
pub use media_type::is_soap;
pub use problem::HeaderProblem;
pub use reader::{HeaderReader, ReadStep};

/// The most octets before the end of the Body's start tag. Real headers have 1 to 2 KiB.
pub const MAX_HEADER: usize = 64 * 1024;

/// The longest identity taken, in octets: an address has at most 254, a SID at most 184 characters.
pub const MAX_IDENTITY: usize = 320;

/// The namespace of the header elements that Exchange defines.
const TYPES: &str = "http://schemas.microsoft.com/exchange/services/2006/types";

/// The namespaces of SOAP 1.1 and SOAP 1.2.
const SOAP: [&str; 2] =
    ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"];

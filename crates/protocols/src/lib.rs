//! Sans-IO protocol cores: bytes and verdicts in, steps out.
//!
//! Nothing in this crate opens a socket, reads a clock or compares a secret. A *driver* (the gateway) owns the
//! connection, feeds what it reads, performs the steps that a core asks for and feeds back the outcome. That makes
//! every rule of the wire testable as a transcript, and every parser fuzzable.
//!
//! Layers inside each protocol folder: *types* (what a command or a capability is), *codec* (bytes to types and
//! back, with named limits) and *flow* (the state machine). The cores:
//!
//! - [`sasl`]: PLAIN and LOGIN, both sides; XOAUTH2 and OAUTHBEARER as the client.
//! - [`smtp::submission`]: what a mail program speaks to us until it has signed in.
//! - [`smtp::relay`]: the command-aware, streaming relay after sign-in.
//! - [`smtp::upstream`]: how we greet, secure and sign in at the server behind the door.
//! - [`imap`], [`pop3`], [`managesieve`]: the doors to a mailbox until sign-in, and the client role towards their
//!   upstreams; afterwards octets are relayed blindly. What they share is in [`door`].
//! - [`http_basic`]: the credentials of an HTTP request, in every way in which they can be read.
//! - [`activesync`]: whom the URL of an ActiveSync request names.
//! - [`upstream`]: what the client roles of all protocols share.
//! - [`autodiscover`]: the names of an upstream in its answers become the gateway's.
//! - [`ews`]: whom a SOAP request of Exchange Web Services acts as.
//! - [`scim`]: the filters and patch paths of a provisioning client.
//! - [`proxy_protocol`]: the client address that a load balancer in front of us reports.

pub mod activesync;
pub mod autodiscover;
mod buffer;
pub mod door;
pub mod ews;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod http_basic;
pub mod imap;
pub mod managesieve;
pub mod pop3;
pub mod proxy_protocol;
pub mod sasl;
pub mod scim;
mod secret;
pub mod smtp;
pub mod upstream;
mod xml;

pub use secret::Secret;
pub use xml::XmlProblem;

//! What the doors to a mailbox (IMAP, POP3, ManageSieve) share: one session core and one upstream core, each of them
//! parametrised by a *dialect* that knows the words.
//!
//! What is decided here holds for all of them, once:
//!
//! - Nothing of what was read in the clear survives STARTTLS, on either side (RFC 3207 §4.2, "NO STARTTLS" 2021).
//! - A session leaves the state before sign-in only with a [`Verdict::Accepted`], whose proof it cannot make. The
//!   driver gives it when the upstream is signed in too, so that an upstream that fails is still answered as a
//!   temporary failure in the protocol's words and the program keeps its good password.
//! - Octets read behind the sign-in are handed over with it. Memory is bounded by [`limits`].
//! - Deadlines are the driver's.
//! - A bare LF ends a line as CRLF does. Unlike in SMTP nobody else reads the lines that we read here, so nobody can
//!   disagree about where they end, and people who try a door by hand often send LF.

mod assembly;
mod dialect;
mod input;
pub mod limits;
mod session;
mod shut_down;
mod state;
mod step;
mod text;
pub mod upstream;

pub(crate) use assembly::{Assembly, Framing, LiteralLimits, Unit, literal};
pub use dialect::Dialect;
pub(crate) use dialect::{Answer, Cause, sealed};
pub(crate) use input::{Input, Line};
pub use session::Session;
pub(crate) use shut_down::Kind;
pub use shut_down::ShutDown;
pub(crate) use state::State;
pub(crate) use step::UNAVAILABLE;
pub use step::{Accepted, HandOver, Step, Verdict};
pub(crate) use text::{clean, quoted};

pub use crate::smtp::submission::Tls;

//! Who may sign in with what: the rule table, the reasons of refusal, the event that records each attempt.

mod event;
mod reason;
mod reference;
mod rule;

pub use event::{CredentialUsed, Outcome, Place, SignInEvent};
pub use reason::RefusalReason;
pub use reference::{NotAReference, RefusalReference};
pub use rule::{DoorPolicy, Permit, SignIn, Verified, decide};

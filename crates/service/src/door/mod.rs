//! Signing in at a door, and what becomes of live sessions.

mod admit;
mod at_work;
mod decide;
mod impersonate;
mod judge_session;
mod mailbox;
mod refuse;
mod session;
mod sign_in_at_door;

pub use admit::LimitReached;
pub(crate) use at_work::AtWork;
pub(crate) use impersonate::Impersonations;
pub use impersonate::{Impersonation, ImpersonationTarget};
pub use judge_session::{Ending, Judgement};
pub use session::DoorSession;
pub use sign_in_at_door::{DoorAnswer, DoorSignIn, Refusal};

#[cfg(test)]
mod tests;

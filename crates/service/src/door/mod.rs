//! Signing in at a door, and what becomes of live sessions.

mod decide;
mod judge_session;
mod session;
mod sign_in_at_door;

pub use judge_session::Judgement;
pub use session::DoorSession;
pub use sign_in_at_door::{DoorAnswer, DoorSignIn, Refusal};

#[cfg(test)]
mod tests;

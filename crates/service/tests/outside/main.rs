//! Sign-in through outside identity providers, at a provider that also lies.

mod accounts;
mod claims;
mod harness;
mod hostile;
mod linking;
mod logout;
mod protocol;
mod step_up;

//! What a mail program speaks to us until it has signed in.

mod config;
mod step;

use std::sync::Arc;

pub use config::{Config, Tls};
pub use step::{Accepted, Step, Verdict};

use super::ShutDown;

/// One client's session until it has signed in. `P` is the proof of a sign-in, which only the verifier can make.
pub struct Session<P> {
    config: Arc<Config>,
    verdict: Option<Verdict<P>>,
}

impl<P> Session<P> {
    /// A session whose first step is the greeting.
    pub fn new(config: Arc<Config>) -> Self {
        Self { config, verdict: None }
    }

    /// Takes what was read from the client. Call it after [`Step::NeedBytes`] only.
    pub fn receive(&mut self, _bytes: &[u8]) {}

    /// The next thing to do.
    pub fn next_step(&mut self) -> Step<P> {
        Step::NeedBytes
    }

    /// The handshake asked for by [`Step::StartTls`] has succeeded. Everything received before is forgotten.
    pub fn tls_established(&mut self) {}

    /// The answer to [`Step::Verify`]. A verdict that nobody asked for is dropped.
    pub fn verdict(&mut self, verdict: Verdict<P>) {
        self.verdict = Some(verdict);
    }

    /// Ends the session: the octets to write before closing.
    pub fn shut_down(&mut self, reason: ShutDown) -> Vec<u8> {
        reason.reply(&self.config.host_name)
    }

    /// The name that the client gave in EHLO or HELO, not verified.
    pub fn client_name(&self) -> Option<&str> {
        None
    }
}

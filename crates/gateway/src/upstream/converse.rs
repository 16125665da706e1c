//! Drives the core of a client role, whatever the protocol.

use std::time::Duration;

use postern_protocols::door::upstream as mailbox;
use postern_protocols::smtp::upstream as smtp;
use postern_protocols::upstream::Step;

use super::dial::protect;
use super::{ConnectError, Target};
use crate::io::{Stream, receive, send};

/// A core of the client role.
pub(super) trait Conversation: Send {
    /// What comes of it.
    type Ready;

    /// The next thing to do.
    fn next_step(&mut self) -> Step<Self::Ready>;
    /// Takes what was read.
    fn receive(&mut self, bytes: &[u8]);
    /// The handshake was done.
    fn tls_established(&mut self);
    /// The upstream has closed the connection.
    fn closed(&mut self);
}

macro_rules! conversation {
    ({ $($generics:tt)* } $core:ty, $ready:ty) => {
        impl $($generics)* Conversation for $core {
            type Ready = $ready;

            fn next_step(&mut self) -> Step<$ready> {
                self.next_step()
            }

            fn receive(&mut self, bytes: &[u8]) {
                self.receive(bytes);
            }

            fn tls_established(&mut self) {
                self.tls_established();
            }

            fn closed(&mut self) {
                self.closed();
            }
        }
    };
}

conversation!({} smtp::Handshake, smtp::Ready);
conversation!({ <D: mailbox::Dialect + Send> } mailbox::Handshake<D>, mailbox::Ready);

/// Performs the core's steps.
pub(super) async fn converse<C: Conversation>(
    mut stream: Stream,
    target: &Target,
    mut core: C,
    write: Duration,
) -> Result<(Stream, C::Ready), ConnectError> {
    loop {
        match core.next_step() {
            Step::NeedBytes => {
                let read = receive(&mut stream, |bytes| core.receive(bytes)).await;
                if read.map_err(ConnectError::Broken)? == 0 {
                    core.closed();
                }
            }
            Step::Send(bytes) => send(&mut stream, &bytes, write).await.map_err(ConnectError::Broken)?,
            Step::StartTls => {
                stream = protect(stream, target).await?;
                core.tls_established();
            }
            Step::Ready(ready) => return Ok((stream, ready)),
            Step::Failed(failure) => return Err(failure.into()),
        }
    }
}

//! Opening a connection for requests.

use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::task::AbortHandle;

use super::super::body::Upload;
use super::super::wire::Wire;
use crate::config::Limits;
use crate::io::Stream;

/// Largest head of an answer, and most of a body that is held at once. Exchange's answers have some 2 KiB.
const BUFFER: usize = 64 * 1024;
/// Most fields of an answer.
const FIELDS: usize = 128;

/// A connection for requests. Dropping it closes it at once, whatever is still on its way.
pub(super) struct Link {
    /// Takes requests.
    pub(super) sender: SendRequest<Upload>,
    task: AbortHandle,
}

impl Drop for Link {
    fn drop(&mut self) {
        // Without it hyper would go on sending the rest of a request that was answered early, and an upstream that has
        // lost interest in the rest could take it for another request.
        self.task.abort();
    }
}

/// Makes a channel one for requests, driven by a task of its own.
pub(super) async fn speak_http(stream: Stream, limits: &Limits) -> Result<Link, hyper::Error> {
    let wire = TokioIo::new(Wire::new(stream, limits.write, None));
    let (sender, connection) =
        Builder::new().max_buf_size(BUFFER).max_headers(FIELDS).handshake(wire).await?;
    let task = tokio::spawn(async move {
        // Whoever waits for an answer hears of the error too.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection to an upstream ended");
        }
    });
    Ok(Link { sender, task: task.abort_handle() })
}

//! Opening a connection for requests.

use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;

use super::super::body::Upload;
use super::super::wire::Wire;
use crate::config::Limits;
use crate::io::Stream;

/// Largest head of an answer, and most of a body that is held at once. Exchange's answers have some 2 KiB.
const BUFFER: usize = 64 * 1024;
/// Most fields of an answer.
const FIELDS: usize = 128;

/// Makes a channel one for requests. The connection is driven by a task of its own and closed when the sender is dropped.
pub(super) async fn speak_http(stream: Stream, limits: &Limits) -> Result<SendRequest<Upload>, hyper::Error> {
    let wire = TokioIo::new(Wire::new(stream, limits.write, None));
    let (sender, connection) =
        Builder::new().max_buf_size(BUFFER).max_headers(FIELDS).handshake(wire).await?;
    tokio::spawn(async move {
        // Whoever waits for an answer hears of the error too.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection to an upstream ended");
        }
    });
    Ok(sender)
}

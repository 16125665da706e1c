//! Closing so that the last words arrive.

use std::time::Duration;

use tokio::io::AsyncWriteExt;

use super::{Stream, receive, send};

/// How long last words may take to be written. A peer that does not read does not get them.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long a closed connection may go on sending before it is reset.
const LINGER: Duration = Duration::from_secs(1);
/// How much it may go on sending.
const LINGER_OCTETS: usize = 1024 * 1024;

/// Writes last words, sends the end of the stream and drains what comes.
pub(crate) async fn say_and_close(mut stream: Stream, words: &[u8]) {
    say_last(&mut stream, words).await;
    drain(stream).await;
}

/// Writes last words and sends the end of the stream (with TLS, its close notice first). [`drain`] is to follow.
pub(crate) async fn say_last(stream: &mut Stream, words: &[u8]) {
    // The peer may be gone; there is nobody to tell.
    if send(stream, words, LAST_WORDS).await.is_ok() {
        let _ = tokio::time::timeout(LAST_WORDS, stream.shutdown()).await;
    }
}

/// Sends the end of the stream and drains what comes.
pub(crate) async fn close(stream: Stream) {
    say_and_close(stream, b"").await;
}

/// Reads shortly what the peer has under way: a socket that is closed with unread octets is reset, and a reset destroys
/// our last words on their way.
pub(crate) async fn drain(mut stream: Stream) {
    let _ = tokio::time::timeout(LINGER, async {
        let mut drained = 0;
        while drained < LINGER_OCTETS {
            match receive(&mut stream, |_| {}).await {
                Ok(0) | Err(_) => break,
                Ok(read) => drained += read,
            }
        }
    })
    .await;
}

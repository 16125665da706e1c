//! Reading the rest of a request that was answered early.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use hyper::body::{Body, Bytes, Incoming};

/// Most octets read for nothing: what a mail with a picture has. A program that is challenged for a larger request is
/// cut off while it sends, and finds the answer when it reads.
const OCTETS: usize = 1024 * 1024;
/// Longest time for that. A program that was waiting for `100 Continue` may never send what it announced.
const TIME: Duration = Duration::from_secs(10);

/// Reads the rest of a body, within bounds, so that the connection can be used for the next request. Closing it at once
/// would destroy the answer on its way, and programs take a connection that closes after 401 for a busy server.
///
/// What is not read by then makes hyper close the connection (HTTP/1.1) or reset the stream (HTTP/2).
pub(in crate::http) fn discard(body: Incoming) {
    if !body.is_end_stream() {
        tokio::spawn(tokio::time::timeout(TIME, read(body)));
    }
}

async fn read(mut body: Incoming) {
    let mut octets = 0;
    while octets < OCTETS {
        match poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            Some(Ok(frame)) => octets += frame.data_ref().map_or(0, Bytes::len),
            Some(Err(_)) | None => return,
        }
    }
}

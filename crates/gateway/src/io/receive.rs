//! Reading without a buffer per connection.
//!
//! An idle session must cost little memory and a busy one few copies. So the octets are read into one buffer of the
//! thread and handed to the core within the same poll; between polls nobody needs it.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use zeroize::Zeroize;

use super::Stream;

/// Most octets read at once: two TLS records, and half of what the cores take at a time.
const AT_ONCE: usize = 32 * 1024;

thread_local! {
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; AT_ONCE].into_boxed_slice());
}

/// Which of two connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The program.
    Client,
    /// The real service.
    Upstream,
}

/// Reads once and gives the octets to `take`; zero is the end of the stream. What was read is wiped afterwards, because
/// before sign-in it may be a secret.
pub(crate) async fn receive(stream: &mut Stream, mut take: impl FnMut(&[u8])) -> io::Result<usize> {
    poll_fn(|context| {
        poll_receive(stream, context, |bytes| {
            take(bytes);
            bytes.zeroize();
        })
    })
    .await
}

/// Reads once from whichever side speaks first, among those that are given, and gives the octets to `take`.
pub(crate) async fn receive_either(
    mut client: Option<&mut Stream>,
    mut upstream: Option<&mut Stream>,
    mut take: impl FnMut(Side, &[u8]),
) -> (Side, io::Result<usize>) {
    poll_fn(|context| {
        // The upstream speaks seldom; what it says must not wait behind a client that never stops.
        for (side, stream) in
            [(Side::Upstream, upstream.as_deref_mut()), (Side::Client, client.as_deref_mut())]
        {
            if let Some(stream) = stream
                && let Poll::Ready(result) = poll_receive(stream, context, |bytes| take(side, bytes))
            {
                return Poll::Ready((side, result));
            }
        }
        Poll::Pending
    })
    .await
}

fn poll_receive(
    stream: &mut Stream,
    context: &mut Context<'_>,
    take: impl FnOnce(&mut [u8]),
) -> Poll<io::Result<usize>> {
    SCRATCH.with_borrow_mut(|scratch| {
        let mut buffer = ReadBuf::new(scratch);
        std::task::ready!(Pin::new(stream).poll_read(context, &mut buffer))?;
        let read = buffer.filled().len();
        if read > 0 {
            take(buffer.filled_mut());
        }
        Poll::Ready(Ok(read))
    })
}

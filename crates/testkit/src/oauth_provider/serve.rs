//! The provider on a socket: HTTP/1.1, one request on each connection.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::FakeProvider;

impl FakeProvider {
    /// Serves it on this machine, without TLS, for as long as the runtime runs. Its endpoints are `/token` and `/device`.
    ///
    /// # Panics
    /// When there is no port.
    pub async fn serve(self: &Arc<Self>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let provider = Arc::clone(self);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let provider = Arc::clone(&provider);
                tokio::spawn(async move {
                    // A client that went away is no concern of the provider's.
                    let _ = provider.converse(stream).await;
                });
            }
        });
        address
    }

    async fn converse(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut request = Vec::new();
        while !is_whole(&request) {
            if stream.read_buf(&mut request).await? == 0 {
                return Ok(());
            }
        }
        let text = String::from_utf8_lossy(&request);
        let (head, form) = text.split_once("\r\n\r\n").unwrap_or_default();
        let path = head.split(' ').nth(1).unwrap_or_default();
        let answer = self.answer(path, header(head, "authorization"), form).await;
        let retry = answer.retry_after.map_or_else(String::new, |wait| format!("Retry-After: {wait}\r\n"));
        let answer = format!(
            "HTTP/1.1 {} Answer\r\nContent-Type: application/json\r\n{retry}Content-Length: {}\r\n\r\n{}",
            answer.status,
            answer.body.len(),
            answer.body
        );
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, form)) = text.split_once("\r\n\r\n") else { return false };
    let length = header(head, "content-length").and_then(|length| length.parse::<usize>().ok());
    form.len() >= length.unwrap_or(0)
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let named = |line: &&str| line.split_once(':').is_some_and(|(found, _)| found.eq_ignore_ascii_case(name));
    head.lines().find(named)?.split_once(':').map(|(_, value)| value.trim())
}

//! The authentication server that nginx asks: it lets everybody in, at no cost to nginx. What a real one costs beside
//! nginx is not counted, which is to nginx's advantage.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;

/// Starts it; it sends everybody to `backend`.
pub(crate) async fn start(backend: SocketAddr) -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = answer(stream, backend).await;
            });
        }
    });
    Ok(address)
}

async fn answer(mut stream: TcpStream, backend: SocketAddr) -> Outcome<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    let (host, port) = (backend.ip(), backend.port());
    let answer =
        format!("HTTP/1.0 200 OK\r\nAuth-Status: OK\r\nAuth-Server: {host}\r\nAuth-Port: {port}\r\n\r\n");
    stream.write_all(answer.as_bytes()).await?;
    Ok(())
}

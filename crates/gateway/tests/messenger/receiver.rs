//! A server for a few HTTP requests: keeps each, and answers as it was told.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A server that answers with these statuses, one after the other, and then ends.
pub(crate) struct Receiver {
    pub(crate) port: u16,
    requests: JoinHandle<Vec<Received>>,
}

/// A request.
#[derive(Debug)]
pub(crate) struct Received {
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        let prefix = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap_or_default()
    }

    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }
}

impl Receiver {
    pub(crate) async fn start(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("the test can be set up");
        let port = listener.local_addr().expect("the test can be set up").port();
        let requests = tokio::spawn(async move {
            let mut requests = Vec::new();
            for answer in answers {
                let (stream, _) = listener.accept().await.expect("the test can be set up");
                requests.push(serve(stream, answer).await);
            }
            requests
        });
        Self { port, requests }
    }

    pub(crate) async fn requests(self) -> Vec<Received> {
        self.requests.await.expect("the test can be set up")
    }
}

async fn serve(mut stream: TcpStream, answer: &str) -> Received {
    let mut octets = Vec::new();
    let head = loop {
        assert!(
            stream.read_buf(&mut octets).await.expect("the test can be set up") > 0,
            "the request ends early"
        );
        if let Some(end) = octets.windows(4).position(|window| window == b"\r\n\r\n") {
            break String::from_utf8(octets.drain(..end + 4).collect()).expect("the test can be set up");
        }
    };
    let received = Received { head, body: Vec::new() };
    let length: usize = received.header("content-length").parse().expect("the test can be set up");
    while octets.len() < length {
        assert!(
            stream.read_buf(&mut octets).await.expect("the test can be set up") > 0,
            "the body ends early"
        );
    }
    let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.expect("the test can be set up");
    Received { body: octets, ..received }
}

//! A gigabyte through the HTTP doors, each way, in a memory that does not grow with it.

use std::fs;
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use super::server::{ACCOUNT, Place, Server};

const GIB: u64 = 1024 * 1024 * 1024;
/// How much more memory the server may have taken at the height of a transfer than before it, in KiB: buffers of two
/// connections, and what an allocator keeps. A body that was collected would be thirty times that.
const MORE: u64 = 32 * 1024;

#[tokio::test]
async fn e2e_a_gigabyte_passes_in_constant_memory() {
    let upstream = serve_gigabytes().await;
    let place = Place::new(&format!(
        "doors = [\"http\"]\nhost = \"localhost\"\nport = {}\ntls = \"none\"\n[[http.listener]]\n\
         listen = \"127.0.0.1:0\"\n[[http.route]]\ndoor = \"http\"\n",
        upstream.port()
    ));
    place.add_account("enforced").await;
    let server = place.serve().await;
    let (_, secret) = place.create("Backup of pictures", &["--protocol", "http"]).await;
    // A file with nothing in it takes no room.
    fs::File::create(place.path("gigabyte")).unwrap().set_len(GIB).unwrap();
    let gigabyte = place.path("gigabyte").display().to_string();
    // The first request opens what is kept.
    assert_eq!(transfer(&place, &server, &secret, &["--http1.1"]).await, GIB.to_string());
    for (what, arguments, told) in [
        ("up, HTTP/1.1", ["--http1.1", "--upload-file", &gigabyte].as_slice(), format!("{GIB} octets")),
        ("up, HTTP/2", &["--http2", "--upload-file", &gigabyte], format!("{GIB} octets")),
        ("down, HTTP/1.1", &["--http1.1"], GIB.to_string()),
    ] {
        let before = server.memory("VmRSS");
        server.forget_the_peak();
        assert_eq!(transfer(&place, &server, &secret, arguments).await, told, "{what}");
        let peak = server.memory("VmHWM");
        assert!(peak < before + MORE, "{what}: {before} KiB before, {peak} KiB at the height");
    }
}

/// Asks the server by curl; gives the answer, or of a gigabyte how long it was.
async fn transfer(place: &Place, server: &Server, secret: &str, arguments: &[&str]) -> String {
    let address = server.listener("http", "TLS");
    let is_upload = arguments.contains(&"--upload-file");
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--user", &format!("{ACCOUNT}:{secret}"), "--cacert"]);
    curl.arg(place.ca_file()).args(arguments).arg(format!("https://{address}/a"));
    if !is_upload {
        curl.args(["--output", "/dev/null", "--write-out", "%{size_download}"]);
    }
    let output = curl.output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// An upstream that counts what it is sent, and has a gigabyte for everybody else.
async fn serve_gigabytes() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer_once(stream));
        }
    });
    address
}

async fn answer_once(stream: TcpStream) {
    let mut stream = BufReader::with_capacity(256 * 1024, stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_until(b'\n', &mut head).await.unwrap_or_default() == 0 {
            return;
        }
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let end = "connection: close\r\n";
    if head.starts_with("put ") {
        let (_, length) = head.split_once("content-length: ").expect("curl says how long the file is");
        let length = length.split_once('\r').unwrap().0.parse().unwrap();
        let counted = tokio::io::copy(&mut (&mut stream).take(length), &mut tokio::io::sink()).await.unwrap();
        let told = format!("{counted} octets");
        let answer = format!("HTTP/1.1 200 OK\r\n{end}Content-Length: {}\r\n\r\n{told}", told.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
    } else {
        let answer = format!("HTTP/1.1 200 OK\r\n{end}Content-Length: {GIB}\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
        let piece = vec![b'x'; 1024 * 1024];
        for _ in 0..GIB / 1024 / 1024 {
            stream.write_all(&piece).await.unwrap();
        }
    }
}

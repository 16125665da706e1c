//! The real service behind all peers: an IMAP server that lets everybody in and can send as many octets as it is asked
//! for. It costs all of them alike, and its CPU time counts for none.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;

const GREETING: &str = "* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ID AUTH=PLAIN] ready\r\n";
const SIGNED_IN: &str = "OK [CAPABILITY IMAP4rev1 IDLE] signed in";

/// What is sent at once of a bulk answer.
static CHUNK: [u8; 65_536] = [b'x'; 65_536];

/// Starts it; it runs for as long as the runtime.
pub(crate) async fn start() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                // A client that goes away in the middle is not the backend's affair.
                let _ = serve(stream).await;
            });
        }
    });
    Ok(address)
}

async fn serve(stream: TcpStream) -> Outcome<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.write_all(GREETING.as_bytes()).await?;
    loop {
        let command = command(&mut stream).await?;
        let mut words = command.split_whitespace();
        let (Some(tag), Some(name)) = (words.next(), words.next()) else { return Ok(()) };
        let answer = match name.to_ascii_uppercase().as_str() {
            "LOGIN" => format!("{tag} {SIGNED_IN}\r\n"),
            "AUTHENTICATE" => {
                if words.nth(1).is_none() {
                    stream.write_all(b"+ \r\n").await?;
                    self::command(&mut stream).await?;
                }
                format!("{tag} {SIGNED_IN}\r\n")
            }
            "CAPABILITY" => {
                format!("* CAPABILITY IMAP4rev1 SASL-IR LITERAL+ ID AUTH=PLAIN\r\n{tag} OK done\r\n")
            }
            "ID" => format!("* ID NIL\r\n{tag} OK done\r\n"),
            "XBULK" => {
                let mut left: usize = words.next().and_then(|count| count.parse().ok()).unwrap_or_default();
                while left > 0 {
                    let count = left.min(CHUNK.len());
                    stream.write_all(&CHUNK[..count]).await?;
                    left -= count;
                }
                format!("{tag} OK done\r\n")
            }
            "LOGOUT" => {
                stream.write_all(format!("* BYE bye\r\n{tag} OK done\r\n").as_bytes()).await?;
                return Ok(());
            }
            _ => format!("{tag} OK done\r\n"),
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

/// A line with the literals in it.
async fn command(stream: &mut BufReader<TcpStream>) -> Outcome<String> {
    let mut command = String::new();
    loop {
        if stream.read_line(&mut command).await? == 0 {
            return Ok(String::new());
        }
        let line = command.trim_end();
        let Some((_, count)) = line.strip_suffix('}').and_then(|line| line.rsplit_once('{')) else {
            return Ok(command);
        };
        let (count, waits) = count.strip_suffix('+').map_or((count, true), |count| (count, false));
        let mut literal = vec![0; count.parse()?];
        if waits {
            stream.write_all(b"+ go on\r\n").await?;
        }
        stream.read_exact(&mut literal).await?;
        command.push_str(&String::from_utf8_lossy(&literal));
    }
}

//! Opening an upstream without a client, whatever its protocol.

use postern_domain::door::Door;
use postern_protocols::imap::upstream::ImapClient;
use postern_protocols::managesieve::upstream::ManageSieveClient;
use postern_protocols::pop3::upstream::Pop3Client;
use zeroize::Zeroizing;

use super::ConnectError;
use super::connect::{Link, Opening, connect_mailbox, connect_smtp};
use super::http::connect_http;
use crate::io::{close, send};

/// Opens it, learns what it offers, and takes leave.
pub(super) async fn reach(opening: &Opening<'_>) -> Result<(), ConnectError> {
    let (link, farewell): (_, &[u8]) = match opening.target.mail_door() {
        Some(Door::Smtp) => (connect_smtp(opening).await?.link, b"QUIT\r\n"),
        Some(Door::Imap) => (connect_mailbox::<ImapClient>(opening).await?.link, b"P LOGOUT\r\n"),
        Some(Door::Pop3) => (connect_mailbox::<Pop3Client>(opening).await?.link, b"QUIT\r\n"),
        Some(_) => (connect_mailbox::<ManageSieveClient>(opening).await?.link, b"LOGOUT\r\n"),
        // HTTP has nothing to say before a request.
        None => {
            let stream = connect_http(opening.target, opening.limits, None).await?;
            (Link { stream, leftover: Zeroizing::default() }, b"")
        }
    };
    let Link { mut stream, .. } = link;
    // A courtesy; what comes of it does not matter.
    let _ = send(&mut stream, farewell, opening.limits.upstream_connect).await;
    close(stream).await;
    Ok(())
}

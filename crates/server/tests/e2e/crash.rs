//! kill -9 under load: what was acknowledged is there afterwards, and the audit log holds.

use std::collections::BTreeSet;
use std::sync::Arc;

use postern_testkit::smtp_client::SmtpClient;
use tokio::task::JoinSet;

use super::server::{ACCOUNT, Place};

/// Rounds of load and kill. Each ends at another point of whatever is being written.
const ROUNDS: usize = 3;
/// Changes in a round that are acknowledged before the kill.
const CHANGES: usize = 6;

/// Signs in and is cut off, again and again, until the server is gone.
async fn load(place: Arc<Place>, door: std::net::SocketAddr) {
    loop {
        let Ok(stream) = tokio::net::TcpStream::connect(door).await else { return };
        drop(stream);
        let mut client = SmtpClient::connect(door).await;
        if client.try_handshake(&place.authority).await.is_err() {
            return;
        }
        let plain = ["EHLO load.example.test\r\n", "AUTH PLAIN AHhAZXhhbXBsZS50ZXN0AHdyb25n\r\n"];
        for line in plain {
            if client.try_reply().await.is_err() || client.try_raw(line.as_bytes()).await.is_err() {
                return;
            }
        }
        if client.try_reply().await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn e2e_acknowledged_changes_outlive_kill_9() {
    let place = Arc::new(Place::new(""));
    place.add_account("enforced").await;
    let (mut kept, mut revoked) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..ROUNDS {
        let server = place.serve().await;
        let mut clients = JoinSet::new();
        for _ in 0..4 {
            clients.spawn(load(Arc::clone(&place), server.tls));
        }
        for change in 0..CHANGES {
            let (id, _) = place.create(&format!("Round {round}, change {change}"), &[]).await;
            if change % 3 == 2 {
                assert_eq!(place.run(&["app-password", "revoke", &id]).await.code, 0);
                revoked.insert(id);
            } else {
                kept.insert(id);
            }
        }
        server.kill().await;
        clients.abort_all();
    }
    let server = place.serve().await;
    let list = place.run(&["app-password", "list", ACCOUNT, "--json"]).await.json();
    let in_state = |state: &str| -> BTreeSet<String> {
        let matching = list.as_array().unwrap().iter().filter(|one| one["state"] == state);
        matching.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(in_state("active"), kept);
    assert_eq!(in_state("revoked"), revoked);
    let verified = place.run(&["audit", "verify", "--json"]).await.json();
    let changes = u64::try_from(kept.len() + 2 * revoked.len() + 1).unwrap();
    assert!(verified["records"].as_u64().unwrap() >= changes, "{verified}");
    assert_eq!(server.stop().await, Some(0));
}

//! kill -9 between the commit of a deed and its delivery: a server that is started afterwards delivers all of it, by mail, to
//! webhooks and to syslog.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use postern_testkit::smtp_upstream::{FakeUpstream, UpstreamBehaviour};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::server::{ACCOUNT, PATIENCE, Place, Server};

/// Deeds that are committed while the server stands still.
const DEEDS: usize = 3;

/// What arrived at a receiver, one after the other.
#[derive(Clone)]
struct Arrived {
    port: u16,
    list: Arc<Mutex<Vec<Vec<u8>>>>,
    news: watch::Receiver<usize>,
}

impl Arrived {
    /// Takes connections on a free port; `take` gives what each brings.
    async fn start<F>(take: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Vec<u8>> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, news) = watch::channel(0);
        let list: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let kept = Arc::clone(&list);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let brought = take(stream).await;
                kept.lock().unwrap().push(brought);
                sender.send_modify(|count| *count += 1);
            }
        });
        Self { port, list, news }
    }

    fn texts(&self) -> Vec<String> {
        self.list.lock().unwrap().iter().map(|one| String::from_utf8_lossy(one).into_owned()).collect()
    }

    /// Waits until something that holds `text` has arrived.
    async fn until(&self, text: &str) {
        let mut news = self.news.clone();
        let arrived = tokio::time::timeout(PATIENCE, async {
            while !self.texts().iter().any(|one| one.contains(text)) {
                news.changed().await.unwrap();
            }
        });
        arrived.await.unwrap_or_else(|_| panic!("{text:?} never arrived: {:?}", self.texts()));
    }
}

/// The head and the body of one request, which is answered with 204.
async fn request(mut stream: TcpStream) -> Vec<u8> {
    let mut octets = Vec::new();
    while !is_whole(&octets) {
        if stream.read_buf(&mut octets).await.unwrap_or(0) == 0 {
            break;
        }
    }
    // A sender that was killed meanwhile does not read the answer.
    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
    octets
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
    request.len() >= end + 4 + length.parse::<usize>().unwrap()
}

/// All that a syslog connection brings until it is closed.
async fn connection(mut stream: TcpStream) -> Vec<u8> {
    let mut octets = Vec::new();
    let _ = stream.read_to_end(&mut octets).await;
    octets
}

/// Where everything goes.
struct Receivers {
    mail: FakeUpstream,
    notices: Arrived,
    audit: Arrived,
    syslog: Arrived,
}

impl Receivers {
    async fn start() -> Self {
        Self {
            mail: FakeUpstream::start(UpstreamBehaviour::default()).await,
            notices: Arrived::start(request).await,
            audit: Arrived::start(request).await,
            syslog: Arrived::start(connection).await,
        }
    }

    fn place(&self) -> Place {
        let place = Place::with(
            &format!(
                r#"
[mail]
host = "127.0.0.1"
port = {mail}
tls = "none"
from = "postern@example.test"
[[webhook]]
name = "notices"
url = "http://127.0.0.1:{notices}/"
secret_file = "hook-secret"
[[webhook]]
name = "audit"
url = "http://127.0.0.1:{audit}/"
secret_file = "hook-secret"
events = ["audit"]
[syslog]
host = "127.0.0.1"
port = {syslog}
transport = "tcp"
"#,
                mail = self.mail.address.port(),
                notices = self.notices.port,
                audit = self.audit.port,
                syslog = self.syslog.port,
            ),
            None,
        );
        std::fs::write(place.path("hook-secret"), "0123456789abcdef01234567").unwrap();
        place
    }

    /// Does deeds until every receiver has got something. A destination gets what is recorded once the server has looked at
    /// it, so that the first deeds may be too early. What is created is revoked at once: an account has only so many app
    /// passwords, and a quick machine does more deeds than that before a server has looked.
    async fn warm_up(&self, place: &Place) {
        let warm = tokio::time::timeout(PATIENCE, async {
            while !self.all_got_something() {
                let (id, _) = place.create("Warming up", &[]).await;
                assert_eq!(place.run(&["app-password", "revoke", &id]).await.code, 0);
            }
        });
        warm.await.expect("every receiver gets something");
    }

    fn all_got_something(&self) -> bool {
        let lists = [&self.notices, &self.audit, &self.syslog];
        lists.iter().all(|one| !one.texts().is_empty()) && !self.mails().is_empty()
    }

    fn mails(&self) -> Vec<String> {
        let messages = self.mail.messages();
        messages.iter().map(|message| String::from_utf8_lossy(&message.content).into_owned()).collect()
    }

    /// Waits until the notice and the record of an app password have arrived everywhere.
    async fn until(&self, name: &str, id: &str) {
        let mail = tokio::time::timeout(PATIENCE, async {
            for count in 1.. {
                if self.mails().iter().any(|mail| mail.contains(name)) {
                    break;
                }
                self.mail.wait_for_messages(count).await;
            }
        });
        mail.await.unwrap_or_else(|_| panic!("no mail about {name}: {:?}", self.mails()));
        self.notices.until(name).await;
        self.audit.until(id).await;
        self.syslog.until(id).await;
    }

    fn nothing_of(&self, name: &str, id: &str) -> bool {
        let has = |texts: Vec<String>, what: &str| texts.iter().any(|one| one.contains(what));
        !has(self.mails(), name)
            && !has(self.notices.texts(), name)
            && !has(self.audit.texts(), id)
            && !has(self.syslog.texts(), id)
    }
}

/// The places of what a webhook got, each with how often and in what words.
fn places(hook: &Arrived) -> BTreeMap<u64, Vec<String>> {
    let mut places: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for request in hook.texts() {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let event: Value = serde_json::from_str(body).unwrap();
        let sequence = event["data"]["sequence"].as_u64().unwrap();
        let id = head.lines().find_map(|line| line.strip_prefix("webhook-id: ")).unwrap();
        assert!(id.contains(&format!("-{sequence}-")), "{id}");
        places.entry(sequence).or_default().push(format!("{id} {body}"));
    }
    places
}

fn has_no_gap(places: impl Iterator<Item = u64>) -> bool {
    let places: Vec<u64> = places.collect();
    places.windows(2).all(|pair| pair[0] + 1 == pair[1])
}

/// A deed by another process, on the same database, while the server does nothing. A server that was stopped in the middle
/// of a transaction holds everybody up, and is let go on for a moment.
async fn commit(place: &Place, server: &Server, name: &str) -> String {
    loop {
        let command = ["app-password", "create", ACCOUNT, "--json", "--name", name];
        let answer = place.run(&command).await;
        if answer.code == 0 {
            return answer.json()["id"].as_str().unwrap().to_owned();
        }
        server.signal("CONT").await;
        server.signal("STOP").await;
    }
}

#[tokio::test]
async fn e2e_what_was_committed_before_kill_9_is_delivered_after_a_restart() {
    let receivers = Receivers::start().await;
    let place = receivers.place();
    place.add_account("enforced").await;
    let server = place.serve().await;
    receivers.warm_up(&place).await;
    let (last, _) = place.create("The last of the warm", &[]).await;
    receivers.until("The last of the warm", &last).await;

    server.signal("STOP").await;
    let mut committed = Vec::new();
    for number in 0..DEEDS {
        let name = format!("After the stop {number}");
        committed.push((commit(&place, &server, &name).await, name));
    }
    server.kill().await;
    for (id, name) in &committed {
        assert!(receivers.nothing_of(name, id), "{name} was delivered by a server that stood still");
    }

    let server = place.serve().await;
    for (id, name) in &committed {
        receivers.until(name, id).await;
    }
    assert_eq!(server.stop().await, Some(0));

    let mails = receivers.mails();
    for (_, name) in &committed {
        // Nothing was under way when the server fell, so that nothing comes twice.
        assert_eq!(mails.iter().filter(|mail| mail.contains(name.as_str())).count(), 1, "{name}");
    }
    for hook in [&receivers.notices, &receivers.audit] {
        let places = places(hook);
        assert!(has_no_gap(places.keys().copied()), "{:?}", places.keys());
        for copies in places.values() {
            assert!(
                copies.iter().all(|copy| *copy == copies[0]),
                "a copy has another name or words: {copies:?}"
            );
        }
    }
    let syslog = receivers.syslog.texts().concat();
    let sequences = syslog.split(" sequence=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let mut sequences: Vec<u64> = sequences.map(|text| text.parse().unwrap()).collect();
    sequences.dedup();
    assert!(has_no_gap(sequences.iter().copied()) && sequences.len() > DEEDS, "{sequences:?}");
}

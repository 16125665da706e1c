//! `serve` without any configuration, and what it says when it cannot start.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::server::{Place, Server, answer, postern};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn e2e_a_first_start_makes_all_that_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    // Other ports than the defaults, which may be taken on the machine that runs the tests.
    let config = folder.path().join("ports.toml");
    fs::write(
        &config,
        "[portal]\nlisten = \"127.0.0.1:0\"\n[[smtp.listener]]\nlisten = \"127.0.0.1:0\"\ntls = \"starttls\"\n\
         [[smtp.listener]]\nlisten = \"127.0.0.1:0\"\ntls = \"implicit\"\n",
    )
    .unwrap();
    let log = folder.path().join("log");
    let mut command = postern();
    command.current_dir(folder.path()).arg("--config").arg(&config).args(["--json", "serve"]);
    let server = Server::start(command.stderr(fs::File::create(&log).unwrap()), &log).await;
    let data = folder.path().join("postern-data");
    assert_eq!(mode(&data), 0o700);
    for secret in ["postern.key", "postern.db", "self-signed.key"] {
        assert_eq!(mode(&data.join(secret)), 0o600, "{secret}");
    }
    let portal = server.ready["portal"].as_str().unwrap();
    assert!(server.ready["setup_link"].as_str().unwrap().starts_with(portal), "{}", server.ready);

    // A real program trusts the certificate once it is told to, and the portal answers.
    let mut curl = tokio::process::Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--location", "--cacert"]);
    curl.arg(data.join("self-signed.pem")).arg(portal);
    let page = answer(curl, "").await;
    assert!(page.code == 0 && page.out.contains("<html"), "{page:?}");
    assert_eq!(server.stop().await, Some(0));
    assert_eq!(fs::read_to_string(&log).unwrap().matches("ERROR").count(), 0);
}

#[tokio::test]
async fn e2e_a_port_that_is_taken_is_named_with_the_remedy() {
    let place = Place::new("");
    let first = place.serve().await;
    let taken = first.ready["portal_address"].as_str().unwrap();
    let config = fs::read_to_string(place.path("postern.toml")).unwrap();
    let second = place.path("second.toml");
    fs::write(&second, config.replacen("127.0.0.1:0", taken, 1)).unwrap();
    let mut command = postern();
    command.arg("--config").arg(&second).arg("serve");
    let told = answer(command, "").await;
    assert_eq!(told.code, 3, "{told:?}");
    assert!(told.err.contains(&format!("cannot listen on {taken}")), "{told:?}");
    assert!(told.err.contains("maybe another `postern serve`"), "{told:?}");
}

#[tokio::test]
async fn e2e_a_hangup_takes_the_new_certificate_and_keeps_the_old_after_a_mistake() {
    let place = Place::new("");
    let server = place.serve().await;
    let other = postern_testkit::certificates::TestAuthority::new("renewed");
    let identity = other.issue(&["localhost", "127.0.0.1"]);
    fs::write(place.path("door.pem"), &identity.chain).unwrap();
    fs::write(place.path("door.key"), &identity.key).unwrap();
    server.signal("HUP").await;
    // The new certificate shows itself in a handshake; the one before is what the client meets until then.
    tokio::time::timeout(std::time::Duration::from_secs(60), async {
        loop {
            let mut client = postern_testkit::smtp_client::SmtpClient::connect(server.tls).await;
            if client.try_handshake(&other).await.is_ok() {
                break;
            }
        }
    })
    .await
    .expect("the certificate is taken");
    fs::write(place.path("postern.toml"), "[portl]\n").unwrap();
    server.signal("HUP").await;
    tokio::time::timeout(std::time::Duration::from_secs(60), async {
        while !fs::read_to_string(place.path("log")).unwrap().contains("not reloaded") {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the mistake is told");
    let mut client = postern_testkit::smtp_client::SmtpClient::connect_tls(server.tls, &other).await;
    assert!(client.reply().await.starts_with("220"));
    assert_eq!(server.stop().await, Some(0));
}

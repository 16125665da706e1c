//! The whole way once more on PostgreSQL.

use postern_testkit::Postfix;
use postern_testkit::certificates::TestAuthority;
use postern_testkit::postgres::PostgresServer;
use postern_testkit::smtp_client::SmtpClient;

use super::mail::{assert_unspoilt, message};
use super::programs::{Letter, Program, Tls};
use super::server::{ACCOUNT, Place};

#[tokio::test]
async fn e2e_swaks_sends_on_postgresql_until_it_is_revoked() {
    let database = PostgresServer::start();
    let postfix = Postfix::start(&TestAuthority::new("postfix"));
    let upstream = format!("host = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", postfix.starttls_port);
    let place = Place::on(&upstream, Some(database.create_database()));
    place.add_account("enforced").await;
    let (id, secret) = place.create("Contact form", &[]).await;
    let server = place.serve().await;
    let message = message("postgres");
    let letter = Letter::to_a_visitor(&secret, &message);
    let answer = Program::Swaks.send(&place, &server, Tls::Starttls, letter).await;
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_unspoilt(&postfix.wait_for_messages(1).await[0], &message);

    let mut open = SmtpClient::connect_tls(server.tls, &place.authority).await;
    open.reply().await;
    open.command("EHLO client.example.test").await;
    assert!(open.auth_plain(ACCOUNT, &secret).await.starts_with("235"));
    assert_eq!(place.run(&["app-password", "revoke", &id]).await.code, 0);
    assert!(open.rest().await.starts_with("421 4.7.0"));
    let answer = Program::Swaks.send(&place, &server, Tls::Starttls, letter).await;
    assert_eq!(answer.code, Program::Swaks.refused_code(), "{answer:?}");
    assert_eq!(server.stop().await, Some(0));
    assert!(place.run(&["audit", "verify", "--json"]).await.json()["records"].as_u64().unwrap() >= 3);
}

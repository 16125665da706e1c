//! A database that another version made is left as it is, on SQLite and on PostgreSQL.

use postern_storage::{Result, StorageError, Store};
use postern_storage_sql::{Location, open};
use postern_testkit::postgres::PostgresServer;

async fn error_of(location: &Location) -> String {
    let opened: Result<std::sync::Arc<dyn Store>> = open(location).await;
    opened.err().expect("it is refused").to_string()
}

const NEWER: &str = "the database has schema 9999, made by a newer Postern; this one knows schemas up to 11: use the \
                     newer version, or restore the backup that was made before the upgrade";
const FOREIGN: &str = "migration 1 was applied to the database in another form than this version has: this is not \
                       the Postern that made it";
const GAP: &str = "insert into schema_migration (number, checksum) select 9999, checksum from schema_migration where number = 1";
const NO_GAP: &str = "delete from schema_migration where number = 9999";

#[tokio::test]
async fn sqlite_of_another_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("postern.db");
    let location = Location::Sqlite(file.clone());
    open(&location).await.unwrap();
    let by_hand = rusqlite::Connection::open(&file).unwrap();
    by_hand.execute(GAP, []).unwrap();
    assert_eq!(error_of(&location).await, NEWER);
    by_hand.execute(NO_GAP, []).unwrap();
    by_hand.execute("update schema_migration set checksum = zeroblob(32)", []).unwrap();
    assert_eq!(error_of(&location).await, FOREIGN);
}

#[tokio::test]
async fn postgresql_of_another_version_is_refused() {
    let server = PostgresServer::start();
    let url = server.create_database();
    let location = Location::Postgres(url.clone());
    open(&location).await.unwrap();
    let (by_hand, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    by_hand.batch_execute(GAP).await.unwrap();
    assert_eq!(error_of(&location).await, NEWER);
    by_hand.batch_execute(NO_GAP).await.unwrap();
    by_hand.batch_execute("update schema_migration set checksum = '\\x00'::bytea || checksum").await.unwrap();
    let error = open(&location).await.err().unwrap();
    assert!(matches!(error, StorageError::Corrupt { what: "schema_migration.checksum" }), "{error}");
    by_hand.batch_execute("update schema_migration set checksum = sha256('another'::bytea)").await.unwrap();
    assert_eq!(error_of(&location).await, FOREIGN);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_may_open_a_new_database_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = PostgresServer::start();
    let file = Location::Sqlite(folder.path().join("data").join("postern.db"));
    for location in [file, Location::Postgres(server.create_database())] {
        let opening: Vec<_> = (0..8)
            .map(|_| {
                let location = location.clone();
                tokio::spawn(async move { open(&location).await.map(drop) })
            })
            .collect();
        for one in opening {
            one.await.unwrap().unwrap();
        }
    }
}

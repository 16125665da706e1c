//! PostgreSQL: the database for several nodes.
//!
//! A pool of connections, each with its prepared statements. Write transactions follow one another by an advisory lock
//! that all nodes take; within a node they queue before they take a connection, so that waiting ones never use up the
//! pool that sign-ins read through. Everything has a time limit: a dead database is reported within two seconds.

mod error;
mod lease;
mod session;
mod statement;
mod tls;
mod watch;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use postern_storage::Result;
use tokio::sync::{Mutex, Semaphore};
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

use self::lease::Lease;
use self::session::PostgresSession;
use super::{Dialect, Driver, Session, Sink, Value, Watch};

/// How long a connection, a statement or a free place in the pool is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a write transaction waits for the one before.
const WAIT_TO_WRITE: Duration = Duration::from_secs(5);

/// Connections in the pool: a few for each core of the database's machine; more only queue there.
const CONNECTIONS: usize = 16;

/// Most snapshots at once, so that half of the pool is always left to sign-ins.
const MOST_SNAPSHOTS: usize = CONNECTIONS / 2 - 1;

/// What each new connection is told. The server then ends by itself what a vanished client has left behind.
const SETTINGS: &str = "set statement_timeout = '60s'; set idle_in_transaction_session_timeout = '60s'; \
                        set lock_timeout = '5s'; set client_min_messages = warning";

/// A database on a server, or on several of which one takes writes.
pub(crate) struct Postgres {
    pool: Pool,
    writers: Arc<Mutex<()>>,
    snapshots: Arc<Semaphore>,
    config: Config,
    tls: MakeRustlsConnect,
}

impl Postgres {
    /// Reaches the database at `url`.
    pub(crate) async fn open(url: &str) -> Result<Self> {
        // libpq's strictest mode. The driver knows `require`, under which certificates are checked here too.
        let known = url.replace("sslmode=verify-full", "sslmode=require");
        let mut config = Config::from_str(&known).map_err(error::refused)?;
        config.connect_timeout(PATIENCE).tcp_user_timeout(PATIENCE).application_name("postern");
        let tls = tls::connector(config.get_ssl_mode())?;
        let manager = Manager::from_config(
            config.clone(),
            tls.clone(),
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(PATIENCE))
            .runtime(Runtime::Tokio1)
            .post_create(Hook::async_fn(|client, _| {
                Box::pin(async move { client.batch_execute(SETTINGS).await.map_err(HookError::Backend) })
            }))
            .build()
            .map_err(error::refused)?;
        let snapshots = Arc::new(Semaphore::new(MOST_SNAPSHOTS));
        Ok(Self { pool, writers: Arc::default(), snapshots, config, tls })
    }

    async fn lease(&self) -> Result<Lease> {
        self.pool.get().await.map(Lease::new).map_err(error::unavailable)
    }

    async fn try_read(&self, sql: &str, parameters: &[Value<'_>]) -> Result<Vec<tokio_postgres::Row>> {
        let reading = async { self.lease().await?.query(sql, parameters).await };
        tokio::time::timeout(PATIENCE, reading).await.map_err(error::unavailable)?
    }
}

#[async_trait]
impl Driver for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect {
            count_of_schemas: "select count(*) from pg_class where oid = to_regclass('schema_migration')",
            int: "bigint",
            text: "text collate \"C\"",
            blob: "bytea",
            table: "",
            clustered: "",
        }
    }

    async fn snapshot(&self) -> Result<Box<dyn Session>> {
        let permit = tokio::time::timeout(PATIENCE, Arc::clone(&self.snapshots).acquire_owned());
        let permit = permit.await.map_err(error::unavailable)?.map_err(error::unavailable)?;
        let session = tokio::time::timeout(PATIENCE, async {
            PostgresSession::snapshot(self.lease().await?, permit).await
        });
        Ok(Box::new(session.await.map_err(error::unavailable)??))
    }

    async fn begin(&self) -> Result<Box<dyn Session>> {
        let turn = tokio::time::timeout(WAIT_TO_WRITE, Arc::clone(&self.writers).lock_owned());
        let turn = turn.await.map_err(error::unavailable)?;
        Ok(Box::new(PostgresSession::write(self.lease().await?, turn).await?))
    }

    /// A connection that broke while it lay in the pool says so only when it is used, so there is a second try.
    async fn read(&self, sql: &str, parameters: &[Value<'_>], sink: Sink<'_>) -> Result<()> {
        let rows = match self.try_read(sql, parameters).await {
            Err(broken) if error::connection_is_gone(&broken) => self.try_read(sql, parameters).await?,
            other => other?,
        };
        rows.iter().try_for_each(|row| sink(row))
    }

    fn watch(&self) -> Result<Box<dyn Watch>> {
        Ok(Box::new(watch::Listener::new(self.config.clone(), self.tls.clone())))
    }
}

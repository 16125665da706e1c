//! Watching the file for commits of any process.

use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::super::{Signal, Watch};

/// How often the file is looked at. One look costs about two microseconds, and a change is to be seen everywhere
/// within 100 ms.
const PERIOD: Duration = Duration::from_millis(20);

/// Watches a counter that SQLite keeps for each connection: it changes with every commit of another one.
pub(super) struct FileWatch {
    connection: Connection,
    interval: Interval,
    version: Option<i64>,
}

impl FileWatch {
    pub(super) fn new(connection: Connection) -> Self {
        let mut interval = interval(PERIOD);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { connection, interval, version: None }
    }

    fn version(&self) -> rusqlite::Result<i64> {
        self.connection.prepare_cached("pragma data_version")?.query_one([], |row| row.get(0))
    }
}

#[async_trait]
impl Watch for FileWatch {
    async fn wait(&mut self) -> Signal {
        loop {
            self.interval.tick().await;
            // An error leaves the counter as it is: the next look that succeeds sees that it has moved.
            if let Ok(version) = self.version()
                && self.version.replace(version) != Some(version)
            {
                return Signal::Look;
            }
        }
    }
}

//! What the code under test logs.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::instrument::Instrument as _;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;

/// The name of the span by which [`Log::of`] knows its lines.
const WATCHED: &str = "watched";

/// Everything that is logged on this thread, at every level, in the words in which the server writes it to standard error.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Listens until the guard is dropped.
    #[must_use]
    pub fn begin() -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    /// What was logged so far.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// What `work` gives, and the messages that were logged in its course; not those of tasks that run beside it.
    pub async fn of<T>(&self, work: impl Future<Output = T>) -> (T, Vec<String>) {
        let before = self.text().len();
        let done = work.instrument(tracing::info_span!("watched")).await;
        let text = self.text().split_off(before);
        let marker = format!(" {WATCHED}: ");
        let messages =
            text.lines().filter_map(|line| line.split_once(&marker)).map(|(_, rest)| rest.to_owned());
        (done, messages.collect())
    }
}

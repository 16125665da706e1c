//! Hearing of commits: `LISTEN` on a connection of its own, and a look once a second in case a notice is lost.

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio_postgres::{AsyncMessage, Client, Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::{Signal, Watch};
use super::PATIENCE;

/// Ends a transaction and tells every listener.
pub(super) const NOTIFY_AND_COMMIT: &str = "notify postern_change; commit";

const LISTEN: &str = "listen postern_change";

/// How often the feed is looked at without a notice.
const PERIOD: Duration = Duration::from_secs(1);

/// Between two tries to connect: short, so that all is well within a second of the database's return.
const PAUSE: Duration = Duration::from_millis(250);

/// Listens for notices.
pub(super) struct Listener {
    config: Config,
    tls: MakeRustlsConnect,
    ear: Option<Ear>,
    interrupted: bool,
}

/// A connection that listens. Dropping the client ends it.
struct Ear {
    _client: Client,
    notices: mpsc::Receiver<()>,
}

impl Listener {
    pub(super) fn new(config: Config, tls: MakeRustlsConnect) -> Self {
        Self { config, tls, ear: None, interrupted: false }
    }
}

#[async_trait]
impl Watch for Listener {
    async fn wait(&mut self) -> Signal {
        if let Some(ear) = &mut self.ear {
            // A time limit that passed is the look once a second.
            if !matches!(tokio::time::timeout(PERIOD, ear.notices.recv()).await, Ok(None)) {
                return Signal::Look;
            }
            tracing::warn!("the database connection that hears of changes was lost");
            self.ear = None;
            self.interrupted = true;
        }
        match tokio::time::timeout(PATIENCE, listen(&self.config, &self.tls)).await {
            Ok(Ok(ear)) => {
                self.ear = Some(ear);
                let interrupted = std::mem::take(&mut self.interrupted);
                if interrupted { Signal::Interrupted } else { Signal::Look }
            }
            Ok(Err(_)) | Err(_) => {
                self.interrupted = true;
                tokio::time::sleep(PAUSE).await;
                Signal::Look
            }
        }
    }
}

async fn listen(config: &Config, tls: &MakeRustlsConnect) -> Result<Ear, Error> {
    let (client, mut connection) = config.connect(tls.clone()).await?;
    // One waiting notice says as much as many.
    let (sender, notices) = mpsc::channel(1);
    tokio::spawn(async move {
        while let Some(Ok(message)) = std::future::poll_fn(|context| connection.poll_message(context)).await {
            if matches!(message, AsyncMessage::Notification(_)) {
                let _ = sender.try_send(());
            }
        }
    });
    client.batch_execute(LISTEN).await?;
    Ok(Ear { _client: client, notices })
}

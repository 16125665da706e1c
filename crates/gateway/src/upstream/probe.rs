//! Asking an upstream for its capabilities, in the background. A client can never cause it.

use std::sync::Arc;
use std::time::Duration;

use super::{Target, connect};
use crate::config::Limits;
use crate::io::{close, send};

/// How soon an upstream that did not answer is asked again.
const AGAIN: Duration = Duration::from_secs(60);

/// Asks at once and then once an interval, for ever. What a session learns in between counts too.
pub(crate) async fn keep_probing(target: Arc<Target>, our_name: String, limits: Limits) {
    loop {
        let upstream = &target.config.name;
        let pause = match connect(&target, &our_name, None, &limits).await {
            Ok(mut connection) => {
                tracing::debug!(upstream, capabilities = ?connection.capabilities, "upstream probed");
                // A courtesy; what comes of it does not matter.
                let _ = send(&mut connection.stream, b"QUIT\r\n", limits.upstream_connect).await;
                close(connection.stream).await;
                limits.probe_interval
            }
            Err(error) => {
                tracing::warn!(upstream, %error, remedy = error.remedy(), "upstream does not answer the probe");
                AGAIN.min(limits.probe_interval)
            }
        };
        tokio::time::sleep(pause).await;
    }
}

//! Asking an upstream whether it is there and what it offers, in the background. A client can never cause it.

use std::sync::Arc;
use std::time::Duration;

use super::reach::reach;
use super::{Opening, Target};
use crate::config::Limits;

/// How soon an upstream that did not answer is asked again.
const AGAIN: Duration = Duration::from_secs(60);

/// Asks at once and then once an interval, for ever. What a session learns in between counts too. Nobody signs in, so
/// of the server of a mailbox only that is learnt which it says before.
pub(crate) async fn keep_probing(target: Arc<Target>, our_name: String, limits: Limits) {
    loop {
        let upstream = &target.config.name;
        let opening =
            Opening { target: &target, our_name: &our_name, limits: &limits, service: None, visitor: None };
        let pause = match reach(&opening).await {
            Ok(()) => {
                tracing::debug!(upstream, "upstream probed");
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

//! What the verification of the audit log costs, and what it does to those who ask for pages meanwhile.

use std::sync::Arc;
use std::time::Duration;

use postern_service::audit::Verification;
use postern_testkit::{OPERATOR, TestService};

use crate::Outcome;
use crate::asking::{Asking, Measured};
use crate::cost::Cost;
use crate::table::milliseconds;

/// The page that somebody looks at meanwhile.
const PAGE: &str = "/admin/accounts";

/// Verifies the whole log on demand while a page is asked for again and again.
pub(crate) async fn measure(asking: &Asking, test: &TestService) -> Outcome<String> {
    let records = test.store.snapshot().await?.audit_head().await?.sequence;
    let quiet = asking.measure(PAGE, 200).await?;
    let start = Cost::now();
    test.service.start_audit_verification(OPERATOR).await?;
    let mut meanwhile = Measured { times: Vec::new(), processor: Duration::ZERO, octets: 0 };
    loop {
        match test.service.audit_verification(OPERATOR).await? {
            Verification::Running { .. } => {
                let begun = Cost::now();
                asking.ask(PAGE).await?;
                meanwhile.times.push(Cost::since(&begun).wall);
            }
            Verification::Ended { result, .. } => {
                let verified =
                    result.map_err(|error| format!("the log does not hold: {}", Arc::clone(&error)))?;
                let cost = Cost::since(&start);
                meanwhile.times.sort();
                return Ok(format!(
                    "Verifying {records} audit records and {} sign-in events under their seals takes {:.1} s, {:.1} s of \
                     CPU time; `{PAGE}` \
                     meanwhile: p50 {}, p99 {} ({} requests), beside p50 {}, p99 {} before.",
                    verified.sealed_events,
                    cost.wall.as_secs_f64(),
                    cost.process.saturating_sub(cost.thread).as_secs_f64(),
                    milliseconds(meanwhile.percentile(50)),
                    milliseconds(meanwhile.percentile(99)),
                    meanwhile.times.len(),
                    milliseconds(quiet.percentile(50)),
                    milliseconds(quiet.percentile(99)),
                ));
            }
            Verification::Never => return Err("the verification did not begin".into()),
        }
    }
}

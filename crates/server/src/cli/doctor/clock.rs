//! Whether the clock can be right. One-time codes fail when it is off by a minute.

use std::time::Duration;

use postern_service::audit::AuditSearch;
use postern_service::{By, Service};

use super::check::Report;
use crate::text::show_moment;

/// Nodes that share a database may differ by this much without harm: a one-time code is good for a minute.
const TOLERANCE: Duration = Duration::from_secs(30);

pub(super) async fn check(report: &mut Report, service: &Service, by: By<'_>) {
    let now = service.clock().now();
    match service.search_audit(by, &AuditSearch { limit: 1, ..AuditSearch::default() }).await {
        Ok(page) => match page.records.first().filter(|record| record.at > now.plus(TOLERANCE)) {
            Some(record) => report.bad(
                "clock",
                format!("{}, but the newest audit record is of {}", show_moment(now), show_moment(record.at)),
                "set the clock (timedatectl set-ntp true)",
            ),
            None => report.good("clock", show_moment(now)),
        },
        Err(error) => report.bad("audit log", error.to_string(), "look at the database's log"),
    }
}

//! What was done to an app password, as the audit log has it.

use postern_domain::Timestamp;
use postern_domain::audit::AuditRecord;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Moment;

/// Something that was done to an app password.
pub(crate) struct ChangeView {
    pub(crate) at: Moment,
    pub(crate) what: &'static str,
    pub(crate) by: String,
    /// What was before and what is after, or why.
    pub(crate) details: Vec<String>,
}

/// Who did something, as the audit log has it, for people: an account goes by its name alone.
pub(crate) fn actor(text: &str) -> &str {
    text.strip_prefix("account ").unwrap_or(text)
}

/// A moment of the audit log as people read it, and any other text as it is.
pub(crate) fn said(text: &str, now: Timestamp) -> String {
    let read = OffsetDateTime::parse(text, &Rfc3339).ok();
    let seconds = read.map(|at| at.unix_timestamp().saturating_mul(1000));
    seconds.map_or_else(|| text.to_owned(), |at| Moment::new(Timestamp::from_millis(at), now).full)
}

impl ChangeView {
    pub(crate) fn new(record: &AuditRecord, now: Timestamp) -> Self {
        let find = |name: &str| {
            record.details.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
        };
        let differences = record.details.iter().filter_map(|(name, before)| {
            let attribute = name.strip_suffix(" before")?;
            let after = find(&format!("{attribute} after"))?;
            Some(format!("{attribute}: {before} \u{2192} {after}"))
        });
        let mut details: Vec<String> = differences.collect();
        details.extend(find("reason").map(str::to_owned));
        details.extend(
            find("old secret works until")
                .map(|until| format!("old secret: until {} at most", said(until, now))),
        );
        Self {
            at: Moment::new(record.at, now),
            what: record.operation.name(),
            by: actor(&record.actor).to_owned(),
            details,
        }
    }
}

//! What was done to an app password, as the audit log has it.

use postern_domain::Timestamp;
use postern_domain::audit::AuditRecord;

use super::Moment;

/// Something that was done to an app password.
pub(crate) struct ChangeView {
    pub(crate) at: Moment,
    pub(crate) what: &'static str,
    pub(crate) by: String,
    /// What was before and what is after, or why.
    pub(crate) details: Vec<String>,
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
        details
            .extend(find("old secret works until").map(|until| format!("old secret: until {until} at most")));
        Self {
            at: Moment::new(record.at, now),
            what: record.operation.name(),
            by: record.actor.clone(),
            details,
        }
    }
}

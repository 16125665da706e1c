//! What is shipped, in the form that each receiver takes.

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::audit::AuditRecord;
use postern_storage::Notice;
use serde_json::{Value, json};

use crate::audit::AuditView;
use crate::messenger::SyslogMessage;

/// One record or notice, ready for its receiver.
pub(super) struct Parcel {
    /// Its place.
    pub(super) sequence: u64,
    /// The same for the same record at each attempt.
    pub(super) id: String,
    /// The event for a webhook.
    pub(super) event: Value,
    /// The message for syslog.
    pub(super) message: SyslogMessage,
}

impl Parcel {
    pub(super) fn of_record(record: &AuditRecord) -> Self {
        let view = AuditView::new(record);
        let mut data = vec![
            ("sequence".to_owned(), record.sequence.to_string()),
            ("actor".to_owned(), record.actor.clone()),
            ("operation".to_owned(), view.code.clone()),
        ];
        data.extend(view.activity.map(|activity| ("activity".to_owned(), activity.to_owned())));
        data.extend(view.account.clone().map(|account| ("account".to_owned(), account)));
        data.extend(view.app_password.clone().map(|id| ("app_password".to_owned(), id)));
        // Beside ours, a detail of the same name would be lost on a receiver.
        data.extend(record.details.iter().map(|(name, value)| (format!("detail.{name}"), value.clone())));
        data.push(("digest".to_owned(), view.digest.clone()));
        let message = SyslogMessage {
            at: record.at,
            kind: view.code.clone(),
            data,
            text: format!("{} by {}", record.operation.name(), record.actor),
        };
        Self {
            sequence: record.sequence,
            id: format!("audit-{}-{}", record.sequence, record.at.as_millis()),
            event: event("audit.record", record.at, &json!(view)),
            message,
        }
    }

    pub(super) fn of_notice(portal_url: &str, (notice, account): &(Notice, Option<AccountName>)) -> Self {
        let text = &notice.text;
        let facts: Vec<Value> =
            text.facts.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        let data = json!({
            "sequence": notice.sequence,
            "account": text.account.zip(account.as_ref()).map(|(id, name)| {
                json!({ "id": id.to_string(), "name": name.as_str() })
            }),
            "subject": text.subject,
            "facts": facts,
            "advice": text.advice,
            "link": format!("{portal_url}{}", text.link),
        });
        let message = SyslogMessage {
            at: text.at,
            kind: text.kind.name().to_owned(),
            data: text.facts.clone(),
            text: text.subject.clone(),
        };
        Self {
            sequence: notice.sequence,
            id: format!("notice-{}-{}", notice.sequence, text.at.as_millis()),
            event: event(text.kind.name(), text.at, &data),
            message,
        }
    }
}

/// The form that the Standard Webhooks specification recommends.
fn event(kind: &str, at: Timestamp, data: &Value) -> Value {
    json!({ "type": kind, "timestamp": at.to_string(), "data": data })
}

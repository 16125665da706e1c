//! What requests say of app passwords.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::app_password::SenderRestriction;
use postern_domain::door::{Door, DoorSet};
use postern_domain::limits::{Allowance, Limits};
use postern_domain::network::{Networks, parse_network};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::body::{DAY, Sender};
use crate::api::body::Fields;
use crate::api::v1::moment;

/// How much may be done with it. What is null, or missing, is as usual.
#[derive(Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct LimitsInput {
    sessions: Option<u32>,
    sign_ins_per_minute: Option<u32>,
    messages_per_hour: Option<u32>,
    recipients_per_hour: Option<u32>,
}

impl LimitsInput {
    pub(super) fn read(&self, fields: &mut Fields) -> Limits {
        let mut one = |name: &str, number: Option<u32>| {
            number.and_then(|number| fields.check(&format!("/limits/{name}"), Allowance::new(number)))
        };
        Limits {
            sessions: one("sessions", self.sessions),
            sign_ins_per_minute: one("signInsPerMinute", self.sign_ins_per_minute),
            messages_per_hour: one("messagesPerHour", self.messages_per_hour),
            recipients_per_hour: one("recipientsPerHour", self.recipients_per_hour),
        }
    }
}

pub(super) fn doors(names: &[String], fields: &mut Fields) -> DoorSet {
    fields.parse_all::<Door>("/doors", names).into_iter().collect()
}

pub(super) fn networks(texts: &[String], fields: &mut Fields) -> Networks {
    let each = texts.iter().enumerate();
    let read =
        each.filter_map(|(place, text)| fields.check(&format!("/networks/{place}"), parse_network(text)));
    Networks::new(read.collect::<Vec<_>>())
}

pub(super) fn expiry(text: Option<&str>, fields: &mut Fields) -> Option<Timestamp> {
    text.and_then(|text| fields.check("/expiresAt", moment(text)))
}

pub(super) fn days(days: Option<u32>) -> Option<Duration> {
    days.map(|days| Duration::from_secs(u64::from(days) * DAY))
}

pub(super) fn sender(kind: Option<&str>, list: &[String], fields: &mut Fields) -> SenderRestriction {
    if kind != Some("listed") && !list.is_empty() {
        fields.wrong("/senders", "it goes with the sender `listed` only");
    }
    match fields.choose_or("/sender", kind, Sender::Own) {
        None | Some(Sender::Own) => SenderRestriction::AccountAddresses,
        Some(Sender::Any) => SenderRestriction::Unrestricted,
        Some(Sender::Listed) => {
            let listed = SenderRestriction::listed(list.iter().map(String::as_str));
            fields.check("/senders", listed).unwrap_or_default()
        }
    }
}

/// Tells a field that is null from one that is missing.
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

//! The inventory as CSV and as JSON lines.
//!
//! CSV is RFC 4180 with a line of names. A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a
//! carriage return for a formula, also inside quotes, and what owners call their app passwords and programs call
//! themselves is theirs to choose; such a cell gets an apostrophe in front, as OWASP advises ("CSV Injection"). JSON lines
//! have every value as it is.

use postern_domain::account::AccountKind;
use postern_domain::app_password::{AppPassword, EffectiveState};
use postern_domain::{Timestamp, sign_in::RefusalReason};
use serde_json::{Value, json};

use super::{InventoryFlag, InventoryItem};

/// The names of the columns.
pub const CSV_COLUMNS: [&str; 24] = [
    "id",
    "account",
    "account_kind",
    "name",
    "note",
    "state",
    "doors",
    "networks",
    "sender",
    "created_at",
    "created_by",
    "expires_at",
    "idle_expiry_days",
    "last_used_at",
    "last_door",
    "last_address",
    "last_client",
    "use_count",
    "flags",
    "tries_after_end",
    "last_tried_at",
    "last_tried_door",
    "last_tried_address",
    "last_tried_client",
];

/// The line of an app password, or without one the line of the names, with its CRLF.
#[must_use]
pub fn csv_line(item: Option<&InventoryItem>, now: Timestamp) -> String {
    let cells = match item {
        None => CSV_COLUMNS.map(str::to_owned).to_vec(),
        Some(item) => cells(item, now).iter().map(|cell| defused(cell)).collect(),
    };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&cells).expect("a vector takes everything, and one record is of one length");
    let line = writer.into_inner().expect("a vector takes everything");
    String::from_utf8(line).expect("cells of text make a line of text")
}

/// The cell, so that no spreadsheet takes it for a formula.
fn defused(cell: &str) -> String {
    let begins =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if begins { format!("'{cell}") } else { cell.to_owned() }
}

fn cells(item: &InventoryItem, now: Timestamp) -> Vec<String> {
    let Value::Object(fields) = value(item, now) else { unreachable!("an item is an object") };
    CSV_COLUMNS
        .iter()
        .map(|column| match &fields[*column] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        })
        .collect()
}

/// The line of an app password, with its line feed.
#[must_use]
pub fn json_line(item: &InventoryItem, now: Timestamp) -> String {
    format!("{}\n", value(item, now))
}

/// An app password as JSON, under the names of [`CSV_COLUMNS`].
fn value(item: &InventoryItem, now: Timestamp) -> Value {
    let its = &item.row.app_password;
    let (last, tried) = (its.last_use.as_ref(), item.row.tried.as_ref());
    let doors: Vec<&str> = its.scope.iter().map(postern_domain::door::Door::name).collect();
    let networks: Vec<String> = its.networks.as_slice().iter().map(ToString::to_string).collect();
    let flags: Vec<&str> = item.flags.iter().map(|flag| flag.name()).collect();
    json!({
        "id": its.id.to_string(),
        "account": item.row.owner.as_str(),
        "account_kind": kind(item.row.kind),
        "name": its.name.as_str(),
        "note": its.note.as_ref().map(ToString::to_string),
        "state": state(its, now),
        "doors": doors,
        "networks": networks,
        "sender": sender(its),
        "created_at": its.created.at.to_string(),
        "created_by": its.created.by,
        "expires_at": its.expires_at.map(|at| at.to_string()),
        "idle_expiry_days": its.idle_expiry.map(|span| span.as_secs() / 86_400),
        "last_used_at": last.map(|last| last.at.to_string()),
        "last_door": last.map(|last| last.door.name()),
        "last_address": last.map(|last| last.address.to_string()),
        "last_client": last.and_then(|last| last.client.clone()),
        "use_count": its.use_count,
        "flags": flags,
        "tries_after_end": tried.map(|tried| tried.count),
        "last_tried_at": tried.map(|tried| tried.last.at.to_string()),
        "last_tried_door": tried.map(|tried| tried.last.door.name()),
        "last_tried_address": tried.map(|tried| tried.last.address.to_string()),
        "last_tried_client": tried.and_then(|tried| tried.last.client.clone()),
    })
}

const fn kind(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Person => "person",
        AccountKind::ServiceAccount => "service-account",
    }
}

fn state(its: &AppPassword, now: Timestamp) -> &'static str {
    match its.state_at(now) {
        EffectiveState::Active => "active",
        EffectiveState::Suspended { .. } => RefusalReason::Suspended.name(),
        EffectiveState::Expired { .. } => RefusalReason::Expired.name(),
        EffectiveState::IdleExpired { .. } => RefusalReason::IdleExpired.name(),
        EffectiveState::Revoked { .. } => RefusalReason::Revoked.name(),
    }
}

fn sender(its: &AppPassword) -> String {
    use postern_domain::app_password::SenderRestriction;
    match &its.sender {
        SenderRestriction::AccountAddresses => "account-addresses".to_owned(),
        SenderRestriction::Listed(list) => list.join(", "),
        SenderRestriction::Unrestricted => "any".to_owned(),
    }
}

impl InventoryItem {
    /// Whether it has this flag.
    #[must_use]
    pub fn has(&self, flag: InventoryFlag) -> bool {
        self.flags.contains(&flag)
    }
}

//! The inventory as CSV and as JSON lines.
//!
//! CSV is RFC 4180 with a line of names. A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a
//! carriage return for a formula, also inside quotes, and what owners call their credentials and programs call
//! themselves is theirs to choose; such a cell gets an apostrophe in front, as OWASP advises ("CSV Injection"). JSON lines
//! have every value as it is.

use postern_domain::Timestamp;
use postern_domain::account::{AccountKind, AccountName};
use postern_domain::api_token::Scope;
use postern_domain::app_password::SenderRestriction;
use postern_domain::door::Door;
use serde_json::{Value, json};

use super::{FactUse, InventoryItem};

/// The names of the columns.
pub const CSV_COLUMNS: [&str; 27] = [
    "id",
    "kind",
    "account",
    "account_kind",
    "name",
    "note",
    "state",
    "doors",
    "scopes",
    "mailbox",
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

/// The line of a credential, or without one the line of the names, with its CRLF.
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

/// The line of a credential, with its line feed.
#[must_use]
pub fn json_line(item: &InventoryItem, now: Timestamp) -> String {
    format!("{}\n", value(item, now))
}

/// A credential as JSON, under the names of [`CSV_COLUMNS`].
fn value(item: &InventoryItem, now: Timestamp) -> Value {
    let facts = item.facts(now);
    let (last, tried) = (facts.last_use.as_ref(), facts.tried.as_ref());
    let last_tried = tried.map(|tried| &tried.last);
    let doors: Vec<&str> = facts.doors.iter().map(Door::name).collect();
    let scopes = facts.scopes.map(|scopes| scopes.iter().map(Scope::name).collect::<Vec<_>>());
    let networks: Vec<String> = facts.networks.as_slice().iter().map(ToString::to_string).collect();
    let flags: Vec<&str> = item.flags.iter().map(|flag| flag.name()).collect();
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let door = |of: Option<&FactUse>| of.and_then(|of| of.door).map(Door::name);
    let address = |of: Option<&FactUse>| of.and_then(|of| of.address).map(|address| address.to_string());
    let client = |of: Option<&FactUse>| of.and_then(|of| of.client.clone());
    json!({
        "id": facts.id,
        "kind": facts.kind.name(),
        "account": facts.account.as_ref().map(AccountName::as_str),
        "account_kind": facts.account_kind.map(kind),
        "name": facts.name,
        "note": facts.note,
        "state": facts.state.name(),
        "doors": doors,
        "scopes": scopes,
        "mailbox": facts.mailbox,
        "networks": networks,
        "sender": facts.sender.as_ref().map(sender),
        "created_at": facts.created_at.to_string(),
        "created_by": facts.created_by,
        "expires_at": moment(facts.expires_at),
        "idle_expiry_days": facts.idle_expiry.map(|span| span.as_secs() / 86_400),
        "last_used_at": moment(last.map(|last| last.at)),
        "last_door": door(last),
        "last_address": address(last),
        "last_client": client(last),
        "use_count": facts.use_count,
        "flags": flags,
        "tries_after_end": tried.map(|tried| tried.count),
        "last_tried_at": moment(last_tried.map(|last| last.at)),
        "last_tried_door": door(last_tried),
        "last_tried_address": address(last_tried),
        "last_tried_client": client(last_tried),
    })
}

const fn kind(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Person => "person",
        AccountKind::ServiceAccount => "service-account",
    }
}

fn sender(sender: &SenderRestriction) -> String {
    match sender {
        SenderRestriction::AccountAddresses => "account-addresses".to_owned(),
        SenderRestriction::Listed(list) => list.join(", "),
        SenderRestriction::Unrestricted => "any".to_owned(),
    }
}

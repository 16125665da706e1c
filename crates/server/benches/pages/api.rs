//! What the API's OpenAPI document says can be read, with each of its parameters.

use postern_domain::setting::SettingKey;
use serde_json::Value;

use crate::Outcome;
use crate::addresses::address;
use crate::asking::Asking;
use crate::found::Found;
use crate::table::Table;

/// So many pages are turned before a deep one is measured.
const DEEP: usize = 10;

/// An endpoint that can be read.
pub(crate) struct Endpoint {
    pub(crate) path: String,
    addresses: Vec<String>,
}

/// All of them, each with every parameter by itself.
pub(crate) fn all(found: &Found) -> Outcome<Vec<Endpoint>> {
    let document: Value = serde_json::from_str(&postern_web::openapi_document())?;
    let paths = document["paths"].as_object().ok_or("no paths")?;
    let mut endpoints = Vec::new();
    for (path, item) in paths {
        let Some(read) = item.get("get") else { continue };
        let mut bare = path.clone();
        let mut asked = Vec::new();
        for parameter in read["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            match parameter["in"].as_str() {
                Some("path") => bare = bare.replace(&format!("{{{name}}}"), &in_path(path, name, found)?),
                Some("query") => asked.push((name, in_query(path, name, &parameter["schema"], found)?)),
                _ => {}
            }
        }
        let mut addresses = vec![bare.clone()];
        for (name, values) in asked {
            addresses.extend(values.iter().map(|value| address(&bare, [(name, value.as_str())].into_iter())));
        }
        endpoints.push(Endpoint { path: path.clone(), addresses });
    }
    Ok(endpoints)
}

fn in_path(path: &str, name: &str, found: &Found) -> Outcome<String> {
    let after = path.strip_prefix("/api/v1/").unwrap_or(path).split('/').next().unwrap_or_default();
    Ok(match (after, name) {
        ("accounts" | "users", _) => found.accounts[1].1.clone(),
        ("app-passwords", "id") => found.app_password.to_string(),
        ("groups", "group") => "physics".to_owned(),
        ("refusals", "reference") => found.reference.clone(),
        ("service-principals", "id") => found.principal.to_string(),
        ("tokens", "id") => found.token.to_string(),
        ("settings", "name") => SettingKey::DoorsOff.name().to_owned(),
        ("account-changes", "id") => found.change.to_string(),
        ("audit-records", _) => found.record.to_string(),
        _ => return Err(format!("the benchmark has nothing to put into {{{name}}} of {path}").into()),
    })
}

/// Cursors are followed, not put together.
fn in_query(path: &str, name: &str, schema: &Value, found: &Found) -> Outcome<Vec<String>> {
    let (_, account) = &found.accounts[0];
    let list = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
    if let Some(choices) = schema["enum"].as_array() {
        return Ok(choices.iter().filter_map(|choice| choice.as_str().map(str::to_owned)).collect());
    }
    if schema["type"] == "boolean" {
        return Ok(list(&["true", "false"]));
    }
    let app_password = found.app_password.to_string();
    Ok(match name {
        "cursor" => Vec::new(),
        "limit" => list(&["100"]),
        "after" => vec![found.record.to_string()],
        "account" | "owner" => list(&[account, &found.accounts[1].1]),
        "appPassword" => vec![app_password],
        "actor" => list(&[account, "system"]),
        "operation" => list(&["Create app password", "Change MFA state", "Delete group"]),
        "text" => list(&["silva9", "nobody-has-this"]),
        "name" => list(&["scanner", "nothing-begins-so"]),
        "mfaState" => list(&["disabled", "enabled", "enforced"]),
        "group" => list(&["physics", "team-7"]),
        "role" => list(&["member", "auditor", "global-administrator"]),
        "place" => list(&["imap", "portal"]),
        "door" => list(&["imap", "managesieve"]),
        "kind" if path.contains("/inventory") => list(&["app-password", "account-password", "api-token"]),
        "kind" => list(&["person", "service-account"]),
        "flag" => list(&[
            "never-used",
            "stale",
            "no-expiry",
            "too-wide",
            "expiring-soon",
            "tried-after-end",
            "lapsed",
        ]),
        "span" => list(&["day", "month"]),
        "outcome" => list(&["accepted", "refused"]),
        "since" | "until" => found.days.iter().map(|day| format!("{day}T00:00:00Z")).collect(),
        _ => return Err(format!("the benchmark has no value for the parameter {name} of {path}").into()),
    })
}

/// Measures an endpoint with all of its addresses, and the pages that are deep in its lists.
pub(crate) async fn measure(
    asking: &Asking,
    endpoint: Endpoint,
    rounds: usize,
    table: &mut Table,
) -> Outcome<()> {
    let mut addresses = endpoint.addresses;
    for address in addresses.clone() {
        let mut at = None;
        for _ in 0..DEEP {
            let answer = asking.read(at.as_deref().unwrap_or(&address)).await?;
            let Some(next) = answer.next else { break };
            at = Some(next);
        }
        addresses.extend(at);
    }
    for address in &addresses {
        table.add(&endpoint.path, address, asking.measure(address, rounds).await?);
    }
    Ok(())
}

//! Who may do what, over every route: walked from the tables of the pages and the endpoints, with what is expected taken
//! from the permission that stands in the row. A new row is tested by being there.

mod endpoints;
mod headers;
mod pages;
mod refused;
mod tables;
mod two_accounts;

use http::StatusCode;
use postern_domain::account::{AccountKind, Role};
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_service::audit::AuditSearch;
use postern_testkit::OPERATOR;

use super::client::{Person, Shown, TestPortal};
use crate::api::Endpoint;
use crate::{api, scim};

/// An identifier of nothing.
const NOTHING: &str = "00000000-0000-7000-8000-000000000000";

/// The path of a row with `id` in the place of each parameter.
fn filled(path: &str, id: &str) -> String {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, parameter)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push_str(id);
        rest = parameter.split_once('}').expect("a parameter ends").1;
    }
    filled + rest
}

/// Every endpoint that takes a token.
fn endpoints() -> Vec<Endpoint> {
    api::endpoints().into_iter().chain(scim::endpoints()).collect()
}

/// What was done so far, as the audit log has it: nothing is done without a record. That it was verified, and that sign-ins were
/// sealed, is written some time later, and changes nothing.
async fn deeds(portal: &TestPortal) -> u64 {
    let all = AuditSearch { limit: 999, ..AuditSearch::default() };
    let records = portal.test.service.search_audit(OPERATOR, &all).await.unwrap().records;
    let later = [Operation::VerifyAuditLog, Operation::SealSignInEvents];
    let later = records.iter().filter(|record| later.contains(&record.operation)).count() as u64;
    records.first().map_or(0, |newest| newest.sequence) - later
}

/// Somebody with the role, signed in with both factors.
async fn somebody(portal: &TestPortal, role: Role) -> Person {
    let name = format!("{}@example.test", role.name());
    portal.test.add(&name, MfaState::Enforced, role, AccountKind::Person).await;
    portal.enrolled(&name).await
}

/// Fails for a failure of ours: whatever is sent, the answer says what was wrong with it.
fn assert_answered(shown: &Shown, what: &str) {
    assert!(!shown.status.is_server_error(), "{what}: {} {}", shown.status, shown.text());
    assert_ne!(shown.status, StatusCode::NOT_IMPLEMENTED, "{what}");
}

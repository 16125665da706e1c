//! Everything that the portal can do, the API can do too: each page beside the operations that do the same.
//!
//! A page that is added without a row here fails, and so does a row without a page. A page without an operation has a reason.

use std::collections::BTreeSet;

use postern_domain::account::Permission;

use crate::api::{Endpoint, Need, endpoints};
use crate::portal::routes::{Access, pages};

/// What does the same as a page.
enum Same {
    /// These operations, by their `operationId`.
    By(&'static [&'static str]),
    /// None, for this reason.
    None(&'static str),
}
use Same::{By, None};

const A_BROWSER: &str =
    "A browser's own way in and out. A program has a token, and no session that begins or ends.";
const A_FACTOR: &str = "A second factor is proved by the person in front of a browser, with both factors fresh; a token that \
    could make or change one would outlive its revocation (ADR 0027).";
const A_TOKEN: &str = "No token makes a token (ADR 0027): one that leaks cannot outlive its revocation.";
const A_REDIRECT: &str =
    "The provider sends the person's browser back here; what comes of it is seen and ended by operations.";
const A_FILE: &str = "A part of the pages themselves.";

/// Every page with a method, in the order of the tables.
const DEEDS: &[(&str, &str, Same)] = &[
    ("GET", "/", None(A_BROWSER)),
    ("GET", "/static/{file}", None(A_FILE)),
    ("GET", "/sign-in", None(A_BROWSER)),
    ("POST", "/sign-in", None(A_BROWSER)),
    ("POST", "/sign-in/outside", None(A_BROWSER)),
    ("GET", "/sign-in/outside/callback", None(A_BROWSER)),
    ("GET", "/sign-in/outside/signed-out", None(A_BROWSER)),
    ("GET", "/set-up/{token}", None(A_BROWSER)),
    ("POST", "/set-up/{token}", None(A_BROWSER)),
    ("GET", "/sign-in/code", None(A_BROWSER)),
    ("POST", "/sign-in/code", None(A_BROWSER)),
    ("POST", "/sign-in/passkey", None(A_BROWSER)),
    ("GET", "/sign-in/recovery-code", None(A_BROWSER)),
    ("POST", "/sign-in/recovery-code", None(A_BROWSER)),
    ("GET", "/methods/authenticator/new", None(A_FACTOR)),
    ("POST", "/methods/authenticator/new", None(A_FACTOR)),
    ("GET", "/methods/passkey/new", None(A_FACTOR)),
    ("POST", "/methods/passkey/new", None(A_FACTOR)),
    ("GET", "/methods/text-message/new", None(A_FACTOR)),
    ("POST", "/methods/text-message/new", None(A_FACTOR)),
    ("GET", "/methods/e-mail/new", None(A_FACTOR)),
    ("POST", "/methods/e-mail/new", None(A_FACTOR)),
    ("GET", "/methods/{id}", By(&["get_account"])),
    ("POST", "/methods/{id}", By(&["change_method"])),
    ("POST", "/methods/{id}/first", By(&["change_method"])),
    ("POST", "/browsers/forget", By(&["forget_browser", "forget_all_browsers"])),
    ("POST", "/sign-out", None(A_BROWSER)),
    (
        "GET",
        "/security-info",
        By(&[
            "get_account",
            "list_app_passwords",
            "list_remembered_browsers",
            "list_outside_identities",
            "list_sign_in_events",
        ]),
    ),
    ("POST", "/step-up/outside", None(A_BROWSER)),
    ("GET", "/outside-identities/link", None(A_FACTOR)),
    ("POST", "/outside-identities/link", None(A_FACTOR)),
    ("GET", "/outside-identities/{id}/unlink", By(&["list_outside_identities"])),
    ("POST", "/outside-identities/{id}/unlink", By(&["unlink_outside_identity"])),
    ("POST", "/step-up", None(A_BROWSER)),
    ("GET", "/methods/new", None(A_FACTOR)),
    ("GET", "/methods/{id}/delete", By(&["get_account"])),
    ("POST", "/methods/{id}/delete", By(&["delete_method"])),
    ("GET", "/recovery-codes/new", By(&["get_account"])),
    ("POST", "/recovery-codes/new", None(A_FACTOR)),
    ("POST", "/recovery-codes/file", None(A_FACTOR)),
    ("GET", "/app-passwords/new", By(&["create_app_password"])),
    ("POST", "/app-passwords/new", By(&["create_app_password", "get_device_settings"])),
    (
        "GET",
        "/app-passwords/{id}",
        By(&["get_app_password", "get_app_password_history", "get_device_settings", "list_sessions"]),
    ),
    ("GET", "/app-passwords/{id}/edit", By(&["get_app_password"])),
    ("POST", "/app-passwords/{id}/edit", By(&["change_app_password"])),
    ("POST", "/app-passwords/{id}/apple-profile", By(&["make_apple_profile"])),
    ("POST", "/app-passwords/{id}/suspend", By(&["suspend_app_password"])),
    ("POST", "/app-passwords/{id}/resume", By(&["resume_app_password"])),
    ("POST", "/app-passwords/{id}/end-overlap", By(&["end_overlap"])),
    ("GET", "/app-passwords/{id}/rotate", By(&["get_app_password"])),
    ("POST", "/app-passwords/{id}/rotate", By(&["rotate_app_password"])),
    ("GET", "/app-passwords/{id}/revoke", By(&["get_app_password"])),
    ("POST", "/app-passwords/{id}/revoke", By(&["revoke_app_password"])),
    ("GET", "/sessions", By(&["list_sessions"])),
    ("POST", "/sessions/{id}/end", By(&["end_session"])),
    ("GET", "/consents", By(&["list_consents_of_account", "list_mailbox_passwords"])),
    ("POST", "/consents/connect", By(&["begin_device_consent", "poll_device_consent"])),
    ("GET", "/consents/callback", None(A_REDIRECT)),
    ("POST", "/consents/withdraw", By(&["withdraw_consent"])),
    ("GET", "/mailbox-password", By(&["list_mailbox_passwords"])),
    ("POST", "/mailbox-password", By(&["set_mailbox_password"])),
    ("POST", "/mailbox-password/remove", By(&["remove_mailbox_password"])),
    ("GET", "/activity", By(&["list_sign_in_events"])),
    ("GET", "/notices", By(&["list_notices", "list_notification_addresses"])),
    ("GET", "/notices/addresses/new", By(&["list_notification_addresses"])),
    ("POST", "/notices/addresses/new", By(&["add_notification_address"])),
    ("GET", "/notices/addresses/{id}", By(&["list_notification_addresses"])),
    ("POST", "/notices/addresses/{id}", By(&["confirm_notification_address"])),
    ("GET", "/notices/addresses/{id}/remove", By(&["list_notification_addresses"])),
    ("POST", "/notices/addresses/{id}/remove", By(&["remove_notification_address"])),
    ("POST", "/refusals/{reference}/ask", By(&["ask_administrators"])),
    ("GET", "/api-tokens", By(&["list_tokens", "get_token", "get_me"])),
    ("GET", "/api-tokens/new", None(A_TOKEN)),
    ("POST", "/api-tokens/new", None(A_TOKEN)),
    ("POST", "/api-tokens/{id}/revoke", By(&["revoke_token"])),
    (
        "GET",
        "/api/docs",
        None(
            "The documentation of the operations themselves: /api/v1/openapi.json is the same for programs.",
        ),
    ),
    ("GET", "/refusals", By(&["get_refusal"])),
    ("GET", "/password", None(A_FACTOR)),
    ("POST", "/password", None(A_FACTOR)),
    (
        "GET",
        "/admin",
        By(&["count_mfa_states", "count_inventory", "report_sign_ins", "list_sessions", "list_accounts"]),
    ),
    ("GET", "/admin/accounts", By(&["list_accounts"])),
    ("GET", "/admin/accounts/new", By(&["create_account"])),
    ("POST", "/admin/accounts/new", By(&["create_account"])),
    ("GET", "/admin/import", By(&["preview_import"])),
    ("POST", "/admin/import", By(&["preview_import", "import_accounts"])),
    ("POST", "/admin/accounts/bulk", By(&["preview_account_change", "begin_account_change"])),
    ("GET", "/admin/changes", By(&["list_account_changes"])),
    ("GET", "/admin/changes/{id}", By(&["get_account_change", "list_not_done"])),
    (
        "GET",
        "/admin/accounts/{id}",
        By(&[
            "get_account",
            "list_app_passwords",
            "list_sign_in_events",
            "list_outside_identities",
            "list_effective_settings",
        ]),
    ),
    ("GET", "/admin/accounts/{id}/mfa", By(&["get_requirements", "update_requirements"])),
    ("POST", "/admin/accounts/{id}/mfa", By(&["update_requirements"])),
    ("GET", "/admin/accounts/{id}/sign-out", By(&["end_sessions"])),
    ("POST", "/admin/accounts/{id}/sign-out", By(&["end_sessions"])),
    ("GET", "/admin/accounts/{id}/registration", By(&["require_registration"])),
    ("POST", "/admin/accounts/{id}/registration", By(&["require_registration"])),
    ("GET", "/admin/accounts/{id}/methods/{method}/delete", By(&["delete_method"])),
    ("POST", "/admin/accounts/{id}/methods/{method}/delete", By(&["delete_method"])),
    (
        "GET",
        "/admin/accounts/{id}/outside-identities/{link}/unlink",
        By(&["list_outside_identities", "unlink_outside_identity"]),
    ),
    ("POST", "/admin/accounts/{id}/outside-identities/{link}/unlink", By(&["unlink_outside_identity"])),
    ("GET", "/admin/accounts/{id}/revoke-all", By(&["revoke_all_app_passwords"])),
    ("POST", "/admin/accounts/{id}/revoke-all", By(&["revoke_all_app_passwords"])),
    ("GET", "/admin/accounts/{id}/block", By(&["block_account"])),
    ("POST", "/admin/accounts/{id}/block", By(&["block_account"])),
    ("GET", "/admin/accounts/{id}/unblock", By(&["unblock_account"])),
    ("POST", "/admin/accounts/{id}/unblock", By(&["unblock_account"])),
    ("GET", "/admin/accounts/{id}/delete", By(&["delete_account"])),
    ("POST", "/admin/accounts/{id}/delete", By(&["delete_account"])),
    ("GET", "/admin/accounts/{id}/role", By(&["set_role"])),
    ("POST", "/admin/accounts/{id}/role", By(&["set_role"])),
    ("GET", "/admin/accounts/{id}/groups", By(&["add_to_group", "list_groups"])),
    ("POST", "/admin/accounts/{id}/groups", By(&["add_to_group", "remove_from_group"])),
    ("GET", "/admin/accounts/{id}/addresses", By(&["set_addresses"])),
    ("POST", "/admin/accounts/{id}/addresses", By(&["set_addresses"])),
    ("GET", "/admin/accounts/{id}/password", By(&["set_account_password"])),
    ("POST", "/admin/accounts/{id}/password", By(&["set_account_password"])),
    ("GET", "/admin/accounts/{id}/app-passwords/new", By(&["create_app_password"])),
    ("POST", "/admin/accounts/{id}/app-passwords/new", By(&["create_app_password"])),
    ("GET", "/admin/mfa", By(&["list_programs", "count_mfa_states"])),
    ("GET", "/admin/mfa/programs", By(&["list_programs"])),
    ("GET", "/admin/mfa/programs.csv", By(&["export_programs"])),
    ("GET", "/admin/audit", By(&["list_audit_records"])),
    ("GET", "/admin/audit/{sequence}", By(&["get_audit_record"])),
    ("GET", "/admin/audit/verify", By(&["get_audit_verification"])),
    ("POST", "/admin/audit/verify", By(&["verify_audit"])),
    ("GET", "/admin/audit/export", By(&["export_audit_records", "export_audit_records_csv"])),
    ("GET", "/admin/delivery", By(&["list_destinations", "list_troubled_mails"])),
    ("GET", "/admin/inventory", By(&["list_inventory", "count_inventory"])),
    ("GET", "/admin/inventory/export.csv", By(&["export_inventory_csv"])),
    ("GET", "/admin/inventory/export.jsonl", By(&["export_inventory_json_lines"])),
    ("GET", "/admin/report", By(&["report_sign_ins"])),
    ("GET", "/admin/sign-ins", By(&["list_sign_in_events"])),
    ("GET", "/admin/sign-ins/export.jsonl", By(&["list_sign_in_events"])),
    ("GET", "/admin/tokens", By(&["list_service_principals", "list_tokens"])),
    ("POST", "/admin/tokens/{id}/revoke", By(&["revoke_token"])),
    ("GET", "/admin/service-principals/new", None(A_TOKEN)),
    ("POST", "/admin/service-principals/new", None(A_TOKEN)),
    ("GET", "/admin/service-principals/{id}/secret", By(&["get_service_principal"])),
    ("POST", "/admin/service-principals/{id}/secret", None(A_TOKEN)),
    ("GET", "/admin/service-principals/{id}/revoke", By(&["get_service_principal"])),
    ("POST", "/admin/service-principals/{id}/revoke", By(&["revoke_service_principal"])),
    ("GET", "/admin/settings", By(&["list_settings"])),
    ("GET", "/admin/settings/held-for", By(&["list_effective_settings"])),
    ("GET", "/admin/settings/{id}", By(&["get_setting"])),
    (
        "POST",
        "/admin/settings/{id}/change",
        By(&[
            "set_setting",
            "unset_setting",
            "set_override",
            "unset_override",
            "preview_setting",
            "forbid_app_passwords",
        ]),
    ),
];

/// The operations by their names.
fn operation(name: &str) -> Option<Endpoint> {
    let document: serde_json::Value = serde_json::from_str(&crate::openapi_document()).unwrap();
    endpoints().into_iter().find(|endpoint| {
        let method = endpoint.method.as_str().to_lowercase();
        document["paths"][endpoint.path][method]["operationId"] == name
    })
}

#[test]
fn every_page_has_an_operation_that_does_the_same_or_a_reason() {
    let shown: BTreeSet<(String, String)> = pages()
        .iter()
        .flat_map(|page| page.methods.iter().map(|method| ((*method).to_owned(), page.path.to_owned())))
        .collect();
    let told: BTreeSet<(String, String)> =
        DEEDS.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    let untold: Vec<_> = shown.difference(&told).collect();
    let gone: Vec<_> = told.difference(&shown).collect();
    assert!(untold.is_empty(), "pages without a row: give each an operation or a reason: {untold:#?}");
    assert!(gone.is_empty(), "rows without a page: {gone:#?}");
    assert_eq!(told.len(), DEEDS.len(), "a page stands in two rows");
    for (method, path, same) in DEEDS {
        match same {
            By(names) => {
                assert!(!names.is_empty(), "{method} {path}");
                for name in *names {
                    assert!(operation(name).is_some(), "{method} {path}: there is no operation {name}");
                }
            }
            None(reason) => assert!(reason.len() > 20, "{method} {path}: {reason}"),
        }
    }
}

/// What somebody does with their own, a token of theirs does: an operation that only administrators may use is not the same.
#[test]
fn an_operation_is_for_whom_its_page_is_for() {
    let mut others = Vec::new();
    for page in pages().iter().filter(|page| page.access == Access::Inside) {
        for method in page.methods {
            let row = DEEDS.iter().find(|row| (row.0, row.1) == (*method, page.path));
            let (_, _, By(names)) = row.expect("every page has a row") else { continue };
            let for_its_owner = |name: &&str| {
                let need = operation(name).unwrap().need;
                need == Need::Token || !need.own().is_empty()
            };
            if !names.iter().all(for_its_owner) {
                others.push((*method, page.path));
            }
        }
    }
    assert!(others.is_empty(), "only for administrators: {others:#?}");
}

/// What a role must allow for a page, a token must have for the operation that does the same.
#[test]
fn an_operation_asks_for_the_permission_that_its_page_asks_for() {
    let (mut other, mut compared) = (Vec::new(), 0);
    for page in pages() {
        let Access::May(permission) = page.access else { continue };
        for method in page.methods {
            let (_, _, same) = DEEDS
                .iter()
                .find(|row| (row.0, row.1) == (*method, page.path))
                .expect("every page has a row");
            let By(names) = same else { continue };
            compared += 1;
            let asks = |name: &&str| {
                let need = operation(name).unwrap().need;
                // Whoever holds a token may revoke that one; the deed asks who may revoke others'.
                matches!(need, Need::For(its) | Need::Own(_, its) if its == permission)
                    || (*name == "revoke_token" && permission == Permission::ManageTokens)
            };
            if !names.iter().any(asks) {
                other.push((*method, page.path, permission));
            }
        }
    }
    assert!(other.is_empty(), "by another permission than their pages: {other:#?}");
    assert!(compared >= 50, "only {compared} pages of the admin area have an operation");
}

//! Everything that the commands can do, the API can do too: each command beside the operations that do the same.
//!
//! A command that is added without a row here fails, and so does a row without a command. A command without an operation has
//! a reason.

use std::collections::BTreeSet;

use clap::CommandFactory as _;

use super::Cli;

/// What does the same as a command.
enum Same {
    /// These operations, by their `operationId`.
    By(&'static [&'static str]),
    /// None, for this reason.
    None(&'static str),
}
use Same::{By, None};

const THE_MACHINE: &str =
    "About this machine, its files or its configuration, which no program elsewhere can see.";
const A_TOKEN: &str = "No token makes a token, nor a secret by which tokens are got (ADR 0027).";
const PRINTED: &str = "Printed by the binary about itself; a program has the OpenAPI document.";

const DEEDS: &[(&str, Same)] = &[
    ("serve", None(THE_MACHINE)),
    ("demo", None(THE_MACHINE)),
    ("account add", By(&["create_account", "set_security_identifier"])),
    ("account import", By(&["preview_import", "import_accounts"])),
    ("account list", By(&["list_accounts"])),
    ("account show", By(&["get_account", "list_app_passwords", "list_outside_identities"])),
    ("account set-password", By(&["set_account_password"])),
    ("account set", By(&["set_security_identifier", "set_role"])),
    ("account grant", By(&["set_impersonation_grant"])),
    ("account revoke-grant", By(&["set_impersonation_grant"])),
    ("account link", By(&["link_outside_identity"])),
    ("account unlink", By(&["unlink_outside_identity"])),
    ("account notify list", By(&["list_notification_addresses"])),
    ("account notify add", By(&["add_notification_address"])),
    ("account notify remove", By(&["remove_notification_address"])),
    ("account block", By(&["block_account"])),
    ("account unblock", By(&["unblock_account"])),
    ("account delete", By(&["delete_account"])),
    ("group add", By(&["add_to_group", "begin_account_change"])),
    ("group remove", By(&["remove_from_group", "begin_account_change"])),
    ("group list", By(&["list_groups", "list_group_members"])),
    ("mfa set", By(&["update_requirements"])),
    ("mfa require-registration", By(&["require_registration"])),
    ("mfa method list", By(&["get_account"])),
    ("mfa method delete", By(&["delete_method"])),
    ("app-password create", By(&["create_app_password"])),
    ("app-password list", By(&["list_app_passwords"])),
    ("app-password show", By(&["get_app_password", "get_app_password_history"])),
    ("app-password rotate", By(&["rotate_app_password"])),
    ("app-password limit", By(&["change_app_password"])),
    ("app-password narrow", By(&["narrow_impersonation"])),
    ("app-password change", By(&["change_app_password"])),
    ("app-password suspend", By(&["suspend_app_password"])),
    ("app-password resume", By(&["resume_app_password"])),
    ("app-password revoke", By(&["revoke_app_password", "revoke_all_app_passwords"])),
    ("setting list", By(&["list_settings"])),
    ("setting get", By(&["get_setting"])),
    ("setting set", By(&["set_setting", "set_override", "forbid_app_passwords"])),
    ("setting unset", By(&["unset_setting", "unset_override"])),
    ("setting effective", By(&["list_effective_settings"])),
    ("audit list", By(&["list_audit_records"])),
    ("audit verify", By(&["verify_audit", "get_audit_verification"])),
    ("audit export", By(&["export_audit_records", "export_audit_records_csv"])),
    ("session list", By(&["list_sessions"])),
    ("session end", By(&["end_session", "end_sessions"])),
    ("token create", None(A_TOKEN)),
    ("token list", By(&["list_tokens"])),
    ("token revoke", By(&["revoke_token"])),
    ("service-principal add", None(A_TOKEN)),
    ("service-principal list", By(&["list_service_principals"])),
    ("service-principal rotate", None(A_TOKEN)),
    ("service-principal revoke", By(&["revoke_service_principal"])),
    ("consent list", By(&["list_consents"])),
    ("consent show", By(&["list_consents_of_account"])),
    ("consent begin", By(&["begin_device_consent", "poll_device_consent"])),
    ("consent withdraw", By(&["withdraw_consent"])),
    ("key rotate", None(THE_MACHINE)),
    ("inventory", By(&["list_inventory", "export_inventory_csv", "export_inventory_json_lines"])),
    ("report", By(&["report_sign_ins"])),
    (
        "doctor",
        None(
            "The checks are about this machine; `--reference` is `get_refusal`, deliveries are `list_destinations`.",
        ),
    ),
    ("check-config", None(THE_MACHINE)),
    ("completions", None(PRINTED)),
    ("generate cli-reference", None(PRINTED)),
    ("generate config-reference", None(PRINTED)),
    ("generate man", None(PRINTED)),
    ("generate openapi", None(PRINTED)),
];

/// The scopes of which a token needs one for an operation, by the document.
fn scopes(document: &serde_json::Value, operation: &str) -> Vec<String> {
    let paths = document["paths"].as_object().unwrap().values();
    let mut all = paths.flat_map(|methods| methods.as_object().unwrap().values());
    let found = all.find(|found| found["operationId"] == operation);
    let found = found.unwrap_or_else(|| panic!("there is no operation {operation}"));
    let ways = found["security"].as_array().unwrap().iter();
    let names = ways.flat_map(|way| way.as_object().unwrap().values());
    names.flat_map(|names| names.as_array().unwrap()).map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// The commands that do something, by their words.
fn commands(command: &clap::Command, before: &str, found: &mut BTreeSet<String>) {
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        let words = format!("{before}{}", below.get_name());
        if below.has_subcommands() {
            commands(below, &format!("{words} "), found);
        } else {
            found.insert(words);
        }
    }
}

#[test]
fn every_command_has_an_operation_that_does_the_same_or_a_reason() {
    let mut there = BTreeSet::new();
    commands(&Cli::command(), "", &mut there);
    let told: BTreeSet<String> = DEEDS.iter().map(|(words, _)| (*words).to_owned()).collect();
    let untold: Vec<_> = there.difference(&told).collect();
    let gone: Vec<_> = told.difference(&there).collect();
    assert!(untold.is_empty(), "commands without a row: give each an operation or a reason: {untold:#?}");
    assert!(gone.is_empty(), "rows without a command: {gone:#?}");
    assert_eq!(told.len(), DEEDS.len(), "a command stands in two rows");
    let document: serde_json::Value = serde_json::from_str(&postern_web::openapi_document()).unwrap();
    for (words, same) in DEEDS {
        match same {
            By(names) => {
                assert!(!names.is_empty(), "{words}");
                for name in *names {
                    // A command does it for anybody, so an operation for one's own alone is not the same.
                    let scopes = scopes(&document, name);
                    let for_others = scopes.is_empty() || scopes.iter().any(|name| !name.ends_with(".own"));
                    assert!(for_others, "{words}: {name} is for {scopes:?}");
                }
            }
            None(reason) => assert!(reason.len() > 20, "{words}: {reason}"),
        }
    }
}

//! Which permissions each deed asks for, and whether it demands a step-up, read out of the deeds themselves: a deed that is
//! added, or that asks for something else than before, changes the table below, and the test fails until somebody has
//! looked at its row.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use postern_domain::account::{Permission, Role};

/// A function of this crate.
struct Function {
    /// The first folder or file of its path: what is called by its bare name is looked for there.
    part: String,
    name: String,
    body: String,
    is_deed: bool,
}

/// What a function asks on its way.
#[derive(Default)]
struct Asks {
    permissions: BTreeSet<&'static str>,
    ranked: bool,
    own: bool,
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn functions() -> Vec<Function> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&source, &mut paths);
    paths.sort();
    let mut functions = Vec::new();
    for path in paths {
        let relative = path.strip_prefix(&source).unwrap();
        if relative.to_string_lossy().contains("test") {
            continue;
        }
        let part = relative.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")) {
            let head = ["pub(crate) ", "pub(super) ", "pub(in crate::upstream) ", "pub ", "const ", "async "];
            let bare = head.iter().fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
            if let Some(rest) = bare.strip_prefix("fn ") {
                let name = rest.split(['(', '<']).next().unwrap().to_owned();
                let is_deed = line.starts_with("pub async fn");
                functions.push(Function { part: part.clone(), name, body: String::new(), is_deed });
            }
            if let Some(last) = functions.last_mut().filter(|last| last.part == part) {
                last.body.push_str(line);
                last.body.push('\n');
            }
        }
    }
    for function in &mut functions {
        let signature = function.body.split('{').next().unwrap();
        function.is_deed &= signature.contains("by: By<");
    }
    functions
}

/// Whether the text calls a function of that name.
fn calls(body: &str, name: &str) -> bool {
    called_after(body, name).next().is_some()
}

/// Whether the text calls that very function, as a method of `self` or a function of this crate: what is called of some other
/// value or type may have only the name in common.
fn calls_plainly(body: &str, name: &str) -> bool {
    called_after(body, name).any(|before| match (before.strip_suffix('.'), before.strip_suffix("::")) {
        (Some(value), _) => value.trim_end().ends_with("self"),
        (None, Some(path)) => {
            let owner = path.rsplit(|symbol| !is_word(symbol)).next().unwrap_or_default();
            owner == "Self" || owner.starts_with(char::is_lowercase)
        }
        (None, None) => true,
    })
}

/// What stands before each call of a function of that name.
fn called_after<'t>(body: &'t str, name: &str) -> impl Iterator<Item = &'t str> {
    let called = format!("{name}(");
    let places: Vec<usize> = body.match_indices(&called).map(|(at, _)| at).collect();
    places.into_iter().map(|at| &body[..at]).filter(|before| !before.ends_with(is_word))
}

fn is_word(symbol: char) -> bool {
    symbol.is_alphanumeric() || symbol == '_'
}

/// Whether a deed demands a step-up on its way.
fn steps_up(functions: &[Function], function: &Function, seen: &mut Vec<String>) -> bool {
    seen.push(function.name.clone());
    function.body.contains(".stepped_up(")
        || functions.iter().filter(|other| other.part == function.part).any(|other| {
            !seen.contains(&other.name)
                && calls_plainly(&function.body, &other.name)
                && steps_up(functions, other, seen)
        })
}

fn asks(functions: &[Function], function: &Function, seen: &mut Vec<String>) -> Asks {
    let body = &function.body;
    let named = |permission: &&&'static str| body.contains(&format!("Permission::{}", variant(permission)));
    let names: Vec<&'static str> = Permission::ALL.iter().map(|permission| permission.name()).collect();
    let mut asks = Asks {
        permissions: names.iter().filter(named).copied().collect(),
        ranked: body.contains("may_for("),
        own: body.contains(".is(") || body.contains("own_account()"),
    };
    seen.push(function.name.clone());
    for other in functions.iter().filter(|other| other.part == function.part) {
        if !seen.contains(&other.name) && calls(body, &other.name) {
            let further = self::asks(functions, other, seen);
            asks.permissions.extend(further.permissions);
            asks.ranked |= further.ranked;
            asks.own |= further.own;
        }
    }
    asks
}

/// The variant of a permission, as it stands in the code.
fn variant(name: &str) -> String {
    Permission::from_name(name).map(|permission| format!("{permission:?}")).unwrap()
}

/// Help desk, auditor, authentication administrator, global administrator: `x` may all that is asked on the way, `~` some.
#[test]
fn every_deed_has_a_row_that_says_who_may_do_it() {
    let functions = functions();
    let mut table = String::new();
    for deed in functions.iter().filter(|function| function.is_deed) {
        let asks = asks(&functions, deed, &mut Vec::new());
        let permissions: Vec<Permission> =
            asks.permissions.iter().filter_map(|name| Permission::from_name(name)).collect();
        let mark = |role: &Role| match permissions.iter().filter(|permission| role.may(**permission)).count()
        {
            0 => " -",
            some if some == permissions.len() => " x",
            _ => " ~",
        };
        assert!(!permissions.iter().any(|permission| Role::Member.may(*permission)));
        let marks: String = Role::ALL.iter().skip(1).map(mark).collect();
        let mut words = vec![asks.permissions.iter().copied().collect::<Vec<_>>().join(" ")];
        words.extend(asks.ranked.then(|| "by rank".to_owned()));
        words.extend(asks.own.then(|| "own".to_owned()));
        words.extend(steps_up(&functions, deed, &mut Vec::new()).then(|| "step-up".to_owned()));
        words.retain(|words| !words.is_empty());
        table.push_str(&format!("{:30}{marks}  {}\n", deed.name, words.join(", ")));
        // Nothing is for everybody without being their own.
        assert!(
            !permissions.is_empty() || asks.own || NOBODYS.contains(&deed.name.as_str()),
            "{}",
            deed.name
        );
    }
    assert_eq!(table, TABLE, "look at the new rows, then write them down here");
}

/// The table. Columns: help desk, auditor, authentication administrator, global administrator.
const TABLE: &str = "\
add_account                    ~ - ~ x  accounts.block accounts.write methods.reset mfa.write passwords.reset roles.write sessions.end, by rank, own, step-up
block_account                  ~ - x x  accounts.block sessions.end, by rank, own
unblock_account                - - x x  accounts.block, by rank, step-up
end_sessions                   x - x x  sessions.end, by rank, own
show_bulk_change               x x x x  accounts.read
list_bulk_changes              x x x x  accounts.read
start_bulk_change              ~ - ~ x  accounts.block accounts.write methods.reset mfa.write sessions.end, by rank, own, step-up
change_addresses               - - - x  accounts.write, by rank, step-up
add_to_group                   - - - x  accounts.write, by rank, step-up
remove_from_group              - - - x  accounts.write, by rank, step-up
list_groups                    x x x x  accounts.read
list_group                     x x x x  accounts.read
delete_account                 ~ - ~ x  accounts.write sessions.end, by rank, own, step-up
export_programs                x x x x  events.read
find_account                   x x x x  accounts.read, own
show_account                   x x x x  accounts.read, own
list_accounts                  x x x x  accounts.read
count_accounts                 x x x x  accounts.read
summarize_accounts             x x x x  accounts.read
count_mfa_states               x x x x  accounts.read
list_programs                  x x x x  events.read
count_programs                 x x x x  events.read
read_programs                  x x x x  events.read
require_registration           x - x x  methods.reset, by rank, step-up
delete_method_of               x - x x  methods.reset, by rank, step-up
set_account_password           ~ - ~ x  accounts.block accounts.write methods.reset mfa.write passwords.reset sessions.end, by rank, own, step-up
set_impersonation_grant        - - - x  accounts.write, by rank, step-up
set_mfa_state                  - - x x  mfa.write, by rank, step-up
set_role                       - - - x  roles.write, by rank, step-up
set_sid                        - - - x  accounts.write, by rank, step-up
create_api_token               - - - x  tokens.write, own, step-up
list_api_tokens                - - - x  tokens.write, own
show_api_token                 - - - x  tokens.write, own
revoke_api_token               - - - x  tokens.write, own
add_service_principal          - - - x  tokens.write, own, step-up
list_service_principals        - - - x  tokens.write
show_service_principal         - - - x  tokens.write
revoke_service_principal       - - - x  tokens.write
rotate_client_secret           - - - x  tokens.write, step-up
change_app_password            ~ ~ x x  accounts.read app-passwords.write, by rank, own, step-up
create_app_password            ~ ~ x x  accounts.read app-passwords.write, by rank, own, step-up
create_app_password_on_behalf  ~ ~ x x  accounts.read app-passwords.write, by rank, own, step-up
describe_app_password          ~ x x x  accounts.read audit.read, by rank, own
end_overlap                    ~ ~ x x  accounts.read app-passwords.write, by rank, own
list_app_passwords             x x x x  accounts.read, by rank, own
show_app_password              x x x x  accounts.read, by rank, own
revoke_app_password            ~ ~ x x  accounts.read app-passwords.write, by rank, own
revoke_all_app_passwords       ~ ~ x x  accounts.read app-passwords.write, by rank, own
room_for_app_passwords         x x x x  accounts.read, by rank, own
rotate_app_password            ~ ~ x x  accounts.read app-passwords.write, by rank, own, step-up
narrow_impersonation           ~ ~ x x  accounts.read app-passwords.write, by rank, own, step-up
suspend_app_password           ~ ~ x x  accounts.read app-passwords.write, by rank, own
resume_app_password            ~ ~ x x  accounts.read app-passwords.write, by rank, own, step-up
search_audit                   - x x x  audit.read
audit_entry                    - x x x  audit.read
export_audit                   - x x x  audit.read
start_audit_verification       - x x x  audit.read
audit_verification             - x x x  audit.read
import_accounts                - - ~ x  accounts.block accounts.write, step-up
plan_import                    - - ~ x  accounts.block accounts.write mfa.write roles.write, by rank
provision_account              - - - x  directory.write
reprovision_account            - - - x  directory.write
deprovision_account            - - ~ x  accounts.block accounts.write directory.write mfa.write roles.write, by rank
provision_group                - - - x  directory.write
deprovision_group              - - ~ x  accounts.block accounts.write directory.write mfa.write roles.write, by rank
reprovision_group              - - - x  directory.write
find_provisioned               - - - x  directory.write
provisioned_accounts           - - - x  directory.write
provisioned_changes            - - - x  directory.write
provisioned_accounts_of        - - - x  directory.write
provisioned_account_count      - - - x  directory.write
provisioned_group              - - - x  directory.write
with_members                   - - - x  directory.write
provisioned_groups             - - - x  directory.write
list_inventory                 - x x x  inventory.read
count_inventory                - x x x  inventory.read
count_inventory_with           - x x x  inventory.read
count_inventory_of             - x x x  inventory.read
sign_in_report                 - x x x  inventory.read
end_live_session               x ~ x x  events.read sessions.end, by rank, own
live_sessions                  x x x x  events.read, own
add_notification_address       ~ ~ ~ x  accounts.read accounts.write, by rank, own, step-up
confirm_notification_address   ~ ~ ~ x  accounts.read accounts.write, by rank, own, step-up
notification_addresses_of      x x x x  accounts.read, own
remove_notification_address    ~ ~ ~ x  accounts.read accounts.write, by rank, own, step-up
own_notices                    - - - -  own
troubled_notices               - x x x  audit.read
link_outside_identity          ~ ~ ~ x  accounts.read accounts.write, by rank, own, step-up
outside_identities_of          x x x x  accounts.read, own
unlink_outside_identity        x ~ x x  accounts.read methods.reset, by rank, own, step-up
delete_method                  - - - -  own, step-up
change_method                  - - - -  own
remembered_browsers            - - - -  own
forget_browsers                - - - -  own
ask_for_help                   ~ ~ ~ x  accounts.block accounts.write app-passwords.write events.read settings.write, by rank, own
look_up_refusal                ~ ~ ~ x  accounts.block accounts.write app-passwords.write events.read settings.write, by rank, own
list_sign_in_events            x x x x  events.read, own
list_named_sign_ins            x x x x  events.read
change_setting                 - - - x  settings.write, step-up
unset_setting                  - - - x  settings.write, step-up
set_override                   - - - x  settings.write, step-up
unset_override                 - - - x  settings.write, step-up
read_policy                    - x x x  settings.read
effective_settings             - x x x  settings.read
forbid_app_passwords           - - - x  settings.write, step-up
preview_setting                - - - x  settings.write, step-up
shipped                        - x x x  audit.read
begin_device_consent           ~ ~ ~ x  accounts.read accounts.write, by rank, own
poll_device_consent            - - - x  accounts.write, by rank, own
poll_device_ticket             ~ ~ ~ x  accounts.read accounts.write, by rank, own
consents_of                    x x x x  accounts.read, by rank, own
list_consents                  x x x x  accounts.read
withdraw_consent               ~ ~ ~ x  accounts.read accounts.write, by rank, own
mailbox_passwords_of           ~ ~ ~ x  accounts.read accounts.write, by rank, own
set_mailbox_password           - - - -  own, step-up
remove_mailbox_password        ~ ~ ~ x  accounts.read accounts.write, by rank, own
";

/// Deeds that ask nothing themselves, and why that is right.
const NOBODYS: &[&str] = &[
    // Each of the many deeds asks anew: see the deed for one.
    "start_bulk_change",
    // Goes on with what `begin_device_consent` allowed.
    "poll_device_consent",
];

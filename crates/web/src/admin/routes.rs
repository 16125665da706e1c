//! The table of the admin pages, appended to the portal's.

use axum::routing::{get, post};
use postern_domain::account::Permission;

use super::accounts::deed::{Deed, handlers};
use super::accounts::{
    add, addresses, app_password, bulk, changes, groups, identity, import, list, method, password, role, show,
};
use super::{audit, delivery, inventory, mfa, overview, paths, report, settings, sign_ins, tokens};
use crate::portal::routes::{Access, Page};

/// Every admin page.
pub(crate) fn pages() -> Vec<Page> {
    let mut pages = vec![page(paths::OVERVIEW, Permission::ReadAccounts, READ, get(overview::show))];
    pages.extend(account_pages());
    pages.extend(audit_pages());
    pages.extend(policy_pages());
    pages.extend(program_pages());
    pages
}

const READ: &[&str] = &["GET"];
const FORM: &[&str] = &["GET", "POST"];
const DEED: &[&str] = &["POST"];

const fn page(
    path: &'static str,
    permission: Permission,
    methods: &'static [&'static str],
    handlers: axum::routing::MethodRouter<crate::portal::Portal>,
) -> Page {
    Page { path, access: Access::May(permission), methods, handlers }
}

/// Accounts, and MFA of all of them.
fn account_pages() -> Vec<Page> {
    use Permission::{
        BlockAccounts, EndSessions, ManageAccounts, ManageAppPasswords, ManageRoles, ReadAccounts,
        ReadEvents, ResetMethods, ResetPasswords, SetMfaState,
    };
    vec![
        page(paths::ACCOUNTS, ReadAccounts, READ, get(list::show)),
        page(paths::ADD_ACCOUNT, ManageAccounts, FORM, get(add::show).post(add::submit)),
        page(paths::IMPORT, ManageAccounts, FORM, import::handlers()),
        // What each change needs is asked by the deed; the question shows what everybody here may read.
        page(paths::BULK, ReadAccounts, DEED, post(bulk::submit)),
        page(paths::CHANGES, ReadAccounts, READ, get(changes::list)),
        page(paths::CHANGE, ReadAccounts, READ, get(changes::show)),
        page(paths::ACCOUNT, ReadAccounts, READ, get(show::show)),
        page(paths::ACCOUNT_MFA, SetMfaState, FORM, handlers(Deed::Mfa)),
        page(paths::ACCOUNT_SIGN_OUT, EndSessions, FORM, handlers(Deed::SignOut)),
        page(paths::ACCOUNT_REGISTRATION, ResetMethods, FORM, handlers(Deed::Register)),
        page(paths::ACCOUNT_METHOD, ResetMethods, FORM, get(method::show).post(method::submit)),
        page(paths::ACCOUNT_IDENTITY, ResetMethods, FORM, get(identity::show).post(identity::submit)),
        page(paths::ACCOUNT_REVOKE_ALL, ManageAppPasswords, FORM, handlers(Deed::RevokeAll)),
        page(paths::ACCOUNT_BLOCK, BlockAccounts, FORM, handlers(Deed::Block)),
        page(paths::ACCOUNT_UNBLOCK, BlockAccounts, FORM, handlers(Deed::Unblock)),
        page(paths::ACCOUNT_DELETE, ManageAccounts, FORM, handlers(Deed::Delete)),
        page(paths::ACCOUNT_ROLE, ManageRoles, FORM, get(role::show).post(role::submit)),
        page(paths::ACCOUNT_GROUPS, ManageAccounts, FORM, get(groups::show).post(groups::submit)),
        page(paths::ACCOUNT_ADDRESSES, ManageAccounts, FORM, get(addresses::show).post(addresses::submit)),
        page(paths::ACCOUNT_PASSWORD, ResetPasswords, FORM, get(password::show).post(password::submit)),
        page(
            paths::ACCOUNT_APP_PASSWORD,
            ManageAppPasswords,
            FORM,
            get(app_password::show).post(app_password::submit),
        ),
        page(paths::MFA, ReadEvents, READ, get(mfa::show::show)),
        page(paths::PROGRAMS, ReadEvents, READ, get(mfa::programs::show)),
        page(paths::PROGRAMS_FILE, ReadEvents, READ, get(mfa::programs::file)),
    ]
}

/// The audit log, and what goes out by itself.
fn audit_pages() -> Vec<Page> {
    use Permission::ReadAudit;
    vec![
        page(paths::AUDIT, ReadAudit, READ, get(audit::show)),
        page(paths::AUDIT_RECORD, ReadAudit, READ, get(audit::record::show)),
        page(paths::AUDIT_VERIFY, ReadAudit, FORM, get(audit::verify::show).post(audit::verify::submit)),
        page(paths::AUDIT_EXPORT, ReadAudit, READ, get(audit::export::read)),
        page(paths::DELIVERY, ReadAudit, READ, get(delivery::show)),
    ]
}

/// Sign-ins of everybody, and what programs show at the API.
fn program_pages() -> Vec<Page> {
    use Permission::{ManageTokens, ReadEvents};
    use tokens::{principal_add, principal_revoke, principal_rotate};
    let add = get(principal_add::show).post(principal_add::submit);
    let rotate = get(principal_rotate::show).post(principal_rotate::submit);
    let revoke = get(principal_revoke::show).post(principal_revoke::submit);
    vec![
        page(paths::SIGN_INS, ReadEvents, READ, get(sign_ins::show)),
        page(paths::SIGN_INS_FILE, ReadEvents, READ, get(sign_ins::export::read)),
        page(paths::TOKENS, ManageTokens, READ, get(tokens::show)),
        page(paths::REVOKE_TOKEN, ManageTokens, DEED, post(tokens::revoke::submit)),
        page(paths::ADD_PRINCIPAL, ManageTokens, FORM, add),
        page(paths::ROTATE_PRINCIPAL, ManageTokens, FORM, rotate),
        page(paths::REVOKE_PRINCIPAL, ManageTokens, FORM, revoke),
    ]
}

/// Settings, the inventory and the report.
fn policy_pages() -> Vec<Page> {
    use Permission::{ChangeSettings, ReadInventory, ReadSettings};
    vec![
        page(paths::INVENTORY, ReadInventory, READ, get(inventory::show)),
        page(paths::INVENTORY_CSV, ReadInventory, READ, get(inventory::export::csv)),
        page(paths::INVENTORY_JSON, ReadInventory, READ, get(inventory::export::json_lines)),
        page(paths::REPORT, ReadInventory, READ, get(report::show)),
        page(paths::SETTINGS, ReadSettings, READ, get(settings::show)),
        page(paths::SETTINGS_HELD_FOR, ReadSettings, READ, get(settings::held_for::show)),
        page(paths::SETTING, ReadSettings, READ, get(settings::setting::show)),
        page(paths::CHANGE_SETTING, ChangeSettings, DEED, post(settings::change::submit)),
    ]
}

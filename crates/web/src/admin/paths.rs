//! The addresses of the admin pages. All begin with `/admin`.

pub(crate) const OVERVIEW: &str = "/admin";
pub(crate) const ACCOUNTS: &str = "/admin/accounts";
pub(crate) const ADD_ACCOUNT: &str = "/admin/accounts/new";
pub(crate) const IMPORT: &str = "/admin/import";
pub(crate) const BULK: &str = "/admin/accounts/bulk";
pub(crate) const ACCOUNT: &str = "/admin/accounts/{id}";
pub(crate) const ACCOUNT_MFA: &str = "/admin/accounts/{id}/mfa";
pub(crate) const ACCOUNT_SIGN_OUT: &str = "/admin/accounts/{id}/sign-out";
pub(crate) const ACCOUNT_REGISTRATION: &str = "/admin/accounts/{id}/registration";
pub(crate) const ACCOUNT_REVOKE_ALL: &str = "/admin/accounts/{id}/revoke-all";
pub(crate) const ACCOUNT_BLOCK: &str = "/admin/accounts/{id}/block";
pub(crate) const ACCOUNT_UNBLOCK: &str = "/admin/accounts/{id}/unblock";
pub(crate) const ACCOUNT_DELETE: &str = "/admin/accounts/{id}/delete";
pub(crate) const ACCOUNT_ROLE: &str = "/admin/accounts/{id}/role";
pub(crate) const ACCOUNT_GROUPS: &str = "/admin/accounts/{id}/groups";
pub(crate) const ACCOUNT_ADDRESSES: &str = "/admin/accounts/{id}/addresses";
pub(crate) const ACCOUNT_PASSWORD: &str = "/admin/accounts/{id}/password";
pub(crate) const ACCOUNT_APP_PASSWORD: &str = "/admin/accounts/{id}/app-passwords/new";
pub(crate) const ACCOUNT_METHOD: &str = "/admin/accounts/{id}/methods/{method}/delete";
pub(crate) const ACCOUNT_IDENTITY: &str = "/admin/accounts/{id}/outside-identities/{link}/unlink";
pub(crate) const CHANGES: &str = "/admin/changes";
pub(crate) const CHANGE: &str = "/admin/changes/{id}";
pub(crate) const MFA: &str = "/admin/mfa";
pub(crate) const PROGRAMS: &str = "/admin/mfa/programs";
pub(crate) const PROGRAMS_FILE: &str = "/admin/mfa/programs.csv";
pub(crate) const AUDIT: &str = "/admin/audit";
pub(crate) const AUDIT_RECORD: &str = "/admin/audit/{sequence}";
pub(crate) const AUDIT_VERIFY: &str = "/admin/audit/verify";
pub(crate) const AUDIT_EXPORT: &str = "/admin/audit/export";
pub(crate) const DELIVERY: &str = "/admin/delivery";
pub(crate) const SETTINGS: &str = "/admin/settings";
pub(crate) const SETTINGS_HELD_FOR: &str = "/admin/settings/held-for";
pub(crate) const SETTING: &str = "/admin/settings/{id}";
pub(crate) const CHANGE_SETTING: &str = "/admin/settings/{id}/change";
pub(crate) const INVENTORY: &str = "/admin/inventory";
pub(crate) const INVENTORY_CSV: &str = "/admin/inventory/export.csv";
pub(crate) const INVENTORY_JSON: &str = "/admin/inventory/export.jsonl";
pub(crate) const SIGN_INS: &str = "/admin/sign-ins";
pub(crate) const SIGN_INS_FILE: &str = "/admin/sign-ins/export.jsonl";
pub(crate) const TOKENS: &str = "/admin/tokens";
pub(crate) const REVOKE_TOKEN: &str = "/admin/tokens/{id}/revoke";
pub(crate) const ADD_PRINCIPAL: &str = "/admin/service-principals/new";
pub(crate) const ROTATE_PRINCIPAL: &str = "/admin/service-principals/{id}/secret";
pub(crate) const REVOKE_PRINCIPAL: &str = "/admin/service-principals/{id}/revoke";
pub(crate) const REPORT: &str = "/admin/report";

/// Where the form of a setting goes.
pub(crate) fn change_setting(name: &str) -> String {
    CHANGE_SETTING.replace("{id}", name)
}

/// A path with the id in its place.
pub(crate) fn of_id(path: &str, id: &impl std::fmt::Display) -> String {
    path.replace("{id}", &id.to_string())
}

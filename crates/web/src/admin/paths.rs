//! The addresses of the admin pages. All begin with `/admin`.

pub(crate) const OVERVIEW: &str = "/admin";
pub(crate) const ACCOUNTS: &str = "/admin/accounts";
pub(crate) const ADD_ACCOUNT: &str = "/admin/accounts/new";
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
pub(crate) const CHANGES: &str = "/admin/changes";
pub(crate) const CHANGE: &str = "/admin/changes/{id}";
pub(crate) const MFA: &str = "/admin/mfa";
pub(crate) const PROGRAMS: &str = "/admin/mfa/programs";
pub(crate) const PROGRAMS_FILE: &str = "/admin/mfa/programs.csv";

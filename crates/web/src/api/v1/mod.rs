//! The first version of the API: one folder for each aggregate, one file for each endpoint, named by its verb.

#![expect(unused_qualifications, reason = "utoipa's attribute writes whole paths with our names in them")]

mod account_changes;
mod account_imports;
mod account_password_programs;
mod accounts;
mod app_passwords;
mod audit_records;
mod consents;
mod delivery;
mod errors;
mod grant;
mod groups;
mod inventory;
mod mailbox_passwords;
mod me;
mod mfa_states;
mod notices;
mod notification_addresses;
mod outside_identities;
mod refusals;
mod remembered_browsers;
mod service_principals;
mod sessions;
mod settings;
pub(crate) mod sign_in_events;
mod sign_in_report;
mod tokens;
mod users;
mod words;

pub(crate) use words::{ReportSpanWord, SettingNameWord};

use axum::routing;
use postern_domain::Timestamp;
use postern_domain::account::Permission;
use postern_domain::api_token::OwnScope;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::endpoint::{Endpoint, Need};

/// Makes the table of endpoints, and of the same rows the OpenAPI document.
macro_rules! endpoints {
    ($($method:ident $path:literal $need:expr => $($segment:ident)::+;)+) => {
        /// Every endpoint.
        pub(crate) fn endpoints() -> Vec<Endpoint> {
            vec![$(Endpoint {
                path: $path,
                method: http::Method::$method,
                need: $need,
                handler: routing::on(routing::MethodFilter::$method, $($segment)::+),
            }),+]
        }

        /// What the endpoints say of themselves.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($segment)::+),+))]
        pub(crate) struct Endpoints;
    };
}

use Need::{For, Own, OwnOnly, Token};
use Permission::{
    BlockAccounts, ChangeSettings, EndSessions, ManageAccounts, ManageAppPasswords, ManageRoles,
    ManageTokens, ReadAccounts, ReadAudit, ReadEvents, ReadInventory, ReadSettings, ResetMethods,
    ResetPasswords, SetMfaState,
};

/// Scopes by which one's own is read.
const READ: &[OwnScope] = &[OwnScope::Read];
/// Scopes by which one's own app passwords are read.
const SEE_APP_PASSWORDS: &[OwnScope] = &[OwnScope::Read, OwnScope::AppPasswords];
/// Scopes by which one's own app passwords are changed.
const APP_PASSWORDS: &[OwnScope] = &[OwnScope::AppPasswords];
/// Scopes by which one's own sessions are ended.
const SESSIONS: &[OwnScope] = &[OwnScope::Sessions];
/// Scopes by which one's own consents are given and withdrawn, and mailbox passwords given.
const CONSENTS: &[OwnScope] = &[OwnScope::Consents];
/// Scopes by which the addresses of one's own notices are changed.
const ADDRESSES: &[OwnScope] = &[OwnScope::NotificationAddresses];
/// Scopes by which one's own methods are named and deleted, and outside identities unlinked.
const METHODS: &[OwnScope] = &[OwnScope::Methods];

endpoints! {
    GET "/api/v1/me" Token => me::get::get_me;

    GET "/api/v1/accounts" For(ReadAccounts) => accounts::list::list_accounts;
    POST "/api/v1/accounts" For(ManageAccounts) => accounts::create::create_account;
    GET "/api/v1/accounts/{account}" Own(READ, ReadAccounts) => accounts::get::get_account;
    DELETE "/api/v1/accounts/{account}" For(ManageAccounts) => accounts::delete::delete_account;
    POST "/api/v1/accounts/{account}/block" For(BlockAccounts) => accounts::block::block_account;
    POST "/api/v1/accounts/{account}/unblock" For(BlockAccounts) => accounts::unblock::unblock_account;
    POST "/api/v1/accounts/{account}/end-sessions" Own(SESSIONS, EndSessions) => accounts::end_sessions::end_sessions;
    PUT "/api/v1/accounts/{account}/password" For(ResetPasswords) => accounts::set_password::set_account_password;
    POST "/api/v1/accounts/{account}/require-registration" For(ResetMethods)
        => accounts::require_registration::require_registration;
    PATCH "/api/v1/accounts/{account}/methods/{method}" OwnOnly(METHODS) => accounts::change_method::change_method;
    DELETE "/api/v1/accounts/{account}/methods/{method}" Own(METHODS, ResetMethods)
        => accounts::delete_method::delete_method;
    PUT "/api/v1/accounts/{account}/groups/{group}" For(ManageAccounts) => accounts::add_to_group::add_to_group;
    DELETE "/api/v1/accounts/{account}/groups/{group}" For(ManageAccounts)
        => accounts::remove_from_group::remove_from_group;
    PUT "/api/v1/accounts/{account}/security-identifier" For(ManageAccounts)
        => accounts::set_security_identifier::set_security_identifier;
    PUT "/api/v1/accounts/{account}/addresses" For(ManageAccounts) => accounts::set_addresses::set_addresses;
    PUT "/api/v1/accounts/{account}/role" For(ManageRoles) => accounts::set_role::set_role;
    PUT "/api/v1/accounts/{account}/impersonation-grant" For(ManageAccounts)
        => accounts::set_grant::set_impersonation_grant;
    GET "/api/v1/accounts/{account}/settings" For(ReadSettings) => accounts::settings::list_effective_settings;

    GET "/api/v1/accounts/{account}/outside-identities" Own(READ, ReadAccounts)
        => outside_identities::list::list_outside_identities;
    POST "/api/v1/accounts/{account}/outside-identities" For(ManageAccounts)
        => outside_identities::link::link_outside_identity;
    DELETE "/api/v1/accounts/{account}/outside-identities/{id}" Own(METHODS, ResetMethods)
        => outside_identities::unlink::unlink_outside_identity;

    POST "/api/v1/account-imports/preview" For(ManageAccounts) => account_imports::preview::preview_import;
    POST "/api/v1/account-imports" For(ManageAccounts) => account_imports::import::import_accounts;
    POST "/api/v1/account-changes/preview" For(ReadAccounts) => account_changes::preview::preview_account_change;
    POST "/api/v1/account-changes" For(ReadAccounts) => account_changes::begin::begin_account_change;
    GET "/api/v1/account-changes" For(ReadAccounts) => account_changes::list::list_account_changes;
    GET "/api/v1/account-changes/{id}" For(ReadAccounts) => account_changes::get::get_account_change;
    GET "/api/v1/account-changes/{id}/not-done" For(ReadAccounts) => account_changes::not_done::list_not_done;

    GET "/api/v1/mfa-states" For(ReadAccounts) => mfa_states::count::count_mfa_states;
    GET "/api/v1/account-password-programs" For(ReadEvents) => account_password_programs::list::list_programs;
    GET "/api/v1/account-password-programs.csv" For(ReadEvents) => account_password_programs::export::export_programs;
    GET "/api/v1/users/{user}/authentication/requirements" Own(READ, ReadAccounts)
        => users::get_requirements::get_requirements;
    PATCH "/api/v1/users/{user}/authentication/requirements" For(SetMfaState)
        => users::update_requirements::update_requirements;

    GET "/api/v1/accounts/{account}/app-passwords" Own(SEE_APP_PASSWORDS, ReadAccounts)
        => app_passwords::list::list_app_passwords;
    POST "/api/v1/accounts/{account}/app-passwords" Own(APP_PASSWORDS, ManageAppPasswords)
        => app_passwords::create::create_app_password;
    DELETE "/api/v1/accounts/{account}/app-passwords" Own(APP_PASSWORDS, ManageAppPasswords)
        => app_passwords::revoke_all::revoke_all_app_passwords;
    GET "/api/v1/app-passwords/{id}" Own(SEE_APP_PASSWORDS, ReadAccounts) => app_passwords::get::get_app_password;
    PATCH "/api/v1/app-passwords/{id}" Own(APP_PASSWORDS, ManageAppPasswords)
        => app_passwords::change::change_app_password;
    DELETE "/api/v1/app-passwords/{id}" Own(APP_PASSWORDS, ManageAppPasswords)
        => app_passwords::revoke::revoke_app_password;
    POST "/api/v1/app-passwords/{id}/rotate" Own(APP_PASSWORDS, ManageAppPasswords)
        => app_passwords::rotate::rotate_app_password;
    POST "/api/v1/app-passwords/{id}/end-overlap" Own(APP_PASSWORDS, ManageAppPasswords)
        => app_passwords::end_overlap::end_overlap;
    POST "/api/v1/app-passwords/{id}/suspend" Own(APP_PASSWORDS, ManageAppPasswords)
        => app_passwords::suspend::suspend_app_password;
    POST "/api/v1/app-passwords/{id}/resume" Own(APP_PASSWORDS, ManageAppPasswords)
        => app_passwords::resume::resume_app_password;
    PUT "/api/v1/app-passwords/{id}/impersonation-grant" For(ManageAppPasswords)
        => app_passwords::set_grant::narrow_impersonation;
    GET "/api/v1/app-passwords/{id}/device-settings" Own(SEE_APP_PASSWORDS, ReadAccounts)
        => app_passwords::device_settings::get_device_settings;
    POST "/api/v1/app-passwords/{id}/apple-profile" Own(SEE_APP_PASSWORDS, ReadAccounts)
        => app_passwords::apple_profile::make_apple_profile;
    GET "/api/v1/app-passwords/{id}/history" Own(SEE_APP_PASSWORDS, ReadAccounts)
        => app_passwords::history::get_app_password_history;

    GET "/api/v1/inventory" For(ReadInventory) => inventory::list::list_inventory;
    GET "/api/v1/inventory/counts" For(ReadInventory) => inventory::count::count_inventory;
    GET "/api/v1/inventory.csv" For(ReadInventory) => inventory::export_csv::export_inventory_csv;
    GET "/api/v1/inventory.jsonl" For(ReadInventory) => inventory::export_json_lines::export_inventory_json_lines;
    GET "/api/v1/sign-in-report" For(ReadInventory) => sign_in_report::get::report_sign_ins;

    GET "/api/v1/sessions" Own(READ, ReadEvents) => sessions::list::list_sessions;
    DELETE "/api/v1/sessions/{id}" Own(SESSIONS, EndSessions) => sessions::end::end_session;
    GET "/api/v1/remembered-browsers" OwnOnly(READ) => remembered_browsers::list::list_remembered_browsers;
    DELETE "/api/v1/remembered-browsers" OwnOnly(SESSIONS) => remembered_browsers::forget_all::forget_all_browsers;
    DELETE "/api/v1/remembered-browsers/{id}" OwnOnly(SESSIONS) => remembered_browsers::forget::forget_browser;

    GET "/api/v1/sign-in-events" Own(READ, ReadEvents) => sign_in_events::list::list_sign_in_events;
    GET "/api/v1/refusals/{reference}" Own(READ, ReadEvents) => refusals::get::get_refusal;
    POST "/api/v1/refusals/{reference}/ask" OwnOnly(APP_PASSWORDS) => refusals::ask::ask_administrators;
    GET "/api/v1/notices" OwnOnly(READ) => notices::list::list_notices;
    GET "/api/v1/accounts/{account}/notification-addresses" Own(READ, ReadAccounts)
        => notification_addresses::list::list_notification_addresses;
    POST "/api/v1/accounts/{account}/notification-addresses" Own(ADDRESSES, ManageAccounts)
        => notification_addresses::add::add_notification_address;
    POST "/api/v1/accounts/{account}/notification-addresses/{id}/confirm" OwnOnly(ADDRESSES)
        => notification_addresses::confirm::confirm_notification_address;
    DELETE "/api/v1/accounts/{account}/notification-addresses/{id}" Own(ADDRESSES, ManageAccounts)
        => notification_addresses::remove::remove_notification_address;
    GET "/api/v1/delivery/destinations" For(ReadAudit) => delivery::destinations::list_destinations;
    GET "/api/v1/delivery/mails" For(ReadAudit) => delivery::mails::list_troubled_mails;

    GET "/api/v1/groups" For(ReadAccounts) => groups::list::list_groups;
    GET "/api/v1/groups/{group}/members" For(ReadAccounts) => groups::members::list_group_members;

    GET "/api/v1/settings" For(ReadSettings) => settings::list::list_settings;
    GET "/api/v1/settings/{name}" For(ReadSettings) => settings::get::get_setting;
    PUT "/api/v1/settings/{name}" For(ChangeSettings) => settings::set::set_setting;
    DELETE "/api/v1/settings/{name}" For(ChangeSettings) => settings::unset::unset_setting;
    POST "/api/v1/settings/{name}/preview" For(ChangeSettings) => settings::preview::preview_setting;
    POST "/api/v1/settings/users_may_create_app_passwords/forbid" For(ChangeSettings)
        => settings::forbid_app_passwords::forbid_app_passwords;
    PUT "/api/v1/groups/{group}/settings/{name}" For(ChangeSettings) => settings::set_override::set_override;
    DELETE "/api/v1/groups/{group}/settings/{name}" For(ChangeSettings) => settings::unset_override::unset_override;

    GET "/api/v1/consents" For(ReadAccounts) => consents::list::list_consents;
    GET "/api/v1/accounts/{account}/consents" Own(READ, ReadAccounts)
        => consents::list_of_account::list_consents_of_account;
    DELETE "/api/v1/accounts/{account}/consents/{provider}" Own(CONSENTS, ManageAccounts)
        => consents::withdraw::withdraw_consent;
    POST "/api/v1/accounts/{account}/consents/{provider}/device-authorization" Own(CONSENTS, ManageAccounts)
        => consents::begin_device::begin_device_consent;
    POST "/api/v1/accounts/{account}/consents/{provider}/device-authorization/poll" Own(CONSENTS, ManageAccounts)
        => consents::poll_device::poll_device_consent;
    GET "/api/v1/accounts/{account}/mailbox-passwords" Own(READ, ManageAccounts)
        => mailbox_passwords::list::list_mailbox_passwords;
    PUT "/api/v1/accounts/{account}/mailbox-passwords/{upstream}" OwnOnly(CONSENTS)
        => mailbox_passwords::set::set_mailbox_password;
    DELETE "/api/v1/accounts/{account}/mailbox-passwords/{upstream}" Own(CONSENTS, ManageAccounts)
        => mailbox_passwords::remove::remove_mailbox_password;

    GET "/api/v1/audit-records" For(ReadAudit) => audit_records::list::list_audit_records;
    GET "/api/v1/audit-records.jsonl" For(ReadAudit) => audit_records::export::export_audit_records;
    GET "/api/v1/audit-records.csv" For(ReadAudit) => audit_records::export_csv::export_audit_records_csv;
    GET "/api/v1/audit-records/{sequence}" For(ReadAudit) => audit_records::get::get_audit_record;
    POST "/api/v1/audit-verification" For(ReadAudit) => audit_records::verify::verify_audit;
    GET "/api/v1/audit-verification" For(ReadAudit) => audit_records::verification::get_audit_verification;

    GET "/api/v1/tokens" Own(READ, ManageTokens) => tokens::list::list_tokens;
    GET "/api/v1/tokens/{id}" Own(READ, ManageTokens) => tokens::get::get_token;
    DELETE "/api/v1/tokens/{id}" Token => tokens::revoke::revoke_token;
    GET "/api/v1/service-principals" For(ManageTokens) => service_principals::list::list_service_principals;
    GET "/api/v1/service-principals/{id}" For(ManageTokens) => service_principals::get::get_service_principal;
    DELETE "/api/v1/service-principals/{id}" For(ManageTokens) => service_principals::revoke::revoke_service_principal;
}

/// A moment as a request writes it.
fn moment(text: &str) -> Result<Timestamp, &'static str> {
    let read = OffsetDateTime::parse(text, &Rfc3339).ok();
    let millis = read.and_then(|read| i64::try_from(read.unix_timestamp_nanos() / 1_000_000).ok());
    millis
        .map(Timestamp::from_millis)
        .ok_or("it takes a moment with its time zone, as in 2027-03-31T22:00:00Z")
}

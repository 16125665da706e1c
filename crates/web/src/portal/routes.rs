//! The table of the pages. The router is made from it, and so are the tests that hold for every page.

use axum::routing::{MethodRouter, get, post};
use postern_domain::account::Permission;

use super::{
    Portal, activity, add_method, api_tokens, app_password, ask_for_help, assets, change_password, code,
    consents, create_app_password, delete_method, end_session, forget_browsers, method, notification_address,
    outside, paths, recovery_codes, refusal, register_authenticator, register_message, register_passkey,
    revoke_app_password, rotate_app_password, security_info, sessions, set_up, sign_in, sign_in_passkey,
    sign_in_recovery, sign_out, step_up,
};
use crate::admin;

/// How far somebody must have got to see a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    /// Nobody needs to have signed in.
    Open,
    /// The account password was right.
    Halfway,
    /// Both factors.
    Inside,
    /// Both factors, and a role that allows it.
    May(Permission),
}

/// A page.
pub(crate) struct Page {
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) methods: &'static [&'static str],
    pub(crate) handlers: MethodRouter<Portal>,
}

/// Every page, the admin area's included.
pub(crate) fn pages() -> Vec<Page> {
    let mut pages = ways_in();
    pages.extend(own_pages());
    pages.extend(admin::routes::pages());
    pages
}

/// What is read at an address of the table and is a file, no page.
pub(crate) const FILES: [&str; 6] = [
    paths::STATIC,
    admin::paths::PROGRAMS_FILE,
    admin::paths::AUDIT_EXPORT,
    admin::paths::INVENTORY_CSV,
    admin::paths::INVENTORY_JSON,
    admin::paths::SIGN_INS_FILE,
];

/// Who opens a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reader {
    /// Anybody.
    Anybody,
    /// Somebody whose account password was right.
    Halfway,
    /// Somebody with both factors, whose role allows it.
    Inside,
}

/// The addresses of all pages that can be read, as they stand in the table, for tests that look at every page.
#[must_use]
pub fn pages_to_read() -> Vec<(&'static str, Reader)> {
    let reads = |page: &Page| page.methods.contains(&"GET") && !FILES.contains(&page.path);
    let reader = |access| match access {
        Access::Open => Reader::Anybody,
        Access::Halfway => Reader::Halfway,
        Access::Inside | Access::May(_) => Reader::Inside,
    };
    pages().into_iter().filter(reads).map(|page| (page.path, reader(page.access))).collect()
}

/// The addresses of everything in the admin area that can be read, files too, for a benchmark that looks at all of it;
/// parameters stand in braces.
#[must_use]
pub fn admin_addresses() -> Vec<&'static str> {
    let reads = |page: &Page| page.methods.contains(&"GET");
    admin::routes::pages().into_iter().filter(reads).map(|page| page.path).collect()
}

const READ: &[&str] = &["GET"];
const FORM: &[&str] = &["GET", "POST"];
const DEED: &[&str] = &["POST"];

fn page(
    path: &'static str,
    access: Access,
    methods: &'static [&'static str],
    handlers: MethodRouter<Portal>,
) -> Page {
    Page { path, access, methods, handlers }
}

/// The way in, and the methods that are registered on it.
fn ways_in() -> Vec<Page> {
    use Access::{Halfway, Open};
    vec![
        page(paths::ROOT, Open, READ, get(security_info::home)),
        page(paths::STATIC, Open, READ, get(assets::read)),
        page(paths::SIGN_IN, Open, FORM, get(sign_in::show).post(sign_in::submit)),
        page(paths::OUTSIDE, Open, DEED, post(outside::begin::submit)),
        page(paths::OUTSIDE_CALLBACK, Open, READ, get(outside::callback::show)),
        page(paths::OUTSIDE_SIGNED_OUT, Open, READ, get(outside::signed_out::show)),
        page(paths::SET_UP, Open, FORM, get(set_up::show).post(set_up::submit)),
        page(paths::CODE, Halfway, FORM, get(code::show).post(code::submit)),
        page(paths::SIGN_IN_PASSKEY, Open, DEED, post(sign_in_passkey::submit)),
        page(
            paths::SIGN_IN_RECOVERY,
            Halfway,
            FORM,
            get(sign_in_recovery::show).post(sign_in_recovery::submit),
        ),
        page(
            paths::REGISTER,
            Halfway,
            FORM,
            get(register_authenticator::show).post(register_authenticator::submit),
        ),
        page(
            paths::REGISTER_PASSKEY,
            Halfway,
            FORM,
            get(register_passkey::show).post(register_passkey::submit),
        ),
        page(
            paths::REGISTER_PHONE,
            Halfway,
            FORM,
            get(register_message::show_phone).post(register_message::submit_phone),
        ),
        page(
            paths::REGISTER_MAILBOX,
            Halfway,
            FORM,
            get(register_message::show_mailbox).post(register_message::submit_mailbox),
        ),
        page(paths::SIGN_OUT, Open, DEED, post(sign_out::submit)),
        page(paths::API_DOCS, Open, READ, get(crate::api::docs::show)),
    ]
}

/// What an account owner sees and does inside.
fn own_pages() -> Vec<Page> {
    use Access::Inside;
    vec![
        page(paths::METHOD, Inside, FORM, get(method::show).post(method::rename)),
        page(paths::METHOD_FIRST, Inside, DEED, post(method::ask_first)),
        page(paths::FORGET_BROWSERS, Inside, DEED, post(forget_browsers::submit)),
        page(paths::SECURITY_INFO, Inside, READ, get(security_info::show)),
        page(paths::OUTSIDE_STEP_UP, Inside, DEED, post(outside::step_up::submit)),
        page(paths::LINK_IDENTITY, Inside, FORM, get(outside::link::show).post(outside::link::submit)),
        page(paths::UNLINK_IDENTITY, Inside, FORM, get(outside::unlink::show).post(outside::unlink::submit)),
        page(paths::STEP_UP, Inside, DEED, post(step_up::submit)),
        page(paths::ADD_METHOD, Inside, READ, get(add_method::show)),
        page(paths::DELETE_METHOD, Inside, FORM, get(delete_method::show).post(delete_method::submit)),
        page(paths::RECOVERY_CODES, Inside, FORM, get(recovery_codes::show).post(recovery_codes::submit)),
        page(paths::RECOVERY_CODES_FILE, Inside, DEED, post(recovery_codes::file)),
        page(paths::CREATE, Inside, FORM, get(create_app_password::show).post(create_app_password::submit)),
        page(paths::APP_PASSWORD, Inside, READ, get(app_password::show)),
        page(paths::EDIT, Inside, FORM, get(app_password::edit::show).post(app_password::edit::submit)),
        page(paths::APPLE_PROFILE, Inside, DEED, post(app_password::apple_profile::file)),
        page(paths::SUSPEND, Inside, DEED, post(app_password::suspend::submit)),
        page(paths::RESUME, Inside, DEED, post(app_password::resume::submit)),
        page(paths::END_OVERLAP, Inside, DEED, post(app_password::end_overlap::submit)),
        page(paths::ROTATE, Inside, FORM, get(rotate_app_password::show).post(rotate_app_password::submit)),
        page(paths::REVOKE, Inside, FORM, get(revoke_app_password::show).post(revoke_app_password::submit)),
        page(paths::SESSIONS, Inside, READ, get(sessions::show)),
        page(paths::END_SESSION, Inside, DEED, post(end_session::submit)),
        page(paths::CONSENTS, Inside, READ, get(consents::show)),
        page(paths::CONNECT, Inside, DEED, post(consents::connect::submit)),
        page(paths::CALLBACK, Inside, READ, get(consents::callback::show)),
        page(paths::WITHDRAW, Inside, DEED, post(consents::withdraw::submit)),
        page(
            paths::MAILBOX_PASSWORD,
            Inside,
            FORM,
            get(consents::mailbox_password::show).post(consents::mailbox_password::submit),
        ),
        page(paths::REMOVE_MAILBOX_PASSWORD, Inside, DEED, post(consents::mailbox_password::remove)),
        page(paths::ACTIVITY, Inside, READ, get(activity::show)),
        page(paths::NOTICES, Inside, READ, get(super::notices::show)),
        page(
            paths::ADD_NOTIFICATION_ADDRESS,
            Inside,
            FORM,
            get(notification_address::add::show).post(notification_address::add::submit),
        ),
        page(
            paths::CONFIRM_NOTIFICATION_ADDRESS,
            Inside,
            FORM,
            get(notification_address::confirm::show).post(notification_address::confirm::submit),
        ),
        page(
            paths::REMOVE_NOTIFICATION_ADDRESS,
            Inside,
            FORM,
            get(notification_address::remove::show).post(notification_address::remove::submit),
        ),
        page(paths::ASK_FOR_HELP, Inside, DEED, post(ask_for_help::submit)),
        page(paths::API_TOKENS, Inside, READ, get(api_tokens::show)),
        page(
            paths::CREATE_API_TOKEN,
            Inside,
            FORM,
            get(api_tokens::create::show).post(api_tokens::create::submit),
        ),
        page(paths::REVOKE_API_TOKEN, Inside, DEED, post(api_tokens::revoke::submit)),
        page(paths::REFUSALS, Inside, READ, get(refusal::show)),
        page(paths::PASSWORD, Inside, FORM, get(change_password::show).post(change_password::submit)),
    ]
}

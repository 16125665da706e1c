//! The addresses of the pages. Those in refusals and mails outlive a version: they are never changed.

pub(crate) const ROOT: &str = "/";
pub(crate) const SIGN_IN: &str = "/sign-in";
pub(crate) const CODE: &str = "/sign-in/code";
pub(crate) const SIGN_IN_RECOVERY: &str = "/sign-in/recovery-code";
pub(crate) const OUTSIDE: &str = "/sign-in/outside";
/// Identity providers know this one: it is registered there.
pub(crate) const OUTSIDE_CALLBACK: &str = "/sign-in/outside/callback";
/// Where it sends the browser back to after signing out there.
pub(crate) const OUTSIDE_SIGNED_OUT: &str = "/sign-in/outside/signed-out";
pub(crate) const SIGN_IN_PASSKEY: &str = "/sign-in/passkey";
pub(crate) const SIGN_OUT: &str = "/sign-out";
pub(crate) const SET_UP: &str = "/set-up/{token}";
pub(crate) const STEP_UP: &str = "/step-up";
pub(crate) const OUTSIDE_STEP_UP: &str = "/step-up/outside";
pub(crate) const SECURITY_INFO: &str = crate::next::HOME;
pub(crate) const ADD_METHOD: &str = "/methods/new";
pub(crate) const REGISTER: &str = "/methods/authenticator/new";
pub(crate) const REGISTER_PASSKEY: &str = "/methods/passkey/new";
pub(crate) const REGISTER_PHONE: &str = "/methods/text-message/new";
pub(crate) const REGISTER_MAILBOX: &str = "/methods/e-mail/new";
pub(crate) const METHOD: &str = "/methods/{id}";
pub(crate) const METHOD_FIRST: &str = "/methods/{id}/first";
pub(crate) const FORGET_BROWSERS: &str = "/browsers/forget";
pub(crate) const DELETE_METHOD: &str = "/methods/{id}/delete";
pub(crate) const LINK_IDENTITY: &str = "/outside-identities/link";
pub(crate) const UNLINK_IDENTITY: &str = "/outside-identities/{id}/unlink";
pub(crate) const RECOVERY_CODES: &str = "/recovery-codes/new";
pub(crate) const RECOVERY_CODES_FILE: &str = "/recovery-codes/file";
pub(crate) const CREATE: &str = "/app-passwords/new";
pub(crate) const APP_PASSWORD: &str = "/app-passwords/{id}";
pub(crate) const EDIT: &str = "/app-passwords/{id}/edit";
pub(crate) const SUSPEND: &str = "/app-passwords/{id}/suspend";
pub(crate) const RESUME: &str = "/app-passwords/{id}/resume";
pub(crate) const END_OVERLAP: &str = "/app-passwords/{id}/end-overlap";
pub(crate) const APPLE_PROFILE: &str = "/app-passwords/{id}/apple-profile";
pub(crate) const ROTATE: &str = "/app-passwords/{id}/rotate";
pub(crate) const REVOKE: &str = "/app-passwords/{id}/revoke";
pub(crate) const SESSIONS: &str = "/sessions";
pub(crate) const END_SESSION: &str = "/sessions/{id}/end";
pub(crate) const CONSENTS: &str = "/consents";
pub(crate) const CONNECT: &str = "/consents/connect";
/// Providers know this one: it is registered there.
pub(crate) const CALLBACK: &str = "/consents/callback";
pub(crate) const WITHDRAW: &str = "/consents/withdraw";
pub(crate) const MAILBOX_PASSWORD: &str = "/mailbox-password";
pub(crate) const REMOVE_MAILBOX_PASSWORD: &str = "/mailbox-password/remove";
pub(crate) const ACTIVITY: &str = "/activity";
pub(crate) const ASK_FOR_HELP: &str = "/refusals/{reference}/ask";
pub(crate) const API_TOKENS: &str = "/api-tokens";
pub(crate) const CREATE_API_TOKEN: &str = "/api-tokens/new";
pub(crate) const REVOKE_API_TOKEN: &str = "/api-tokens/{id}/revoke";
/// Problems of the API point into it.
pub(crate) const API_DOCS: &str = "/api/docs";
pub(crate) const REFUSALS: &str = "/refusals";
pub(crate) const PASSWORD: &str = "/password";
pub(crate) const STATIC: &str = "/static/{file}";
pub(crate) const NOTICES: &str = "/notices";
pub(crate) const ADD_NOTIFICATION_ADDRESS: &str = "/notices/addresses/new";
pub(crate) const CONFIRM_NOTIFICATION_ADDRESS: &str = "/notices/addresses/{id}";
pub(crate) const REMOVE_NOTIFICATION_ADDRESS: &str = "/notices/addresses/{id}/remove";

//! Notices: what people are told because it concerns the security of an account.
//!
//! A deed puts its notice into the outbox within its own transaction (`tell`), so that nothing is told that did not
//! happen, and nothing that happened is kept back by a server that falls. Delivery comes afterwards.

mod address;
mod deliver;
mod doer;
mod list_notices;
mod mail;
mod of_account;
mod of_app_password;
mod of_mailbox;
mod of_organization;
mod of_sign_in;
mod remind;
mod tell;
#[cfg(test)]
mod tests;
mod words;

pub use address::NotificationAddressError;
pub(crate) use doer::Doer;
pub use list_notices::ListNoticesError;
pub(crate) use of_account::AccountTidings;
pub(crate) use of_app_password::{AppPasswordTidings, NetworkUse};
pub(crate) use of_mailbox::MailboxTidings;
pub(crate) use of_organization::OrganizationTidings;
pub(crate) use of_sign_in::SignInTidings;
pub use postern_storage::{AddressedNotice, Notice as ToldNotice, NoticeDelivery};
pub(crate) use tell::{tell, tell_also_at};

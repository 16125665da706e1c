//! The programs of the story, as simple as programs are that cannot do MFA.

mod ews;
mod imap;
mod smtp;
mod wire;

pub(super) use ews::{EwsClient, find_items_of};
pub(super) use imap::ImapClient;
pub(super) use smtp::SmtpClient;
pub(super) use wire::connector;

//! A live session as an administrator may see it.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::app_password::AppPasswordName;
use postern_domain::door::Door;
use postern_domain::id::{AccountId, AppPasswordId, DoorSessionId};

/// A live session at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSessionInfo {
    /// Names the session.
    pub id: DoorSessionId,
    /// Where the program signed in.
    pub door: Door,
    /// Whose it is.
    pub account: AccountId,
    /// The account's user name at sign-in.
    pub account_name: AccountName,
    /// The app password; none: the account password.
    pub app_password: Option<(AppPasswordId, AppPasswordName)>,
    /// The mailbox of another that it acts for.
    pub acting_for: Option<AccountName>,
    /// The client's address.
    pub address: IpAddr,
    /// What the client calls itself.
    pub client: Option<String>,
    /// When it signed in.
    pub since: Timestamp,
    /// Octets relayed from the client to the upstream.
    pub octets_from_client: u64,
    /// Octets relayed from the upstream to the client.
    pub octets_to_client: u64,
}

//! The outbox of notices: each is written with the deed that it tells of, and delivered afterwards.

use async_trait::async_trait;
use ipnet::IpNet;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::id::{AccountId, AppPasswordId};
use postern_domain::notice::NoticeKind;

use crate::Result;

/// What a notice says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeText {
    /// When what it tells of happened.
    pub at: Timestamp,
    /// What it tells of.
    pub kind: NoticeKind,
    /// The account that it concerns; none: the organization.
    pub account: Option<AccountId>,
    /// One line: what happened.
    pub subject: String,
    /// The facts, each with its words, in the order in which they are shown. Never a secret.
    pub facts: Vec<(String, String)>,
    /// What to do about it.
    pub advice: String,
    /// The one page on which that is done: a path of the portal.
    pub link: String,
}

/// One who is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeRecipient {
    /// The account whose address it is; none for one of the configuration.
    pub account: Option<AccountId>,
    /// The address. No notice goes to one address twice.
    pub address: AccountName,
}

/// A notice in the outbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Its place: it grows with each notice, and none is used again.
    pub sequence: u64,
    /// What it says.
    pub text: NoticeText,
}

/// How far the delivery to one address has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoticeDelivery {
    /// It is to be tried at `next_at`, for the first time or again.
    Waiting {
        /// When.
        next_at: Timestamp,
        /// What the last attempt met with.
        problem: Option<String>,
    },
    /// The mail server has taken it.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// It will not be tried again.
    GivenUp {
        /// Since when.
        at: Timestamp,
        /// Why.
        problem: String,
    },
}

/// A notice on its way to one address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddressedNotice {
    /// The notice.
    pub notice: Notice,
    /// The user name of the account that it concerns.
    pub account_name: Option<AccountName>,
    /// To whom.
    pub recipient: NoticeRecipient,
    /// How often it was tried, or is being tried.
    pub attempts: u32,
    /// How far it has come.
    pub delivery: NoticeDelivery,
}

/// A network from which an app password was used.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SeenNetwork {
    /// The app password.
    pub app_password: AppPasswordId,
    /// The network.
    pub network: IpNet,
    /// When.
    pub at: Timestamp,
}

/// How long networks of app passwords are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KnownNetworks {
    /// So many of each app password; those that were not used for longest go.
    pub most: u32,
    /// One that was last used before this is as one that was never used.
    pub since: Timestamp,
}

/// What was known of a network when an app password was used from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NetworkNews {
    /// The app password was used from nowhere before.
    FirstUse,
    /// It was used before, not from there, or not for long.
    New,
    /// It was used from there.
    Known,
}

/// Reading notices.
#[async_trait]
pub trait NoticesRead {
    /// The notices that somebody was told, newest first: at most `limit` before the place `before`.
    async fn notices_of(
        &mut self,
        account: AccountId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Notice>>;

    /// At most `limit` notices whose place is after `sequence`, in order, each with the user name of the account that it
    /// concerns.
    async fn notices_after(
        &mut self,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<(Notice, Option<AccountName>)>>;

    /// Whether a delivery is due at `now`.
    async fn a_notice_is_due(&mut self, now: Timestamp) -> Result<bool>;

    /// From how many networks the app password was first used, or used again after long, after `since`.
    async fn new_network_count(&mut self, app_password: AppPasswordId, since: Timestamp) -> Result<u64>;

    /// The place of the last notice; 0 when there is none.
    async fn notice_head(&mut self) -> Result<u64>;

    /// The deliveries that were given up, or have failed at least once, newest first: at most `limit` of notices before
    /// the place `before`.
    async fn troubled_notices(&mut self, before: Option<u64>, limit: u32) -> Result<Vec<AddressedNotice>>;
}

/// Writing notices.
#[async_trait]
pub trait NoticesWrite: NoticesRead {
    /// Puts a notice into the outbox, due at once. Gives its place.
    async fn insert_notice(&mut self, text: &NoticeText, recipients: &[NoticeRecipient]) -> Result<u64>;

    /// Takes at most `limit` deliveries that are due at `now`, and counts an attempt for each. Until `until` nobody else
    /// gets them, which is when they are due again if nothing is said of them.
    async fn take_due_notices(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<AddressedNotice>>;

    /// Says how a delivery went that was taken with so many attempts. False when somebody else has it by now.
    async fn settle_notice(
        &mut self,
        sequence: u64,
        address: &AccountName,
        attempts: u32,
        delivery: &NoticeDelivery,
    ) -> Result<bool>;

    /// Notes that an app password was used from a network, and tells what was known of that.
    async fn see_network(&mut self, seen: &SeenNetwork, known: KnownNetworks) -> Result<NetworkNews>;

    /// Deletes notices from before `before`, and gives how many; the last one is kept, so that no place is used again.
    async fn delete_old_notices(&mut self, before: Timestamp) -> Result<u64>;
}

//! The programs that sign in with an account password: what will stop when MFA is enforced, and what stopped.
//!
//! A program is what signs in for one account at one door from one network under one name. The recorder adds to what is
//! known of it in the transaction in which it writes the events.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::door::Door;
use postern_domain::id::AccountId;
use postern_domain::mfa::MfaState;
use postern_domain::sign_in::RefusalReference;

use crate::{AccountFilter, Result};

/// One or more attempts of a program with the right account password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountPasswordUse {
    /// Whose password it was.
    pub account: AccountId,
    /// Where.
    pub door: Door,
    /// From where, the last time.
    pub address: IpAddr,
    /// What the program calls itself.
    pub client: Option<String>,
    /// When, the last time.
    pub at: Timestamp,
    /// How many attempts, all with the same end.
    pub count: u64,
    /// None: let in. Otherwise the reference of the last refusal, which was for want of an app password.
    pub refused: Option<RefusalReference>,
}

/// A program, with what its account has by now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Program {
    /// The account.
    pub account: AccountId,
    /// Its user name.
    pub account_name: AccountName,
    /// Its MFA state.
    pub mfa: MfaState,
    /// Where it signs in.
    pub door: Door,
    /// From where, the last time; others of its network are the same program.
    pub address: IpAddr,
    /// What it calls itself.
    pub client: Option<String>,
    /// When it was first heard of.
    pub first_at: Timestamp,
    /// When it was last let in with the account password; none: never.
    pub last_at: Option<Timestamp>,
    /// How often it was let in.
    pub count: u64,
    /// When it was last refused for want of an app password, and under which reference.
    pub refused: Option<(Timestamp, RefusalReference)>,
    /// How often it was refused.
    pub refused_count: u64,
    /// How many app passwords that are not revoked the account has for that door.
    pub app_passwords: u32,
    /// When one of these last let a program in at that door.
    pub app_password_used_at: Option<Timestamp>,
}

/// Which programs a list shows: those heard of since a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProgramFilter {
    /// Only of accounts that this names; its page aside.
    pub accounts: AccountFilter,
    /// Only of these accounts; none: of any.
    pub listed: Option<Vec<AccountId>>,
    /// Only of accounts for which this is so: whether their MFA state is *Enforced*.
    pub enforced: Option<bool>,
    /// Heard of at this moment or later.
    pub since: Timestamp,
    /// Where the page before ended.
    pub after: Option<ProgramPlace>,
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

/// A place in a list of programs: in an account, after so many of its programs. A page is found by the account's name, so that
/// the last one costs no more than the first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProgramPlace {
    /// The account.
    pub account: AccountName,
    /// How many of its programs were shown.
    pub shown: u32,
}

/// The text is not a place in a list of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list of programs")]
pub struct NoSuchProgramPlace;

impl ProgramPlace {
    /// The end of a page that began after another place; none of an empty one.
    #[must_use]
    pub fn end_of(page: &[Program], after: Option<&Self>) -> Option<Self> {
        let account = &page.last()?.account_name;
        let own = page.iter().rev().take_while(|program| program.account_name == *account).count();
        let before = after.filter(|after| own == page.len() && after.account == *account);
        let shown =
            u32::try_from(own).unwrap_or(u32::MAX).saturating_add(before.map_or(0, |after| after.shown));
        Some(Self { account: account.clone(), shown })
    }
}

/// `3 anna@example.test`.
impl fmt::Display for ProgramPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.shown, self.account)
    }
}

impl FromStr for ProgramPlace {
    type Err = NoSuchProgramPlace;

    fn from_str(text: &str) -> std::result::Result<Self, NoSuchProgramPlace> {
        let (shown, account) = text.split_once(' ').ok_or(NoSuchProgramPlace)?;
        let shown = shown.parse().map_err(|_| NoSuchProgramPlace)?;
        Ok(Self { account: account.parse().map_err(|_| NoSuchProgramPlace)?, shown })
    }
}

/// How many programs there are, and of how many accounts. Counting stops after [`crate::MOST_COUNTED`] programs: one more
/// stands for more than that, and the accounts are those of the programs that were counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ProgramTotals {
    /// Programs.
    pub programs: u64,
    /// Accounts.
    pub accounts: u64,
}

impl ProgramTotals {
    /// Whether there are more than were counted.
    #[must_use]
    pub const fn is_more(&self) -> bool {
        self.programs > crate::MOST_COUNTED
    }
}

/// Reading what programs did with account passwords.
#[async_trait]
pub trait AccountPasswordUsesRead {
    /// The programs that `filter` names, sorted by account, of one account the last heard of first.
    async fn programs(&mut self, filter: &ProgramFilter) -> Result<Vec<Program>>;

    /// How many programs `filter` names, its page aside, as far as is counted.
    async fn program_totals(&mut self, filter: &ProgramFilter) -> Result<ProgramTotals>;
}

/// Writing what programs did with account passwords.
#[async_trait]
pub trait AccountPasswordUsesWrite: AccountPasswordUsesRead {
    /// Adds attempts to what is known of their programs: counts add up, the later moment wins.
    async fn record_account_password_uses(&mut self, uses: &[AccountPasswordUse]) -> Result<()>;

    /// Forgets the programs that were not heard of since `before`. Gives how many.
    async fn forget_programs(&mut self, before: Timestamp) -> Result<u64>;
}

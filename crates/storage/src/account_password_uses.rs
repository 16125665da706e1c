//! The programs that sign in with an account password: what will stop when MFA is enforced, and what stopped.
//!
//! A program is what signs in for one account at one door from one network under one name. The recorder adds to what is
//! known of it in the transaction in which it writes the events.

use std::net::IpAddr;

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
    /// At most this many, 1 to 1000.
    pub limit: u32,
    /// How many to leave out first.
    pub skip: u64,
}

/// How many programs there are, and of how many accounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ProgramTotals {
    /// Programs.
    pub programs: u64,
    /// Accounts.
    pub accounts: u64,
}

/// Reading what programs did with account passwords.
#[async_trait]
pub trait AccountPasswordUsesRead {
    /// The programs that `filter` names, sorted by account, of one account the last heard of first.
    async fn programs(&mut self, filter: &ProgramFilter) -> Result<Vec<Program>>;

    /// How many programs `filter` names, its page aside.
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

//! Accounts, their addresses and their passwords.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::password::SlowHash;
use postern_domain::account::{Account, AccountKind, AccountName, GroupName, Role, Sid};
use postern_domain::id::AccountId;
use postern_domain::mfa::MfaState;

use crate::Result;

/// A stored account password.
#[derive(Clone, Debug)]
pub struct AccountPasswordRecord {
    /// Its hash.
    pub hash: SlowHash,
    /// When it was set.
    pub changed_at: Timestamp,
}

/// Which accounts a list shows. Deleted ones are never among them.
///
/// Whatever is asked for, a list is found by walking one narrow index in the order of the names: some 20 ms for 100,000
/// accounts when nothing matches, and less when something does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AccountFilter {
    /// Only accounts with an address that contains this text, lower case. Of an account with so many aliases that they
    /// have more than [`Self::SOUGHT`] octets, the later ones are found as a whole only.
    pub text: Option<String>,
    /// Only persons, or only service accounts.
    pub kind: Option<AccountKind>,
    /// Only with this role.
    pub role: Option<Role>,
    /// Only in this MFA state.
    pub mfa: Option<MfaState>,
    /// Only blocked ones, or only those that are not.
    pub blocked: Option<bool>,
    /// Only accounts in this group.
    pub group: Option<GroupName>,
    /// Only accounts that have, or have not, an app password that is not revoked.
    pub has_app_passwords: Option<bool>,
    /// Only accounts that have, or have not, a registered authentication method.
    pub has_methods: Option<bool>,
    /// Only accounts that have, or have not, a passkey, which is the method that no false page can ask for.
    pub has_passkey: Option<bool>,
    /// Only accounts whose owners have to register a method again, or only the others.
    pub must_register_again: Option<bool>,
    /// Only accounts whose name sorts after this one (for the next page).
    pub after: Option<AccountName>,
    /// Only accounts whose name sorts before this one, and of these the last (for the page before). They come sorted by
    /// name all the same.
    pub before: Option<AccountName>,
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

impl AccountFilter {
    /// How many octets of an account's addresses are searched for a part of one.
    pub const SOUGHT: usize = 1_000;

    /// Whether every account meets it, its page aside.
    pub fn names_all(&self) -> bool {
        let page = Self {
            after: self.after.clone(),
            before: self.before.clone(),
            limit: self.limit,
            ..Self::default()
        };
        *self == page
    }
}

/// An account in a list, with what belongs to it counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedAccount {
    /// The account.
    pub account: Account,
    /// Its authentication methods.
    pub methods: u32,
    /// Its app passwords that are not revoked.
    pub app_passwords: u32,
    /// When one of its programs last signed in, or its owner with a second factor.
    pub last_sign_in: Option<Timestamp>,
}

/// How many accounts are in each MFA state, deleted ones not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MfaCounts {
    /// *Disabled*.
    pub disabled: u64,
    /// *Enabled*: their owners are to register a method.
    pub enabled: u64,
    /// *Enforced*.
    pub enforced: u64,
}

/// What the first page of the admin area says of all accounts, deleted ones not counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountSummary {
    /// How many are in each MFA state.
    pub mfa: MfaCounts,
    /// How many are blocked.
    pub blocked: u64,
    /// How many global administrators there are.
    pub global_administrators: u64,
    /// Those of them that are active.
    pub active_global_administrators: u64,
    /// How many active ones under *Enforced* MFA have no authentication method.
    pub without_method: u64,
    /// For each role that is more than a member's, how many active ones have MFA *Disabled*.
    pub without_second_factor: Vec<(Role, u64)>,
    /// The same of those without a passkey, whatever their MFA state.
    pub without_passkey: Vec<(Role, u64)>,
}

/// Reading accounts.
#[async_trait]
pub trait AccountsRead {
    /// The account of that id, deleted ones too.
    async fn account(&mut self, id: AccountId) -> Result<Option<Account>>;

    /// The account that has `name` as primary address or alias.
    async fn account_by_address(&mut self, name: &AccountName) -> Result<Option<Account>>;

    /// The same answer, for a sign-in: a name that no account has costs what one costs that `stand_in` has, so that the
    /// time does not tell which names there are.
    async fn account_by_presented_address(
        &mut self,
        name: &AccountName,
        stand_in: AccountId,
    ) -> Result<Option<Account>>;

    /// The account that has `name` as primary address or alias, or, when none has it, the deleted one that had it last.
    async fn account_of_mailbox(&mut self, name: &AccountName) -> Result<Option<Account>>;

    /// The account with that security identifier; deleted ones have none.
    async fn account_by_sid(&mut self, sid: &Sid) -> Result<Option<Account>>;

    /// The accounts in a group, in the order in which they were made: at most `limit` after `after`.
    async fn accounts_in_group(
        &mut self,
        group: &GroupName,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<Account>>;

    /// The groups that accounts are in, sorted, with how many are in each: at most `limit` whose names sort after `after`.
    /// Costs a walk through the members of the groups that it gives, not of others.
    async fn groups(&mut self, after: Option<&GroupName>, limit: u32) -> Result<Vec<(GroupName, u64)>>;

    /// The accounts that `filter` names, sorted by name.
    async fn accounts(&mut self, filter: &AccountFilter) -> Result<Vec<Account>>;

    /// The accounts that `filter` names, sorted by name, with what a list shows of each: one statement.
    async fn listed_accounts(&mut self, filter: &AccountFilter) -> Result<Vec<ListedAccount>>;

    /// How many accounts `filter` names, its page aside. Costs a walk through the whole index.
    async fn accounts_matching(&mut self, filter: &AccountFilter) -> Result<u64>;

    /// How many accounts are in each MFA state.
    async fn mfa_counts(&mut self) -> Result<MfaCounts>;

    /// Several counts of all accounts.
    async fn account_summary(&mut self) -> Result<AccountSummary>;

    /// How many accounts there are, deleted ones not counted.
    async fn account_count(&mut self) -> Result<u64>;

    /// How many active global administrators there are.
    async fn administrator_count(&mut self) -> Result<u64>;

    /// The active global administrators, sorted by name, at most `limit`.
    async fn administrators(&mut self, limit: u32) -> Result<Vec<Account>>;

    /// The account's password; none for an account that has not got one.
    async fn account_password(&mut self, id: AccountId) -> Result<Option<AccountPasswordRecord>>;
}

/// Writing accounts.
#[async_trait]
pub trait AccountsWrite: AccountsRead {
    /// Adds an account.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] `account address` when one of its addresses is taken, `account sid` when another
    /// account has its security identifier.
    async fn insert_account(&mut self, account: &Account) -> Result<()>;

    /// Writes everything about an account that is there. A deleted one loses its addresses and the
    /// directory's entry, so that they are free. Where it is another one for a directory client by that (its name, whether
    /// it is active, its groups), it and the groups concerned have changed `at` that moment:
    /// [`crate::DirectoryRead::directory_changed_at`].
    ///
    /// # Errors
    /// As [`Self::insert_account`].
    async fn update_account(&mut self, account: &Account, at: Timestamp) -> Result<()>;

    /// Sets the account's password.
    async fn set_account_password(&mut self, id: AccountId, password: &AccountPasswordRecord) -> Result<()>;
}

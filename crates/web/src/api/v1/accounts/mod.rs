//! Accounts.

pub(super) mod add_to_group;
pub(super) mod block;
pub(super) mod change_method;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod delete_method;
pub(super) mod end_sessions;
pub(crate) mod filter;
pub(super) mod get;
pub(super) mod list;
pub(super) mod remove_from_group;
pub(super) mod require_registration;
pub(super) mod set_addresses;
pub(super) mod set_grant;
pub(super) mod set_password;
pub(super) mod set_role;
pub(super) mod set_security_identifier;
pub(super) mod settings;
pub(super) mod unblock;

use axum::response::Response;
use postern_domain::account::{Account, AccountName, AccountStatus, Permission};
use postern_domain::api_token::Scope;
use postern_domain::id::AccountId;
use postern_domain::mfa::AuthenticationMethod;
use postern_service::account::{AccountDetails, AccountError};
use postern_service::api::{Version, Versioned};
use serde::Serialize;
use utoipa::ToSchema;

use super::grant::GrantBody;
use crate::api::choice::{Word, choice};
use crate::api::endpoint::Caller;
use crate::api::etag::{IfMatch, tagged};
use crate::api::problem::{Problem, ProblemKind};
use crate::api::v1::words::{AccountKindWord, MethodKindWord, MfaStateWord, RoleWord};
use crate::portal::Portal;

choice! {
    /// Whether it may sign in.
    enum Status as AccountStatusWord { Active = "active", Blocked = "blocked", Deleted = "deleted" }
}

/// An account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub(crate) struct AccountBody {
    /// Names it for ever.
    id: String,
    /// The primary e-mail address, which is the user name.
    #[schema(example = "anna@example.org")]
    name: String,
    /// Further addresses that name the same account at sign-in.
    aliases: Vec<String>,
    kind: AccountKindWord,
    /// What it may do for others.
    role: RoleWord,
    status: AccountStatusWord,
    mfa_state: MfaStateWord,
    /// The groups it is in.
    groups: Vec<String>,
    /// Its security identifier in a Windows domain.
    security_identifier: Option<String>,
    /// The mailboxes that it may act for.
    may_act_for: Option<GrantBody>,
    /// Whether its owner has to register a method again at the next browser sign-in.
    must_register_again: bool,
    /// When it was added.
    #[schema(format = DateTime)]
    created_at: String,
}

/// An account with what belongs to it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountDetails)]
pub(crate) struct AccountDetailsBody {
    #[serde(flatten)]
    account: AccountBody,
    /// Whether it has an account password.
    has_password: bool,
    /// Its authentication methods.
    methods: Vec<MethodBody>,
    /// Recovery codes that were not used yet.
    recovery_codes_left: u32,
}

/// An authentication method.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuthenticationMethod)]
pub(crate) struct MethodBody {
    id: String,
    kind: MethodKindWord,
    /// What its owner calls it.
    label: String,
    /// The phone number or the e-mail address, masked.
    hint: Option<String>,
    /// Whether it is asked for first.
    is_default: bool,
    #[schema(format = DateTime)]
    registered_at: String,
    /// When it last let its owner in.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl AccountBody {
    pub(crate) fn new(account: &Account) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name.to_string(),
            aliases: account.aliases.iter().map(ToString::to_string).collect(),
            kind: Word(account.kind),
            role: Word(account.role),
            status: Word(match account.status {
                AccountStatus::Active => Status::Active,
                AccountStatus::Blocked { .. } => Status::Blocked,
                AccountStatus::Deleted { .. } => Status::Deleted,
            }),
            mfa_state: Word(account.mfa),
            groups: account.groups.iter().map(ToString::to_string).collect(),
            security_identifier: account.sid.as_ref().map(ToString::to_string),
            may_act_for: account.grant.as_ref().map(GrantBody::new),
            must_register_again: account.must_register_again,
            created_at: account.created_at.to_string(),
        }
    }
}

impl AccountDetailsBody {
    pub(crate) fn new(details: &AccountDetails) -> Self {
        let is_default = |method: &AuthenticationMethod| details.account.default_method == Some(method.id);
        Self {
            account: AccountBody::new(&details.account),
            has_password: details.has_password,
            methods: details
                .methods
                .iter()
                .map(|method| MethodBody::new(method, is_default(method)))
                .collect(),
            recovery_codes_left: details.recovery_codes_left,
        }
    }
}

impl MethodBody {
    fn new(method: &AuthenticationMethod, is_default: bool) -> Self {
        Self {
            is_default,
            id: method.id.to_string(),
            kind: Word(method.kind),
            hint: method.hint.clone(),
            label: method.label.clone(),
            registered_at: method.registered_at.to_string(),
            last_used_at: method.last_used_at.map(|at| at.to_string()),
        }
    }
}

/// An account as it is after a change, with its tag.
fn tagged_account(account: &Account) -> Response {
    tagged(Version::of_account(account), &AccountBody::new(account))
}

/// The account of a path, with what belongs to it: by its id, one of its addresses, or `me`.
pub(crate) async fn find(portal: &Portal, caller: &Caller, key: &str) -> Result<AccountDetails, Problem> {
    let found = match key.parse() {
        Ok(id) => portal.service.show_account(caller.by(), id).await,
        Err(_) => portal.service.find_account(caller.by(), &name(caller, key)?).await,
    };
    found.map_err(|error| unread(caller, error))
}

/// Why an account is not read for a deed that only has to find it.
fn unread(caller: &Caller, error: AccountError) -> Problem {
    let reads = caller.get().scopes().contains(Scope::For(Permission::ReadAccounts));
    if reads || !matches!(error, AccountError::NotAllowed) {
        return error.into();
    }
    let detail = "Another's account is read with `accounts.read`, also to find it when it is named by its id or with \
        `If-Match`. Create a token that has it, or give the user name and no condition.";
    Problem::new(ProblemKind::NotAllowed, detail).scope(Permission::ReadAccounts.name().to_owned())
}

/// The user name of the account of a path. A name is taken as it is: the deed looks for it.
pub(crate) async fn name_of(portal: &Portal, caller: &Caller, key: &str) -> Result<AccountName, Problem> {
    match key.parse::<AccountId>() {
        Ok(_) => Ok(find(portal, caller, key).await?.account.name),
        Err(_) => name(caller, key),
    }
}

fn name(caller: &Caller, key: &str) -> Result<AccountName, Problem> {
    if key == "me" {
        let own = caller.get().account().map(|account| account.name.clone());
        return own.ok_or_else(|| Problem::not_found("account"));
    }
    key.parse().map_err(|_| Problem::not_found("account"))
}

/// Whether the account of a path is that of the token's owner. To who may not read accounts another's is as if it were not
/// there.
///
/// # Errors
/// [`Problem`] when it is not.
pub(crate) async fn own(portal: &Portal, caller: &Caller, key: &str) -> Result<(), Problem> {
    let own = caller.get().account().map(|account| account.id);
    if key == "me" && own.is_some() {
        return Ok(());
    }
    match find(portal, caller, key).await {
        Ok(details) if own == Some(details.account.id) => Ok(()),
        Ok(_) => {
            let detail =
                "Only the owner of the account does that, in the portal or with a token of their own.";
            Err(Problem::new(ProblemKind::NotAllowed, detail))
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(_) => Err(Problem::not_found("account")),
    }
}

/// The caller, whose deed is done only to a version of the account that `If-Match` names.
pub(crate) async fn conditioned(
    portal: &Portal,
    caller: Caller,
    key: &str,
    tags: Option<IfMatch>,
) -> Result<Caller, Problem> {
    match tags {
        None => Ok(caller),
        Some(tags) => {
            let id = find(portal, &caller, key).await?.account.id;
            Ok(caller.if_match(Some(tags), Versioned::Account(id)))
        }
    }
}

//! The programs that sign in with account passwords: those that stop when MFA is enforced, and those that stopped.

pub(super) mod export;
pub(super) mod list;

use postern_domain::Timestamp;
use postern_service::account::{Program, ProgramFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::admin::mfa::programs::known_since;
use crate::api::body::Fields;
use crate::api::choice::Word;
use crate::api::problem::Problem;
use crate::api::v1::accounts::filter::Matching;
use crate::api::v1::words::{AccountKindWord, DoorWord, MfaStateWord};

/// Which programs are meant.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Programs {
    /// Of accounts under MFA: those that stopped. Otherwise those that will.
    stopped: Option<bool>,
    /// Only of accounts with an address that contains this text.
    text: Option<String>,
    /// Only of accounts of this kind.
    #[param(value_type = Option<AccountKindWord>)]
    kind: Option<String>,
    /// Only of accounts in this MFA state.
    #[param(value_type = Option<MfaStateWord>)]
    mfa_state: Option<String>,
    /// Only of accounts in this group.
    group: Option<String>,
}

impl Programs {
    /// The question to the service, from the beginning.
    fn filter(&self, now: Timestamp, limit: u32) -> Result<ProgramFilter, Problem> {
        let mut fields = Fields::default();
        let accounts = Matching {
            text: self.text.clone(),
            kind: self.kind.clone(),
            mfa_state: self.mfa_state.clone(),
            group: self.group.clone(),
            ..Matching::default()
        };
        let accounts = accounts.read("?", &mut fields);
        fields.done()?;
        Ok(ProgramFilter {
            accounts,
            listed: None,
            enforced: Some(self.stopped.unwrap_or(false)),
            since: known_since(now),
            limit,
            after: None,
        })
    }
}

/// A program that signs in, or signed in, with an account password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccountPasswordProgram)]
pub(crate) struct ProgramBody {
    account_id: String,
    account: String,
    /// The account's MFA state.
    mfa_state: MfaStateWord,
    door: DoorWord,
    /// From where, the last time.
    address: String,
    /// What it calls itself.
    client: Option<String>,
    #[schema(format = DateTime)]
    first_at: String,
    /// When it was last let in with the account password; null: never.
    #[schema(format = DateTime)]
    last_at: Option<String>,
    /// How often it was let in.
    count: u64,
    /// When it was last refused for want of an app password.
    #[schema(format = DateTime)]
    refused_at: Option<String>,
    /// Under which reference.
    reference: Option<String>,
    refused_count: u64,
    /// How many app passwords that are not revoked the account has for that door.
    app_passwords: u32,
    /// When one of these last let a program in at that door.
    #[schema(format = DateTime)]
    app_password_used_at: Option<String>,
}

impl ProgramBody {
    fn new(program: &Program) -> Self {
        Self {
            account_id: program.account.to_string(),
            account: program.account_name.to_string(),
            mfa_state: Word(program.mfa),
            door: Word(program.door),
            address: program.address.to_string(),
            client: program.client.clone(),
            first_at: program.first_at.to_string(),
            last_at: program.last_at.map(|at| at.to_string()),
            count: program.count,
            refused_at: program.refused.map(|(at, _)| at.to_string()),
            reference: program.refused.map(|(_, reference)| reference.to_string()),
            refused_count: program.refused_count,
            app_passwords: program.app_passwords,
            app_password_used_at: program.app_password_used_at.map(|at| at.to_string()),
        }
    }
}

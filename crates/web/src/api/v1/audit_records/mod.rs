//! The audit log.

pub(super) mod export;
pub(super) mod export_csv;
pub(super) mod get;
pub(super) mod list;
pub(super) mod verification;
pub(super) mod verify;

use std::collections::BTreeMap;

use postern_domain::audit::{AuditRecord, Operation};
use postern_service::audit::AuditSearch;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::moment;
use crate::api::body::Fields;
use crate::api::choice::Word;
use crate::api::problem::Problem;
use crate::api::v1::words::{OperationCode, OperationCodeWord, OperationWord};

/// Which records are meant.
#[derive(Deserialize, IntoParams, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Only what was done to the account with this user name; of a deleted account, too.
    account: Option<String>,
    /// Only what was done to the app password of this id.
    app_password: Option<String>,
    /// Only by this account, or by this actor in full words, such as `operator root`.
    actor: Option<String>,
    /// Only this operation: its words, its code, or what Microsoft Entra ID calls it.
    operation: Option<String>,
    /// Only from this moment on (RFC 3339).
    since: Option<String>,
    /// Only before this moment (RFC 3339).
    until: Option<String>,
    /// Only those with this text in their actor or details.
    text: Option<String>,
}

impl Search {
    fn read(self) -> Result<AuditSearch, Problem> {
        let mut fields = Fields::default();
        let operation = self.operation.as_deref().map(|name| {
            let is_it = |operation: &&Operation| {
                operation.name() == name || operation.code() == name || operation.activity() == Some(name)
            };
            let found = Operation::ALL.iter().find(is_it).copied();
            found.ok_or("no such operation: the records have its words and its code")
        });
        let moment_of = |fields: &mut Fields, pointer: &str, text: Option<&str>| {
            text.and_then(|text| fields.check(pointer, moment(text)))
        };
        let search = AuditSearch {
            account: fields.parse_if("?account", self.account.as_deref()),
            app_password: fields.parse_if("?appPassword", self.app_password.as_deref()),
            operation: operation.and_then(|operation| fields.check("?operation", operation)),
            since: moment_of(&mut fields, "?since", self.since.as_deref()),
            until: moment_of(&mut fields, "?until", self.until.as_deref()),
            actor: self.actor,
            text: self.text,
            ..AuditSearch::default()
        };
        fields.done()?;
        Ok(search)
    }
}

/// A record of the audit log.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditRecord)]
pub(crate) struct RecordBody {
    /// Its place: 1, 2, 3, … without a gap.
    sequence: u64,
    #[schema(format = DateTime)]
    at: String,
    /// Who did it.
    actor: String,
    /// What was done, in words.
    operation: OperationWord,
    /// What was done, for programs: never changed.
    #[schema(example = "create-app-password")]
    code: OperationCodeWord,
    /// What Microsoft Entra ID calls it, where it has the same.
    activity: Option<String>,
    /// The account that it was done to.
    account_id: Option<String>,
    /// The app password that it was done to.
    app_password_id: Option<String>,
    /// Further facts, by name.
    details: BTreeMap<String, String>,
    /// The digest of the record before.
    previous: String,
    /// The digest of this one.
    digest: String,
}

impl RecordBody {
    fn new(record: AuditRecord) -> Self {
        Self {
            sequence: record.sequence,
            at: record.at.to_string(),
            actor: record.actor,
            operation: Word(record.operation),
            code: Word(OperationCode(record.operation)),
            activity: record.operation.activity().map(str::to_owned),
            account_id: record.account.map(|id| id.to_string()),
            app_password_id: record.app_password.map(|id| id.to_string()),
            details: record.details.into_iter().collect(),
            previous: record.previous.to_string(),
            digest: record.digest.to_string(),
        }
    }
}

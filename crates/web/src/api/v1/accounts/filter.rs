//! Which accounts are meant: the filter of the list, of changes to many accounts, and of their programs.

use postern_service::account::AccountFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::body::Fields;
use crate::api::v1::words::{AccountKindWord, MfaStateWord, RoleWord};

/// Which accounts are meant. What is missing narrows nothing.
#[derive(Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = AccountFilter)]
pub(crate) struct Matching {
    /// Only accounts with an address that contains this text.
    pub(crate) text: Option<String>,
    /// Only accounts of this kind.
    #[schema(value_type = Option<AccountKindWord>)]
    pub(crate) kind: Option<String>,
    /// Only accounts in this MFA state.
    #[schema(value_type = Option<MfaStateWord>)]
    pub(crate) mfa_state: Option<String>,
    /// Only accounts in this group.
    pub(crate) group: Option<String>,
    /// Only accounts with this role.
    #[schema(value_type = Option<RoleWord>)]
    pub(crate) role: Option<String>,
    /// Only blocked ones, or only those that are not.
    pub(crate) blocked: Option<bool>,
    /// Only accounts that have, or have not, an app password that is not revoked.
    pub(crate) has_app_passwords: Option<bool>,
    /// Only accounts that have, or have not, an authentication method.
    pub(crate) has_methods: Option<bool>,
    /// Only accounts whose owners have, or have not, to register a method again.
    pub(crate) must_register_again: Option<bool>,
}

impl Matching {
    /// The filter, without a page. `at` is what the pointers of its fields begin with.
    pub(crate) fn read(&self, at: &str, fields: &mut Fields) -> AccountFilter {
        AccountFilter {
            text: self.text.as_ref().map(|text| text.to_lowercase()),
            kind: fields.choose_if(&format!("{at}kind"), self.kind.as_deref()),
            mfa: fields.parse_if(&format!("{at}mfaState"), self.mfa_state.as_deref()),
            group: fields.parse_if(&format!("{at}group"), self.group.as_deref()),
            role: fields.choose_if(&format!("{at}role"), self.role.as_deref()),
            blocked: self.blocked,
            has_app_passwords: self.has_app_passwords,
            has_methods: self.has_methods,
            must_register_again: self.must_register_again,
            ..AccountFilter::default()
        }
    }

    /// In words, for the record of a change.
    pub(crate) fn words(&self) -> String {
        let text = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name} {value}"));
        let flag = |name: &str, value: Option<bool>| value.map(|value| format!("{name} {value}"));
        let given: Vec<String> = [
            text("text", &self.text),
            text("kind", &self.kind),
            text("mfaState", &self.mfa_state),
            text("group", &self.group),
            text("role", &self.role),
            flag("blocked", self.blocked),
            flag("hasAppPasswords", self.has_app_passwords),
            flag("hasMethods", self.has_methods),
            flag("mustRegisterAgain", self.must_register_again),
        ]
        .into_iter()
        .flatten()
        .collect();
        if given.is_empty() { "all accounts".to_owned() } else { format!("all with {}", given.join(", ")) }
    }
}

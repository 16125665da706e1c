//! The words of what the service and the domain choose from, as the API writes them.

use std::borrow::Cow;

use postern_domain::account::{AccountKind, Role};
use postern_domain::api_token::Scope;
use postern_domain::app_password::Profile;
use postern_domain::audit::Operation;
use postern_domain::door::Door;
use postern_domain::mfa::{MethodKind, MfaState};
use postern_domain::notice::NoticeKind;
use postern_domain::setting::SettingKey;
use postern_domain::sign_in::{CredentialUsed, Place, RefusalReason};
use postern_service::inventory::{
    CredentialKind, CredentialSort, CredentialState, InventoryFlag, ReportSpan,
};

use crate::api::choice::{Choice, Word, choice, words};

words! { AccountKind as AccountKindWord { Person = "person", ServiceAccount = "service-account" } }
words! { CredentialKind as CredentialKindWord of CredentialKind::ALL }
words! {
    CredentialSort as CredentialWord {
        Unrecognised = "unrecognised",
        AccountPassword = "account-password",
        AppPassword = "app-password",
        Passkey = "passkey",
        OutsideIdentity = "outside-identity",
    }
}
words! {
    CredentialState as CredentialStateWord {
        Active = "active",
        Suspended = "suspended",
        Expired = "expired",
        IdleExpired = "idle-expired",
        Revoked = "revoked",
        Lapsed = "lapsed",
        Refused = "refused",
    }
}
words! { Door as DoorWord of Door::ALL }
words! { InventoryFlag as InventoryFlagWord of InventoryFlag::ALL }
words! { MethodKind as MethodKindWord of MethodKind::ALL }
words! { MfaState as MfaStateWord of MfaState::ALL }
words! { NoticeKind as NoticeKindWord of NoticeKind::ALL }
words! { Operation as OperationWord of Operation::ALL }
words! { Profile as ProfileWord of Profile::ALL }
words! { RefusalReason as RefusalReasonWord of RefusalReason::ALL }
words! { ReportSpan as ReportSpanWord { Day = "day", Month = "month" } }
words! { Role as RoleWord of Role::ALL }
words! { Scope as ScopeWord of Scope::all().collect::<Vec<_>>() }
words! { SettingKey as SettingNameWord of SettingKey::ALL }

choice! {
    /// How a sign-in ended.
    enum Ending as OutcomeWord { Accepted = "accepted", Refused = "refused" }
}

impl Choice for Place {
    const NAME: &'static str = "PlaceWord";

    fn all() -> Vec<Self> {
        Door::ALL.iter().copied().map(Self::Door).chain([Self::Portal]).collect()
    }

    fn word(self) -> Cow<'static, str> {
        self.name().into()
    }
}

words! { Place as PlaceWord }

/// The code of an operation, which programs go by.
#[derive(Clone, Copy)]
pub(crate) struct OperationCode(pub(crate) Operation);

impl Choice for OperationCode {
    const NAME: &'static str = "OperationCodeWord";

    fn all() -> Vec<Self> {
        Operation::ALL.iter().copied().map(Self).collect()
    }

    fn word(self) -> Cow<'static, str> {
        self.0.code().into()
    }
}

words! { OperationCode as OperationCodeWord }

/// The sort of the credential of a sign-in.
pub(crate) const fn sort_of(used: CredentialUsed) -> CredentialSort {
    match used {
        CredentialUsed::AccountPassword => CredentialSort::AccountPassword,
        CredentialUsed::AppPassword(_) => CredentialSort::AppPassword,
        CredentialUsed::Passkey => CredentialSort::Passkey,
        CredentialUsed::OutsideIdentity => CredentialSort::OutsideIdentity,
        CredentialUsed::Unrecognised { .. } => CredentialSort::Unrecognised,
    }
}

/// Words of several.
pub(crate) fn all_of<T: Choice>(several: impl IntoIterator<Item = T>) -> Vec<Word<T>> {
    several.into_iter().map(Word).collect()
}

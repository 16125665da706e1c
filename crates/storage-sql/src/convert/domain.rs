//! Moments, identifiers, names.

use postern_domain::Timestamp;
use postern_domain::account::password::SlowHash;
use postern_domain::account::{AccountName, GroupName, Sid};
use postern_domain::api_token::{Scope, Scopes, TokenName};
use postern_domain::app_password::{AppPasswordName, AppPasswordNote};
use postern_domain::audit::{Digest, Operation};
use postern_domain::directory::{ExternalId, Label};
use postern_domain::id::{
    AccountId, ApiTokenId, AppPasswordId, BulkJobId, DirectoryGroupId, DoorSessionId, MethodId, NodeId,
    NotificationAddressId, OutsideIdentityId, PortalSessionId, RememberedBrowserId, SecretId,
    ServicePrincipalId, SignInEventId,
};
use postern_domain::limits::Allowance;
use postern_domain::mfa::totp::TotpStep;
use postern_domain::notice::NoticeKind;
use postern_domain::outside_identity::Subject;
use postern_domain::sign_in::{Place, RefusalReason, RefusalReference};
use postern_storage::{Locator, RecoveryCodeHash, SentCodeHash, TokenHash};

use super::Column;
use crate::driver::Value;

macro_rules! identifiers {
    ($($type:ident),+ $(,)?) => {$(
        impl<'a> From<&'a $type> for Value<'a> {
            fn from(id: &'a $type) -> Self {
                Self::Blob(id.as_bytes())
            }
        }

        impl<'r> Column<'r> for $type {
            fn read(value: Value<'r>) -> Option<Self> {
                <[u8; 16]>::read(value).map(Self::from_bytes)
            }
        }
    )+};
}

identifiers!(
    AccountId,
    ApiTokenId,
    AppPasswordId,
    DirectoryGroupId,
    BulkJobId,
    DoorSessionId,
    MethodId,
    NodeId,
    NotificationAddressId,
    OutsideIdentityId,
    PortalSessionId,
    RememberedBrowserId,
    SecretId,
    ServicePrincipalId,
    SignInEventId
);

macro_rules! bytes {
    ($($type:ident),+ $(,)?) => {$(
        impl<'a> From<&'a $type> for Value<'a> {
            fn from(bytes: &'a $type) -> Self {
                Self::Blob(&bytes.0)
            }
        }

        impl<'r> Column<'r> for $type {
            fn read(value: Value<'r>) -> Option<Self> {
                Column::read(value).map(Self)
            }
        }
    )+};
}

bytes!(Digest, Locator, RecoveryCodeHash, SentCodeHash, TokenHash);

impl From<Timestamp> for Value<'_> {
    fn from(moment: Timestamp) -> Self {
        Self::Int(moment.as_millis())
    }
}

impl<'r> Column<'r> for Timestamp {
    fn read(value: Value<'r>) -> Option<Self> {
        i64::read(value).map(Self::from_millis)
    }
}

impl From<TotpStep> for Value<'_> {
    fn from(step: TotpStep) -> Self {
        Self::Int(step.0)
    }
}

impl<'r> Column<'r> for TotpStep {
    fn read(value: Value<'r>) -> Option<Self> {
        i64::read(value).map(Self)
    }
}

impl<'a> From<&'a AccountName> for Value<'a> {
    fn from(name: &'a AccountName) -> Self {
        Self::Text(name.as_str())
    }
}

impl<'r> Column<'r> for AccountName {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value)?.parse().ok()
    }
}

impl<'a> From<&'a GroupName> for Value<'a> {
    fn from(name: &'a GroupName) -> Self {
        Self::Text(name.as_str())
    }
}

impl<'r> Column<'r> for GroupName {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value)?.parse().ok()
    }
}

impl<'a> From<&'a ExternalId> for Value<'a> {
    fn from(id: &'a ExternalId) -> Self {
        Self::Text(id.as_str())
    }
}

impl<'r> Column<'r> for ExternalId {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value)?.parse().ok()
    }
}

impl<'a> From<&'a Label> for Value<'a> {
    fn from(label: &'a Label) -> Self {
        Self::Text(label.as_str())
    }
}

impl<'r> Column<'r> for Label {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value)?.parse().ok()
    }
}

impl<'a> From<&'a Sid> for Value<'a> {
    fn from(sid: &'a Sid) -> Self {
        Self::Text(sid.as_str())
    }
}

impl<'r> Column<'r> for Sid {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value)?.parse().ok()
    }
}

impl<'a> From<&'a Subject> for Value<'a> {
    fn from(subject: &'a Subject) -> Self {
        Self::Text(subject.as_str())
    }
}

impl<'r> Column<'r> for Subject {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value)?.parse().ok()
    }
}

impl From<Allowance> for Value<'_> {
    fn from(allowance: Allowance) -> Self {
        allowance.get().into()
    }
}

impl<'r> Column<'r> for Allowance {
    fn read(value: Value<'r>) -> Option<Self> {
        u32::read(value).and_then(|number| Self::new(number).ok())
    }
}

impl<'a> From<&'a AppPasswordNote> for Value<'a> {
    fn from(note: &'a AppPasswordNote) -> Self {
        Self::Text(note.as_str())
    }
}

impl<'r> Column<'r> for AppPasswordNote {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value)?.parse().ok()
    }
}

impl<'a> From<&'a AppPasswordName> for Value<'a> {
    fn from(name: &'a AppPasswordName) -> Self {
        Self::Text(name.as_str())
    }
}

impl<'r> Column<'r> for AppPasswordName {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value)?.parse().ok()
    }
}

impl<'a> From<&'a TokenName> for Value<'a> {
    fn from(name: &'a TokenName) -> Self {
        Self::Text(name.as_str())
    }
}

impl<'r> Column<'r> for TokenName {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value)?.parse().ok()
    }
}

/// Names of scopes. One that this version does not know allows nothing that it does.
impl<'r> Column<'r> for Scopes {
    fn read(value: Value<'r>) -> Option<Self> {
        Some(<&str>::read(value)?.split_ascii_whitespace().filter_map(Scope::from_name).collect())
    }
}

impl<'a> From<&'a SlowHash> for Value<'a> {
    fn from(hash: &'a SlowHash) -> Self {
        Self::Text(hash.as_phc())
    }
}

impl<'r> Column<'r> for SlowHash {
    fn read(value: Value<'r>) -> Option<Self> {
        String::read(value).map(Self::from_phc)
    }
}

macro_rules! named {
    ($($type:ident),+ $(,)?) => {$(
        impl From<$type> for Value<'_> {
            fn from(value: $type) -> Self {
                Self::Text(value.name())
            }
        }

        impl<'r> Column<'r> for $type {
            fn read(value: Value<'r>) -> Option<Self> {
                Self::from_name(<&str>::read(value)?)
            }
        }
    )+};
}

named!(NoticeKind, Operation, Place, RefusalReason);

impl<'r> Column<'r> for RefusalReference {
    fn read(value: Value<'r>) -> Option<Self> {
        <&str>::read(value)?.parse().ok()
    }
}

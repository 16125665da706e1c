//! What must be unique, and how each database names it.

use postern_storage::StorageError;

/// A constraint whose breach is the answer to a question, not a defect of ours.
struct Constraint {
    what: &'static str,
    /// Its name in PostgreSQL.
    name: &'static str,
    /// The columns, as SQLite lists them.
    columns: &'static str,
}

const CONSTRAINTS: &[Constraint] = &[
    Constraint { what: "account address", name: "account_address_pkey", columns: "account_address.address" },
    Constraint { what: "account sid", name: "account_sid", columns: "account.sid" },
    Constraint {
        what: "account external id",
        name: "directory_entry_external_id",
        columns: "directory_entry.external_id",
    },
    Constraint { what: "group name", name: "directory_group_name", columns: "directory_group.name" },
    Constraint {
        what: "group external id",
        name: "directory_group_external_id",
        columns: "directory_group.external_id",
    },
    Constraint {
        what: "app password name",
        name: "app_password_live_name",
        columns: "app_password.account_id, app_password.folded_name",
    },
    Constraint {
        what: "service principal name",
        name: "service_principal_name",
        columns: "service_principal.name",
    },
    Constraint {
        what: "outside identity",
        name: "outside_identity_issuer_subject",
        columns: "outside_identity.issuer, outside_identity.subject",
    },
    Constraint {
        what: "notification address",
        name: "notification_address_account",
        columns: "notification_address.account_id, notification_address.address",
    },
    Constraint { what: "passkey", name: "method_credential", columns: "method.credential_id" },
];

/// The conflict that a database reports by a constraint's name or columns.
pub(crate) fn conflict(reported: Option<&str>) -> Option<StorageError> {
    let reported = reported?;
    let known = CONSTRAINTS.iter().find(|known| reported == known.name || reported == known.columns)?;
    Some(StorageError::Conflict { what: known.what })
}

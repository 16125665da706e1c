//! `[tls]`: the certificate of the portal and the doors.

use std::path::{Path, PathBuf};

use super::entries::Entries;
use super::mistake::Problem;
use super::schema::{Absent, Key, Kind, Section};

/// The section's table.
pub(super) static SECTION: Section = Section {
    path: "tls",
    repeated: false,
    summary: "The certificate of the portal and the doors. Without this section Postern makes a self-signed one in the data \
              folder on its first start, for trying things out. `SIGHUP` reads the files again.",
    keys: &[
        Key {
            name: "certificate",
            kind: Kind::Text,
            absent: Absent::Means("a self-signed certificate for localhost and this machine's name"),
            doc: "The certificate chain in PEM, the server's own certificate first.",
        },
        Key {
            name: "key",
            kind: Kind::Text,
            absent: Absent::Means("the key of the self-signed certificate"),
            doc: "The private key that belongs to it, in PEM; others than Postern's user must not be able to read it.",
        },
    ],
};

/// Certificate and key, where they are configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The chain.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

pub(super) fn read(entries: &mut Entries, folder: &Path) -> Option<CertificateFiles> {
    match (entries.path("certificate", folder), entries.path("key", folder)) {
        (Some(certificate), Some(key)) => Some(CertificateFiles { certificate, key }),
        (None, None) => None,
        (Some(_), None) => {
            entries.complain("key", Problem::Clash("certificate is there and key is not: name both files"));
            None
        }
        (None, Some(_)) => {
            entries.complain(
                "certificate",
                Problem::Clash("key is there and certificate is not: name both files"),
            );
            None
        }
    }
}

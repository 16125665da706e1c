//! The certificate: the configured one, or a self-signed one made on the first start.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_gateway::tls::{TlsMaterial, TlsMaterialError, certificates_from_pem};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, SanType};
use time::OffsetDateTime;

use super::host_name;
use crate::config::Config;

/// How long a self-signed certificate is good. Browsers take none that lasts longer than 825 days, authority or not.
const SELF_SIGNED_FOR: Duration = Duration::from_secs(820 * 86_400);
/// A self-signed one with less than this left is made anew on a start.
const RENEW_BEFORE: Duration = Duration::from_secs(30 * 86_400);

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The files cannot be used.
    #[error("{certificate} and {key}: {source}")]
    Unusable {
        /// The certificate file.
        certificate: String,
        /// The key file.
        key: String,
        /// Why.
        source: TlsMaterialError,
    },
    /// A self-signed one could not be made.
    #[error("a self-signed certificate cannot be made: {0}")]
    Making(#[from] rcgen::Error),
}

/// Where certificate and key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificatePaths {
    /// The chain.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
    /// Whether Postern made them itself.
    pub is_self_signed: bool,
}

/// Where certificate and key are for this configuration.
#[must_use]
pub fn paths(config: &Config) -> CertificatePaths {
    match &config.tls {
        Some(files) => CertificatePaths {
            certificate: files.certificate.clone(),
            key: files.key.clone(),
            is_self_signed: false,
        },
        None => CertificatePaths {
            certificate: config.data.directory.join("self-signed.pem"),
            key: config.data.directory.join("self-signed.key"),
            is_self_signed: true,
        },
    }
}

/// Makes a self-signed certificate where one is wanted and none is good any more.
pub(super) fn ensure(config: &Config, now: Timestamp) -> Result<(), CertificateError> {
    let paths = paths(config);
    let is_good = || {
        let text = fs::read(&paths.certificate).ok()?;
        Some(paths.key.exists() && expiry_of(&text)? > now.plus(RENEW_BEFORE))
    };
    if !paths.is_self_signed || is_good().unwrap_or(false) {
        return Ok(());
    }
    let portal = config.portal.url.as_ref().map(|url| url.host().to_owned());
    let smtp = config.smtp.host_name.as_ref().map(|name| name.0.clone());
    make_self_signed(&paths, portal.into_iter().chain(smtp), now)
}

/// Certificate and key as texts.
pub(super) fn read(paths: &CertificatePaths) -> Result<(Vec<u8>, Vec<u8>), CertificateError> {
    let read = |path: &Path| {
        fs::read(path).map_err(|source| CertificateError::File { path: path.display().to_string(), source })
    };
    Ok((read(&paths.certificate)?, read(&paths.key)?))
}

/// Certificate and key, ready for use.
pub(super) fn load(paths: &CertificatePaths) -> Result<Arc<TlsMaterial>, CertificateError> {
    let (chain, key) = read(paths)?;
    TlsMaterial::from_pem(&chain, &key).map_err(|source| unusable(paths, source))
}

pub(super) fn unusable(paths: &CertificatePaths, source: TlsMaterialError) -> CertificateError {
    CertificateError::Unusable {
        certificate: paths.certificate.display().to_string(),
        key: paths.key.display().to_string(),
        source,
    }
}

/// When the first certificate in a PEM text ends.
#[must_use]
pub fn expiry_of(pem: &[u8]) -> Option<Timestamp> {
    let chain = certificates_from_pem(pem).ok()?;
    let (_, certificate) = x509_parser::parse_x509_certificate(chain.first()?).ok()?;
    Some(Timestamp::from_millis(certificate.validity().not_after.timestamp().saturating_mul(1000)))
}

fn make_self_signed(
    paths: &CertificatePaths,
    names: impl Iterator<Item = String>,
    now: Timestamp,
) -> Result<(), CertificateError> {
    let mut names: Vec<_> = ["localhost".to_owned(), host_name(), "127.0.0.1".to_owned(), "::1".to_owned()]
        .into_iter()
        .chain(names)
        .collect();
    names.sort();
    names.dedup();
    let mut params = CertificateParams::new(Vec::new())?;
    params.subject_alt_names = names
        .into_iter()
        .map(|name| match name.parse() {
            Ok(address) => Ok(SanType::IpAddress(address)),
            Err(_) => name.try_into().map(SanType::DnsName),
        })
        .collect::<Result<_, _>>()?;
    params.distinguished_name.push(DnType::CommonName, "Postern self-signed");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let moment = |at: Timestamp| {
        OffsetDateTime::from_unix_timestamp(at.as_seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    };
    // A day back, for clients whose clock is behind.
    params.not_before = moment(now.minus(Duration::from_secs(86_400)));
    params.not_after = moment(now.plus(SELF_SIGNED_FOR));
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    write(&paths.key, key.serialize_pem().as_bytes(), 0o600)?;
    write(&paths.certificate, certificate.pem().as_bytes(), 0o644)
}

fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), CertificateError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(mode);
    options
        .open(path)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .map_err(|source| CertificateError::File { path: path.display().to_string(), source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::Overlay;

    #[test]
    fn a_self_signed_certificate_is_made_once_and_renewed_before_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let overlay = Overlay { data: Some(folder.path().to_owned()), database: None };
        let config = Config::load(None, &overlay).unwrap();
        let paths = paths(&config);
        let start = Timestamp::from_millis(1_800_000_000_000);
        ensure(&config, start).unwrap();
        let first = fs::read(&paths.certificate).unwrap();
        assert_eq!(expiry_of(&first), Some(start.plus(SELF_SIGNED_FOR)));
        assert_eq!(fs::metadata(&paths.key).unwrap().permissions().mode() & 0o777, 0o600);
        load(&paths).unwrap();
        ensure(&config, start.plus(Duration::from_secs(700 * 86_400))).unwrap();
        assert_eq!(fs::read(&paths.certificate).unwrap(), first);
        ensure(&config, start.plus(Duration::from_secs(800 * 86_400))).unwrap();
        assert_ne!(fs::read(&paths.certificate).unwrap(), first);
    }
}

//! Our certificate and key, replaced while running.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::Ticketer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::provider;

/// Why certificate and key cannot be used. The caller knows the files and names them.
#[derive(Debug, thiserror::Error)]
pub enum TlsMaterialError {
    /// The PEM text has no certificate, or a broken one.
    #[error(
        "no certificate can be read from it: it must hold PEM blocks `-----BEGIN CERTIFICATE-----`, the server's own first"
    )]
    Certificates,
    /// The PEM text has no private key, or a broken one.
    #[error(
        "no private key can be read from it: it must hold a PEM block `-----BEGIN PRIVATE KEY-----`, not encrypted"
    )]
    Key,
    /// Certificate and key do not belong together, or their kind is not supported.
    #[error(
        "certificate and key cannot be used together ({0}): name the key that the first certificate was made for"
    )]
    Unusable(#[source] rustls::Error),
}

/// Our certificate chain and private key. Handshakes that begin after [`Self::replace`] use the new ones; those that
/// are under way finish with the old.
#[derive(Debug)]
pub struct TlsMaterial {
    current: RwLock<Arc<CertifiedKey>>,
}

impl TlsMaterial {
    /// From PEM texts: the chain with the server's own certificate first, and its key.
    ///
    /// # Errors
    /// [`TlsMaterialError`].
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Arc<Self>, TlsMaterialError> {
        Ok(Arc::new(Self { current: RwLock::new(read(chain, key)?) }))
    }

    /// Takes new PEM texts; on an error the old material stays in use.
    ///
    /// # Errors
    /// [`TlsMaterialError`].
    pub fn replace(&self, chain: &[u8], key: &[u8]) -> Result<(), TlsMaterialError> {
        let new = read(chain, key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// A server's TLS settings that always use the material in force. `alpn` are the application protocols: a client
    /// that names others only is refused, which keeps a browser's request from being replayed at a mail door (ALPACA).
    ///
    /// Ticket keys are made at random and rotate every six hours; there is no early data.
    ///
    /// # Errors
    /// [`TlsMaterialError::Unusable`] if the provider has no randomness for ticket keys.
    pub fn server_config(self: &Arc<Self>, alpn: &[&[u8]]) -> Result<Arc<ServerConfig>, TlsMaterialError> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(TlsMaterialError::Unusable)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.ticketer = Ticketer::new().map_err(TlsMaterialError::Unusable)?;
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for TlsMaterial {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// The certificates of a PEM text, in their order.
///
/// # Errors
/// [`TlsMaterialError::Certificates`] when there is none or one is broken.
pub fn certificates_from_pem(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsMaterialError> {
    let certificates = CertificateDer::pem_slice_iter(text).collect::<Result<Vec<_>, _>>();
    certificates.ok().filter(|list| !list.is_empty()).ok_or(TlsMaterialError::Certificates)
}

pub(super) fn read(chain: &[u8], key: &[u8]) -> Result<Arc<CertifiedKey>, TlsMaterialError> {
    let chain = certificates_from_pem(chain)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsMaterialError::Key)?;
    let certified = CertifiedKey::from_der(chain, key, &provider()).map_err(TlsMaterialError::Unusable)?;
    Ok(Arc::new(certified))
}

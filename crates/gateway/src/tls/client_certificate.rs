//! What we show an upstream that asks for a certificate.

use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::sign::{CertifiedKey, SingleCertAndKey};

use super::{TlsMaterialError, material};

/// A certificate chain and its private key, for upstreams that know us by them.
#[derive(Clone)]
pub struct ClientCertificate(Arc<CertifiedKey>);

impl ClientCertificate {
    /// From PEM texts: the chain with our own certificate first, and its key.
    ///
    /// # Errors
    /// [`TlsMaterialError`].
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, TlsMaterialError> {
        material::read(chain, key).map(Self)
    }

    pub(super) fn resolver(&self) -> Arc<dyn ResolvesClientCert> {
        Arc::new(SingleCertAndKey::from(Arc::clone(&self.0)))
    }
}

impl std::fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientCertificate")
    }
}

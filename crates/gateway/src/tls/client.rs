//! TLS towards an upstream, with everything checked.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::{ClientConfig, OtherError, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::{ClientCertificate, provider};
use crate::config::Trust;

/// TLS settings for an upstream: chain, validity, key usage and name are checked by webpki against the platform's
/// authorities or against the configured ones only. A name in the subject's CN does not count. `certificate` is shown to
/// an upstream that asks for one.
pub(crate) fn client_config(
    trust: &Trust,
    certificate: Option<&ClientCertificate>,
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?;
    let builder = builder.dangerous().with_custom_certificate_verifier(verifier(trust)?);
    let config = match certificate {
        Some(certificate) => builder.with_client_cert_resolver(certificate.resolver()),
        None => builder.with_no_client_auth(),
    };
    Ok(Arc::new(config))
}

/// Both are webpki underneath; "custom" only says that it does not come from a bare root store.
fn verifier(trust: &Trust) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
    match trust {
        Trust::Platform => Ok(Arc::new(Verifier::new(provider())?)),
        Trust::Only(authorities) => {
            let mut roots = RootCertStore::empty();
            for authority in authorities {
                roots.add(authority.clone())?;
            }
            let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
                .build()
                .map_err(|error| rustls::Error::Other(OtherError(Arc::new(error))))?;
            Ok(verifier)
        }
    }
}

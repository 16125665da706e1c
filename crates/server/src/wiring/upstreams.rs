//! The configuration of the upstreams, as the gateway takes it.

use std::fs;
use std::path::Path;

use postern_gateway as gateway;
use postern_gateway::tls::{ClientCertificate, TlsMaterialError, certificates_from_pem};
use postern_gateway::{Accounts, OAuthMechanism, Trust, UpstreamSignIn};

use super::ServeError;
use crate::config::{Config, Mechanism, Secret, SignIn, Upstream, UpstreamTls};

/// The upstreams.
///
/// # Errors
/// [`ServeError::UpstreamFile`].
pub fn upstreams(config: &Config) -> Result<Vec<gateway::Upstream>, ServeError> {
    config.upstreams.iter().map(upstream).collect()
}

fn upstream(upstream: &Upstream) -> Result<gateway::Upstream, ServeError> {
    Ok(gateway::Upstream {
        name: upstream.name.clone(),
        host: upstream.host.0.clone(),
        port: upstream.port,
        tls: match upstream.tls {
            UpstreamTls::None => gateway::UpstreamTls::None,
            UpstreamTls::StartTls => gateway::UpstreamTls::StartTls,
            UpstreamTls::Implicit => gateway::UpstreamTls::Implicit,
        },
        trust: trust(upstream)?,
        client_certificate: client_certificate(upstream)?,
        proxy_header: upstream.proxy_header,
        forward_client: upstream.forward_client,
        sign_in: sign_in(&upstream.sign_in),
        probe: upstream.probe,
        doors: upstream.doors,
        accounts: accounts(upstream),
    })
}

fn sign_in(sign_in: &SignIn) -> UpstreamSignIn {
    let secret = |secret: &Secret| gateway::Secret::new(secret.expose().as_bytes().to_vec());
    match sign_in {
        SignIn::None => UpstreamSignIn::None,
        SignIn::Xclient => UpstreamSignIn::Xclient,
        SignIn::Fixed { user_name, secret: text, without_tls } => {
            UpstreamSignIn::Fixed { user: user_name.clone(), secret: secret(text), without_tls: *without_tls }
        }
        SignIn::Mailbox { without_tls } => UpstreamSignIn::Mailbox { without_tls: *without_tls },
        SignIn::Master { user_name, secret: text, separator, without_tls } => UpstreamSignIn::Master {
            user: user_name.clone(),
            secret: secret(text),
            separator: *separator,
            without_tls: *without_tls,
        },
        SignIn::OAuth { provider, mechanism } => UpstreamSignIn::OAuth {
            provider: provider.clone(),
            mechanism: match mechanism {
                Mechanism::XOAuth2 => OAuthMechanism::XOAuth2,
                Mechanism::OAuthBearer => OAuthMechanism::OAuthBearer,
            },
        },
        SignIn::Header { name } => UpstreamSignIn::Header { name: name.clone() },
    }
}

fn accounts(upstream: &Upstream) -> Accounts {
    let Upstream { accounts, groups, domains, .. } = upstream;
    if accounts.is_empty() && groups.is_empty() && domains.is_empty() {
        return Accounts::All;
    }
    Accounts::Named {
        accounts: accounts.clone(),
        groups: groups.iter().map(ToString::to_string).collect(),
        domains: domains.clone(),
    }
}

fn trust(upstream: &Upstream) -> Result<Trust, ServeError> {
    let Some(path) = &upstream.ca_file else { return Ok(Trust::Platform) };
    let failed = |source| failed(upstream, "ca_file", path, source);
    let text = fs::read(path).map_err(|error| failed(UpstreamFileProblem::Unreadable(error)))?;
    certificates_from_pem(&text)
        .map(Trust::Only)
        .map_err(|error| failed(UpstreamFileProblem::Unusable(error)))
}

fn client_certificate(upstream: &Upstream) -> Result<Option<ClientCertificate>, ServeError> {
    let Some(files) = &upstream.client_certificate else { return Ok(None) };
    let read = |key, path| {
        fs::read(path).map_err(|error| failed(upstream, key, path, UpstreamFileProblem::Unreadable(error)))
    };
    let chain = read("client_certificate_file", &files.certificate)?;
    let key = read("client_key_file", &files.key)?;
    let unusable = |error| {
        let problem = UpstreamFileProblem::Unusable(error);
        failed(upstream, "client_certificate_file", &files.certificate, problem)
    };
    ClientCertificate::from_pem(&chain, &key).map(Some).map_err(unusable)
}

fn failed(upstream: &Upstream, key: &str, path: &Path, source: UpstreamFileProblem) -> ServeError {
    let file = format!("{key} {}", path.display());
    ServeError::UpstreamFile { upstream: upstream.name.clone(), file, source }
}

/// What is wrong with a file that an upstream names.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamFileProblem {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(std::io::Error),
    /// It does not hold what it should.
    #[error(transparent)]
    Unusable(TlsMaterialError),
}

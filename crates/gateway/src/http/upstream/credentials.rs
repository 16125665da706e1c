//! What we sign in with at an upstream, in place of what the program sent.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};
use postern_service::door::DoorSession;
use postern_service::upstream::TokenProblem;
use postern_service::{Failure, Service};
use zeroize::Zeroizing;

use crate::config::UpstreamSignIn;
use crate::upstream::Target;

/// Why nothing can be presented. None of it is the program's fault.
#[derive(Debug, thiserror::Error)]
pub(in crate::http) enum CredentialProblem {
    /// The settings are for another protocol.
    #[error("the upstream's sign_in is not for HTTP")]
    Settings,
    /// What is to be presented cannot stand in a field.
    #[error("the credentials for the upstream cannot stand in a field of HTTP")]
    Field,
    /// The owner has not entered the mailbox's password.
    #[error("the mailbox's owner has not entered its password")]
    NoMailboxPassword,
    /// There is no access token.
    #[error(transparent)]
    Token(#[from] TokenProblem),
    /// Of ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Puts our credentials for the session's mailbox into a request, whose own have been taken out.
pub(in crate::http) async fn present(
    headers: &mut HeaderMap,
    target: &Target,
    service: &Arc<Service>,
    session: &DoorSession,
) -> Result<(), CredentialProblem> {
    let mailbox = session.mailbox().as_str();
    match &target.config.sign_in {
        UpstreamSignIn::None => Ok(()),
        UpstreamSignIn::Fixed { user, secret, .. } => basic(headers, user, secret.expose()),
        UpstreamSignIn::Mailbox { .. } => {
            let secret = service.mailbox_password(&target.config.name, session).await?;
            basic(headers, mailbox, &secret.ok_or(CredentialProblem::NoMailboxPassword)?)
        }
        UpstreamSignIn::OAuth { provider, .. } => {
            let token = service.upstream_token(provider, session).await?;
            let value = Zeroizing::new(format!("Bearer {}", token.access_token.as_str()));
            authorization(headers, value.as_bytes())
        }
        UpstreamSignIn::Header { name } => {
            let name = HeaderName::try_from(name.as_str()).map_err(|_| CredentialProblem::Field)?;
            headers.insert(name, field(mailbox.as_bytes())?);
            Ok(())
        }
        UpstreamSignIn::Master { .. } | UpstreamSignIn::Xclient => Err(CredentialProblem::Settings),
    }
}

fn basic(headers: &mut HeaderMap, user: &str, secret: &[u8]) -> Result<(), CredentialProblem> {
    // A colon in the name would move the border between name and secret (RFC 7617 §2).
    if user.contains(':') {
        return Err(CredentialProblem::Field);
    }
    let pair = Zeroizing::new([user.as_bytes(), b":", secret].concat());
    authorization(headers, Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_slice()))).as_bytes())
}

fn authorization(headers: &mut HeaderMap, octets: &[u8]) -> Result<(), CredentialProblem> {
    let mut value = field(octets)?;
    value.set_sensitive(true);
    headers.insert(AUTHORIZATION, value);
    Ok(())
}

fn field(octets: &[u8]) -> Result<HeaderValue, CredentialProblem> {
    HeaderValue::from_bytes(octets).map_err(|_| CredentialProblem::Field)
}

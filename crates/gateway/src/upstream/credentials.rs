//! With what we sign in at an upstream.

use postern_protocols::Secret;
use postern_protocols::upstream::{Authentication, Method};

use super::{ConnectError, Opening};
use crate::config::{OAuthMechanism, Upstream, UpstreamSignIn};

/// The credentials for an opening; `None`: nobody signs in, because the upstream wants nobody to, because it is only
/// asked whether it is there, or because the secret belongs to an account and there is none.
pub(super) async fn credentials(opening: &Opening<'_>) -> Result<Option<Authentication>, ConnectError> {
    let Some(visitor) = opening.visitor else { return Ok(None) };
    let session = visitor.session.as_deref();
    match (&opening.target.config.sign_in, session) {
        (UpstreamSignIn::Fixed { user, secret, without_tls }, _) => {
            Ok(Some(password(user.clone(), secret.clone(), *without_tls)))
        }
        (UpstreamSignIn::Master { user, secret, separator, without_tls }, Some(session)) => {
            let mailbox = session.mailbox().as_str();
            let Some(separator) = *separator else {
                let authentication = password(user.clone(), secret.clone(), *without_tls);
                return Ok(Some(Authentication { act_as: Some(mailbox.to_owned()), ..authentication }));
            };
            // Otherwise a part of the name could be read as another master user's.
            if mailbox.contains(separator) {
                return Err(ConnectError::SeparatorInName { separator });
            }
            Ok(Some(password(format!("{mailbox}{separator}{user}"), secret.clone(), *without_tls)))
        }
        (UpstreamSignIn::Mailbox { without_tls }, Some(session)) => {
            let service = opening.service.ok_or(ConnectError::NoService)?;
            let secret = service.mailbox_password(&opening.target.config.name, session).await?;
            let mut secret = secret.ok_or(ConnectError::NoMailboxPassword)?;
            let user = session.mailbox().as_str().to_owned();
            Ok(Some(password(user, Secret::new(std::mem::take(&mut *secret)), *without_tls)))
        }
        (UpstreamSignIn::OAuth { provider, mechanism }, Some(session)) => {
            let service = opening.service.ok_or(ConnectError::NoService)?;
            let token = service.upstream_token(provider, session).await?;
            let secret = Secret::new(token.access_token.as_bytes().to_vec());
            let method = method(*mechanism, &opening.target.config);
            Ok(Some(Authentication { method, ..password(token.user, secret, false) }))
        }
        _ => Ok(None),
    }
}

/// How a token is presented.
fn method(mechanism: OAuthMechanism, upstream: &Upstream) -> Method {
    match mechanism {
        OAuthMechanism::XOAuth2 => Method::XOAuth2,
        OAuthMechanism::OAuthBearer => {
            Method::OAuthBearer { host: upstream.host.clone(), port: upstream.port }
        }
    }
}

const fn password(user_name: String, secret: Secret, without_tls: bool) -> Authentication {
    Authentication { user_name, act_as: None, secret, method: Method::Password, without_tls }
}

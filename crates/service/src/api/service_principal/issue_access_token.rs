//! Issue an access token to a service principal (RFC 6749 4.4).

use std::net::IpAddr;
use std::time::Duration;

use postern_domain::api_token::{ACCESS_TOKEN_LIFE, BearerKind, BearerText, Scopes, TokenFault, TokenUse};
use postern_domain::id::ServicePrincipalId;
use postern_storage::{AccessToken, StorageError};
use subtle::ConstantTimeEq as _;

use crate::{Failure, Service};

/// What a service principal asks with.
#[derive(Debug)]
pub struct ClientCredentials<'a> {
    /// The client identifier, as it was sent.
    pub client_id: &'a str,
    /// The client secret, as it was sent.
    pub client_secret: &'a str,
    /// The scopes asked for, as they were sent; none: all that it has.
    pub scope: Option<&'a str>,
    /// From where.
    pub address: IpAddr,
}

/// An issued access token.
#[derive(Debug)]
pub struct IssuedAccessToken {
    /// Its text. It is nowhere else.
    pub text: BearerText,
    /// For how long it is good.
    pub expires_in: Duration,
    /// What it may be used for.
    pub scopes: Scopes,
}

/// Why no access token was issued. The first two are named as in RFC 6749 5.2.
#[derive(Debug, thiserror::Error)]
pub enum IssueAccessTokenError {
    /// Unknown, revoked, a wrong secret, an expired one, or a foreign network: not told apart to who has no right secret.
    #[error("the client identifier or the client secret is wrong, or was revoked")]
    InvalidClient,
    /// The secret is right and has expired.
    #[error("the client secret has expired: have an administrator rotate it")]
    SecretExpired,
    /// The secret is right and the address is not in the principal's networks.
    #[error("the service principal is not good from the address {address}")]
    OtherNetwork {
        /// From where it asked.
        address: IpAddr,
    },
    /// Something was asked for that is no scope, or that it has not got.
    #[error("a scope that was asked for does not exist or was not granted")]
    InvalidScope,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for IssueAccessTokenError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl Service {
    /// Issues an access token, good for one hour.
    ///
    /// # Errors
    /// [`IssueAccessTokenError`].
    pub async fn issue_access_token(
        &self,
        asked: ClientCredentials<'_>,
    ) -> Result<IssuedAccessToken, IssueAccessTokenError> {
        use IssueAccessTokenError::{InvalidClient, InvalidScope};
        let id: ServicePrincipalId = asked.client_id.parse().map_err(|_| InvalidClient)?;
        let secret = BearerText::typed(asked.client_secret);
        let secret =
            secret.filter(|secret| secret.kind() == BearerKind::ClientSecret).ok_or(InvalidClient)?;
        let keys = self.keys();
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (mut principal, stored) = transaction.service_principal(id).await?.ok_or(InvalidClient)?;
        if !keys.bearer_hashes(&secret).any(|hash| bool::from(hash.0.ct_eq(&stored.0))) {
            self.nothing_can_be_missed()?;
            return Err(InvalidClient);
        }
        let fault = principal.fault(now, asked.address);
        if matches!(fault, Some(TokenFault::Revoked | TokenFault::Expired)) {
            drop(transaction);
            self.note_tried(id.as_bytes(), now, asked.address).await;
            let is_expired = fault == Some(TokenFault::Expired);
            return Err(if is_expired { IssueAccessTokenError::SecretExpired } else { InvalidClient });
        }
        match fault {
            None | Some(TokenFault::Revoked | TokenFault::Expired) => {}
            Some(TokenFault::OtherNetwork) => {
                return Err(IssueAccessTokenError::OtherNetwork { address: asked.address });
            }
        }
        let scopes = match asked.scope.map(str::parse::<Scopes>) {
            None => principal.scopes,
            Some(Ok(scopes)) if !scopes.is_empty() && scopes.and(principal.scopes) == scopes => scopes,
            Some(_) => return Err(InvalidScope),
        };
        let text = BearerText::generate(BearerKind::AccessToken, self.random());
        let token = AccessToken {
            token: keys.new_bearer_hash(&text),
            principal: id,
            scopes,
            expires_at: now.plus(ACCESS_TOKEN_LIFE),
        };
        transaction.insert_access_token(&token, now).await?;
        principal.last_use = Some(TokenUse { at: now, address: asked.address });
        transaction.update_service_principal(&principal, None).await?;
        transaction.commit().await?;
        Ok(IssuedAccessToken { text, expires_in: ACCESS_TOKEN_LIFE, scopes })
    }
}

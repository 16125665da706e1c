//! [`Provider`]: who issues access tokens for an upstream, and how Postern asks for them.

use zeroize::Zeroizing;

use super::{EndpointUrl, SigningKey};

/// An OAuth 2.0 provider (an authorization server) with Postern's registration there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// What upstreams and consents call it.
    pub name: String,
    /// What it calls Postern.
    pub client_id: String,
    /// How Postern proves to it that it is that client.
    pub authentication: ClientAuthentication,
    /// Where tokens are asked for.
    pub token_endpoint: EndpointUrl,
    /// What tokens are asked for.
    pub scopes: Vec<String>,
    /// On what ground.
    pub grant: Grant,
}

/// On what ground the provider issues access tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Client credentials (RFC 6749 4.4): one token of the application, which opens every mailbox that the provider's
    /// administrator gave it.
    ClientCredentials,
    /// A signed assertion in the mailbox's name (RFC 7523 2.1), as Google's service accounts do with domain-wide
    /// delegation: a token for each mailbox.
    ServiceAccount {
        /// What signs it.
        key: SigningKey,
    },
    /// The consent of the mailbox's owner (RFC 6749 4.1, RFC 8628): a token for each account.
    Delegated(Delegation),
}

/// How an owner consents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Where the owner's browser is sent.
    pub authorization_endpoint: EndpointUrl,
    /// Where a code for another device is asked for (RFC 8628), where the provider has one.
    pub device_endpoint: Option<EndpointUrl>,
    /// Where the provider says who answered when its identity token does not (OpenID Connect Core 5.3).
    pub userinfo_endpoint: Option<EndpointUrl>,
    /// The provider's own name (`iss` of RFC 9207 and of its identity tokens), where it is known.
    pub issuer: Option<String>,
    /// Further parameters for the authorization endpoint.
    pub parameters: Vec<(String, String)>,
    /// How it is found out whose mailbox answered.
    pub identity: Identity,
}

/// How it is found out whose mailbox answered: by an identity token (OpenID Connect) beside the access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The claims that name the mailbox. One of them must be an address of the account.
    pub claims: Vec<IdentityClaim>,
    /// Whether a consent without an identity token is refused.
    pub required: bool,
}

/// A claim of an identity token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityClaim {
    /// `email`, unless `email_verified` is there and not true.
    Email,
    /// `preferred_username`.
    PreferredUsername,
    /// `upn` (Entra).
    PrincipalName,
}

impl IdentityClaim {
    /// Its name in the token.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PreferredUsername => "preferred_username",
            Self::PrincipalName => "upn",
        }
    }
}

/// How Postern proves that it is the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// Not at all: a public client, or a grant whose assertion says it.
    None,
    /// A secret in the `Authorization` header (RFC 6749 2.3.1).
    SecretInHeader(ClientSecret),
    /// A secret in the form.
    SecretInForm(ClientSecret),
    /// An assertion signed with a private key (RFC 7523 2.2).
    PrivateKey(SigningKey),
}

/// The client's secret. Wiped on drop, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(Zeroizing<String>);

impl ClientSecret {
    /// A secret with this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

/// `ClientSecret`, never its text.
impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret")
    }
}

impl Provider {
    /// Whether its tokens open mailboxes without their owners' consent, so that the gateway has to force the mailbox.
    #[must_use]
    pub const fn acts_as_application(&self) -> bool {
        match self.grant {
            Grant::ClientCredentials | Grant::ServiceAccount { .. } => true,
            Grant::Delegated(_) => false,
        }
    }

    /// How an owner consents, where owners do.
    #[must_use]
    pub const fn delegation(&self) -> Option<&Delegation> {
        match &self.grant {
            Grant::Delegated(delegation) => Some(delegation),
            Grant::ClientCredentials | Grant::ServiceAccount { .. } => None,
        }
    }
}

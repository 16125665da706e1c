//! How to sign in at an upstream.

use crate::Secret;

/// Credentials at an upstream.
#[derive(Debug, Clone)]
pub struct Authentication {
    /// The user name that the secret belongs to; with a token, the mailbox that it is to open.
    pub user_name: String,
    /// The mailbox to open when it is not that user's: a Dovecot master user's way, said as PLAIN's authorization
    /// identity. (The form `user*master` in the user name is the caller's to compose, for upstreams that know no other.)
    /// With a token, it stands in place of the user name.
    pub act_as: Option<String>,
    /// The password, or the access token.
    pub secret: Secret,
    /// What the secret is.
    pub method: Method,
    /// Sign in over an unprotected channel too. Only for an upstream on the same machine.
    pub without_tls: bool,
}

/// What the secret is and how it is said. An upstream that does not offer it is not signed in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// A password: PLAIN where it is offered, otherwise the protocol's own way (LOGIN, USER and PASS).
    Password,
    /// An OAuth access token, by Google's and Microsoft's XOAUTH2
    /// (<https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>).
    XOAuth2,
    /// An OAuth access token, by OAUTHBEARER (RFC 7628).
    OAuthBearer {
        /// The upstream's host name as the settings have it.
        host: String,
        /// Its port.
        port: u16,
    },
}

impl Authentication {
    /// The mailbox that is to be opened.
    pub(crate) fn mailbox(&self) -> &str {
        self.act_as.as_deref().unwrap_or(&self.user_name)
    }
}

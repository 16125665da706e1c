//! The real services behind the doors.

use postern_domain::account::AccountName;
use postern_protocols::Secret;
use rustls_pki_types::CertificateDer;

/// A real service: here a smart host that takes mail.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// Names it in logs and errors.
    pub name: String,
    /// Its host name or address; with TLS, its certificate must have it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the channel is protected.
    pub tls: UpstreamTls,
    /// Who vouches for its certificate.
    pub trust: Trust,
    /// How we sign in there.
    pub sign_in: UpstreamSignIn,
    /// Ask for its capabilities at start and from time to time, in the background, so that they can be advertised
    /// before sign-in. No client ever causes it. Without it, and until an answer has come, programs are offered what
    /// we can always do: PIPELINING, CHUNKING and SIZE.
    pub probe: bool,
    /// Whose mail it takes.
    pub accounts: Accounts,
}

/// How the channel to an upstream is protected. There is no falling back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpstreamTls {
    /// Not at all: for an upstream on the same machine or in the same protected network.
    None,
    /// By STARTTLS, required.
    StartTls,
    /// Before the first octet.
    Implicit,
}

/// Who vouches for an upstream's certificate. Name, validity, key usage and chain are always checked.
#[derive(Debug, Clone)]
pub enum Trust {
    /// The certification authorities that this machine trusts.
    Platform,
    /// These certification authorities and no other (see [`crate::tls::certificates_from_pem`]).
    Only(Vec<CertificateDer<'static>>),
}

/// How we sign in at an upstream.
#[derive(Debug, Clone)]
pub enum UpstreamSignIn {
    /// Not at all: the upstream knows us by our address.
    None,
    /// Always with the same credentials.
    Fixed {
        /// The user name there.
        user: String,
        /// The secret there.
        secret: Secret,
        /// Send them over an unprotected channel too. Refused at start unless the upstream's TLS is
        /// [`UpstreamTls::None`]; only for an upstream on the same machine.
        without_tls: bool,
    },
    /// By Postfix's XCLIENT: the upstream is told the client's address and the account, and must offer it to us.
    Xclient,
}

/// Whose mail an upstream takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accounts {
    /// Every account that no other upstream names.
    All,
    /// The accounts whose user name has one of these domains (lower case, without `@`).
    OfDomains(Vec<String>),
}

impl Accounts {
    /// Whether the account's domain is named.
    pub(crate) fn name(&self, account: &AccountName) -> bool {
        match self {
            Self::All => false,
            Self::OfDomains(domains) => {
                domains.iter().any(|domain| domain.eq_ignore_ascii_case(account.domain()))
            }
        }
    }
}

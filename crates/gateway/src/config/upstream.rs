//! The real services behind the doors.

use postern_domain::account::AccountName;
use postern_domain::door::DoorSet;
use postern_protocols::Secret;
use rustls_pki_types::CertificateDer;

use crate::tls::ClientCertificate;

/// A real service: a smart host that takes mail, a mailbox server, a web service.
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
    /// What we show it when it asks for a certificate; needs TLS.
    pub client_certificate: Option<ClientCertificate>,
    /// Report the client's address by a PROXY header, version 2, before everything else.
    pub proxy_header: bool,
    /// Report the client's address in the protocol: IMAP by ID, POP3 and SMTP by XCLIENT, HTTP by `X-Forwarded-For`. An
    /// upstream that does not offer to be told is not used.
    pub forward_client: bool,
    /// How we sign in there.
    pub sign_in: UpstreamSignIn,
    /// Ask for its capabilities at start and from time to time, in the background, so that they can be advertised
    /// before sign-in. No client ever causes it. Without it, and until an answer has come, programs are offered what
    /// we can always do: PIPELINING, CHUNKING and SIZE.
    pub probe: bool,
    /// The doors that lead to it: one of `smtp`, `imap`, `pop3` and `managesieve`, or any of those of HTTP.
    pub doors: DoorSet,
    /// Whose it is.
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

/// How we sign in at an upstream. `without_tls` says that credentials may travel over an unprotected channel too: it is
/// refused at start unless the upstream's TLS is [`UpstreamTls::None`], and only for an upstream on the same machine.
#[derive(Debug, Clone)]
pub enum UpstreamSignIn {
    /// Not at all: the upstream knows us by our address or certificate.
    None,
    /// Always with the same credentials.
    Fixed {
        /// The user name there.
        user: String,
        /// The secret there.
        secret: Secret,
        /// Over an unprotected channel too.
        without_tls: bool,
    },
    /// With the mailbox's own password, which its owner entered and the service keeps encrypted.
    Mailbox {
        /// Over an unprotected channel too.
        without_tls: bool,
    },
    /// As a master user who may open every mailbox.
    Master {
        /// The master user's name there.
        user: String,
        /// The master user's secret there.
        secret: Secret,
        /// None: the mailbox is said as PLAIN's authorization identity. Otherwise the user name is
        /// `mailbox*master`, with this character between the two.
        separator: Option<char>,
        /// Over an unprotected channel too.
        without_tls: bool,
    },
    /// By Postfix's XCLIENT: the upstream is told the client's address and the account, and must offer it to us.
    Xclient,
    /// With an access token that the service has for the account. Needs TLS.
    OAuth {
        /// Who gives it out.
        provider: String,
        /// How it is presented; HTTP has `Authorization: Bearer` whatever is said here.
        mechanism: OAuthMechanism,
    },
    /// By a header that says who signed in; HTTP only. The upstream must take it from us only.
    Header {
        /// The header's name.
        name: String,
    },
}

/// How an access token is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OAuthMechanism {
    /// Google's and Microsoft's.
    XOAuth2,
    /// RFC 7628.
    OAuthBearer,
}

/// Whose an upstream is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accounts {
    /// Every account that no other upstream names.
    All,
    /// The accounts that are named in one of three ways.
    Named {
        /// Accounts by their user names.
        accounts: Vec<AccountName>,
        /// The members of these groups; compared without regard to case.
        groups: Vec<String>,
        /// The accounts whose user name has one of these domains (without `@`); compared without regard to case.
        domains: Vec<String>,
    },
}

impl Accounts {
    /// How closely an account is meant; `None`: not at all. More is closer.
    pub(crate) fn closeness(&self, account: &AccountName, its_groups: &[&str]) -> Option<u8> {
        let Self::Named { accounts, groups, domains } = self else { return Some(0) };
        let is_one_of = |names: &[String], name: &str| names.iter().any(|one| one.eq_ignore_ascii_case(name));
        if accounts.contains(account) {
            Some(3)
        } else if its_groups.iter().any(|group| is_one_of(groups, group)) {
            Some(2)
        } else {
            is_one_of(domains, account.domain()).then_some(1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_is_the_closest() {
        let accounts = Accounts::Named {
            accounts: vec!["anna@example.test".parse().unwrap()],
            groups: vec!["Backup".to_owned()],
            domains: vec!["Example.test".to_owned()],
        };
        for (account, groups, expected) in [
            ("anna@example.test", [].as_slice(), Some(3)),
            ("bert@example.net", &["backup"], Some(2)),
            ("bert@example.test", &["others"], Some(1)),
            ("bert@sub.example.test", &[], None),
        ] {
            assert_eq!(accounts.closeness(&account.parse().unwrap(), groups), expected, "{account}");
        }
        assert_eq!(Accounts::All.closeness(&"anna@example.test".parse().unwrap(), &[]), Some(0));
    }
}

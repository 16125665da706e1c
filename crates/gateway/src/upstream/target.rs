//! One upstream, ready to be connected to.

use std::sync::{Arc, PoisonError, RwLock};

use postern_protocols::smtp::Capabilities;
use postern_protocols::smtp::upstream::{Authentication, ClientFacts, Method, Settings, Tls};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;

use crate::config::{Upstream, UpstreamSignIn, UpstreamTls};
use crate::start_error::StartProblem;
use crate::tls;

/// One upstream with what its settings amount to, and what is known of it.
pub(crate) struct Target {
    /// The settings.
    pub(crate) config: Upstream,
    /// With TLS: our settings for it, and the name that its certificate must have.
    pub(super) tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    capabilities: RwLock<Option<Capabilities>>,
}

impl Target {
    /// Checks the settings.
    pub(crate) fn new(config: Upstream) -> Result<Self, StartProblem> {
        let upstream = || config.name.clone();
        let tls = match config.tls {
            UpstreamTls::None => None,
            UpstreamTls::StartTls | UpstreamTls::Implicit => {
                let name = ServerName::try_from(config.host.clone()).map_err(|_| {
                    StartProblem::UpstreamHost { upstream: upstream(), host: config.host.clone() }
                })?;
                let client = tls::client_config(&config.trust, config.client_certificate.as_ref())
                    .map_err(|source| StartProblem::Trust { upstream: upstream(), source })?;
                Some((client, name))
            }
        };
        match config.sign_in {
            UpstreamSignIn::Fixed { without_tls: false, .. }
            | UpstreamSignIn::Mailbox { without_tls: false }
            | UpstreamSignIn::Master { without_tls: false, .. }
            | UpstreamSignIn::OAuth { .. }
                if tls.is_none() =>
            {
                return Err(StartProblem::CredentialsWithoutTls { upstream: upstream() });
            }
            UpstreamSignIn::Mailbox { .. } | UpstreamSignIn::Master { .. } | UpstreamSignIn::OAuth { .. } => {
                return Err(StartProblem::SignIn { upstream: upstream() });
            }
            _ => {}
        }
        Ok(Self { config, tls, capabilities: RwLock::default() })
    }

    /// What it offered last, if it was ever asked.
    pub(crate) fn capabilities(&self) -> Option<Capabilities> {
        *self.capabilities.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what it offers.
    pub(super) fn learn(&self, capabilities: Capabilities) {
        *self.capabilities.write().unwrap_or_else(PoisonError::into_inner) = Some(capabilities);
    }

    /// The client role's settings for a session; without facts (a probe) nobody is signed in.
    pub(super) fn handshake(&self, our_name: &str, facts: Option<ClientFacts>) -> Settings {
        let authentication = match &self.config.sign_in {
            UpstreamSignIn::Fixed { user, secret, without_tls } if facts.is_some() => Some(Authentication {
                user_name: user.clone(),
                act_as: None,
                secret: secret.clone(),
                method: Method::Password,
                without_tls: *without_tls,
            }),
            _ => None,
        };
        let xclient = facts.filter(|_| matches!(self.config.sign_in, UpstreamSignIn::Xclient));
        let tls = match self.config.tls {
            UpstreamTls::None => Tls::None,
            UpstreamTls::StartTls => Tls::StartTls,
            UpstreamTls::Implicit => Tls::Implicit,
        };
        Settings { client_name: our_name.to_owned(), tls, xclient, authentication }
    }
}

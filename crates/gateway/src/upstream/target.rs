//! One upstream, ready to be connected to.

use std::sync::{Arc, PoisonError, RwLock};

use postern_domain::door::Door;
use postern_protocols::smtp::Capabilities;
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
    learnt: RwLock<Learnt>,
}

/// What an upstream has said that it offers; nothing, if it was never asked.
#[derive(Default)]
struct Learnt {
    smtp: Option<Capabilities>,
    sieve: Option<Vec<String>>,
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
        if tls.is_none() && needs_tls(&config.sign_in) {
            return Err(StartProblem::CredentialsWithoutTls { upstream: upstream() });
        }
        let target = Self { config, tls, learnt: RwLock::default() };
        target.check_doors()?;
        Ok(target)
    }

    /// The mail protocol that it speaks; none: HTTP.
    pub(crate) fn mail_door(&self) -> Option<Door> {
        self.config.doors.iter().find(|door| is_of_mail(*door))
    }

    /// Whether its doors belong together, and suit the rest of its settings.
    fn check_doors(&self) -> Result<(), StartProblem> {
        let upstream = || self.config.name.clone();
        let doors = self.config.doors;
        let one_protocol =
            if self.mail_door().is_some() { doors.iter().count() == 1 } else { !doors.is_empty() };
        if !one_protocol {
            return Err(StartProblem::UpstreamDoors { upstream: upstream() });
        }
        let (door, is_of_mailbox) = (self.mail_door(), !matches!(self.mail_door(), None | Some(Door::Smtp)));
        let suits = match self.config.sign_in {
            UpstreamSignIn::Fixed { .. } | UpstreamSignIn::Mailbox { .. } | UpstreamSignIn::OAuth { .. } => {
                true
            }
            UpstreamSignIn::None => !is_of_mailbox,
            UpstreamSignIn::Master { .. } => door.is_some(),
            UpstreamSignIn::Xclient => door == Some(Door::Smtp),
            UpstreamSignIn::Header { .. } => door.is_none(),
        };
        if !suits {
            return Err(StartProblem::SignIn { upstream: upstream() });
        }
        if self.config.forward_client && door == Some(Door::ManageSieve) {
            return Err(StartProblem::ForwardClient { upstream: upstream() });
        }
        Ok(())
    }

    /// What a smart host offered last, if it was ever asked.
    pub(crate) fn capabilities(&self) -> Option<Capabilities> {
        self.learnt.read().unwrap_or_else(PoisonError::into_inner).smtp
    }

    /// Remembers what a smart host offers.
    pub(super) fn learn(&self, capabilities: Capabilities) {
        self.learnt.write().unwrap_or_else(PoisonError::into_inner).smtp = Some(capabilities);
    }

    /// The Sieve extensions that it had last, if it was ever asked.
    pub(crate) fn extensions(&self) -> Option<Vec<String>> {
        self.learnt.read().unwrap_or_else(PoisonError::into_inner).sieve.clone()
    }

    /// Remembers its Sieve extensions.
    pub(crate) fn learn_extensions(&self, extensions: Vec<String>) {
        self.learnt.write().unwrap_or_else(PoisonError::into_inner).sieve = Some(extensions);
    }
}

fn is_of_mail(door: Door) -> bool {
    matches!(door, Door::Smtp | Door::Imap | Door::Pop3 | Door::ManageSieve)
}

const fn needs_tls(sign_in: &UpstreamSignIn) -> bool {
    match sign_in {
        UpstreamSignIn::Fixed { without_tls, .. }
        | UpstreamSignIn::Mailbox { without_tls }
        | UpstreamSignIn::Master { without_tls, .. } => !*without_tls,
        UpstreamSignIn::OAuth { .. } => true,
        UpstreamSignIn::None | UpstreamSignIn::Xclient | UpstreamSignIn::Header { .. } => false,
    }
}

//! `postern serve`

use std::io;

use clap::Args;
use postern_service::portal::SetupLink;
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::console::facts;
use super::{CliError, Context};
use crate::config::{Config, Protocol};
use crate::text::show_moment;
use crate::wiring::{self, Ready, ServeError, Server};

/// Runs the server until SIGTERM or SIGINT. SIGHUP reads the configuration, the certificate and the keys again.
#[derive(Debug, Args)]
pub(crate) struct Serve {}

impl Serve {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        let config = context.config()?;
        wiring::logging::start(&config.log, context.environment.no_color);
        // Asked for before the start, so that a signal during it is not lost.
        let mut signals = Signals::new().map_err(ServeError::Signals)?;
        let mut server = Server::start(config).await?;
        let link = server.service().make_setup_link().await?;
        announce(context, &server, link.as_ref())?;
        while let Asked::Reload = signals.next().await {
            reload(context, &mut server).await;
        }
        tracing::info!("stopping: messages that are on their way are let through");
        server.shut_down().await;
        tracing::info!("stopped");
        Ok(())
    }
}

/// What a signal asks for.
enum Asked {
    Reload,
    End,
}

struct Signals {
    hangup: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.hangup.recv() => Asked::Reload,
            _ = self.terminate.recv() => Asked::End,
            _ = self.interrupt.recv() => Asked::End,
        }
    }
}

/// A mistake leaves the old configuration in force: a running server must survive a slip of the pen.
async fn reload(context: &Context, server: &mut Server) {
    if let Err(error) = server.service().reread_keys().await {
        tracing::error!(%error, "the keys were not read again: those in use stay");
    }
    let config = match context.config() {
        Ok(config) => config,
        Err(error) => {
            tracing::error!(%error, "not reloaded: the old configuration stays in force");
            return;
        }
    };
    match server.reload(config) {
        Ok(reloaded) => {
            tracing::info!("reloaded: certificate, upstreams and limits");
            for section in reloaded.needs_restart {
                tracing::warn!(section, "changed in the file, and needs a restart");
            }
        }
        Err(error) => tracing::error!(%error, "not reloaded: the old configuration stays in force"),
    }
}

fn announce(context: &mut Context, server: &Server, link: Option<&SetupLink>) -> Result<(), CliError> {
    let (ready, config) = (server.ready(), server.config());
    if context.console.wants_json() {
        return context.console.line(&as_json(ready, server, link).to_string());
    }
    let certificate = match &config.tls {
        Some(files) => files.certificate.display().to_string(),
        None => format!("{} (self-signed: browsers and programs will ask)", server.certificate().display()),
    };
    let mut told = vec![("Portal", ready.portal_url.0.clone())];
    told.extend(doors(ready));
    told.extend([
        ("Upstreams", upstreams(config)),
        ("Database", config.database.shown()),
        ("Keys", config.data.key_file.display().to_string()),
        ("Certificate", certificate),
    ]);
    let lines = facts(&told);
    let next = link.map_or_else(
        || "Next: `postern account add NAME@DOMAIN`, then sign in to the portal.".to_owned(),
        |link| {
            format!(
                "There is no administrator yet. Open this link to become one (once, until {}; links shown before are void):\n\n    {}",
                show_moment(link.expires_at),
                *link.url
            )
        },
    );
    context.console.line(&format!("Postern {} is ready.\n\n{lines}\n\n{next}\n", env!("CARGO_PKG_VERSION")))
}

/// The doors that are open, with their addresses.
fn doors(ready: &Ready) -> Vec<(&'static str, String)> {
    let of = |protocol: Protocol| {
        let listeners: Vec<_> = ready
            .of(protocol)
            .map(|listener| format!("{} ({})", listener.address, listener.tls.words()))
            .collect();
        (!listeners.is_empty()).then(|| (protocol.label(), listeners.join(", ")))
    };
    Protocol::ALL.into_iter().filter_map(of).collect()
}

fn upstreams(config: &Config) -> String {
    if config.upstreams.is_empty() {
        return "nowhere: no upstream is configured; programs are told to try again later".to_owned();
    }
    let upstreams = config.upstreams.iter().map(|upstream| {
        format!("{} ({}, {}:{})", upstream.name, upstream.doors, upstream.host.0, upstream.port)
    });
    upstreams.collect::<Vec<_>>().join(", ")
}

fn as_json(ready: &Ready, server: &Server, link: Option<&SetupLink>) -> serde_json::Value {
    let mut answer = json!({
        "ready": true,
        "portal": ready.portal_url.0,
        "portal_address": ready.portal.to_string(),
        "certificate": server.certificate().display().to_string(),
        "setup_link": link.map(|link| link.url.as_str()),
    });
    for protocol in Protocol::ALL {
        let listeners = ready
            .of(protocol)
            .map(|listener| json!({ "address": listener.address.to_string(), "tls": listener.tls.words() }));
        answer[protocol.name()] = listeners.collect();
    }
    answer
}

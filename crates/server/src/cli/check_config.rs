//! `postern check-config`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::console::facts;
use super::{CliError, Context};
use crate::config::{Config, Protocol};

/// Reports all mistakes in a configuration file, or says what it means.
#[derive(Debug, Args)]
pub(crate) struct CheckConfig {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl CheckConfig {
    pub(super) fn run(self, context: &mut Context) -> Result<(), CliError> {
        let file = self.file.display().to_string();
        let config = match context.config_of(Some(&self.file)) {
            Err(CliError::Configuration(mistakes)) if context.console.wants_json() => {
                // The report is this command's answer; that there is something in it is told by the exit code.
                context
                    .console
                    .answer(&json!({ "file": file, "mistakes": mistakes.as_json() }), String::new)?;
                return Err(CliError::Configuration(mistakes));
            }
            config => config?,
        };
        context.console.answer(&json!({ "file": file, "mistakes": [] }), || {
            format!("{} has no mistakes.\n\n{}", self.file.display(), meaning(&config))
        })
    }
}

fn meaning(config: &Config) -> String {
    let upstreams: Vec<_> = config
        .upstreams
        .iter()
        .map(|upstream| {
            format!("{} ({}, {}:{})", upstream.name, upstream.doors, upstream.host.0, upstream.port)
        })
        .collect();
    let certificate = config
        .tls
        .as_ref()
        .map_or_else(|| "self-signed".to_owned(), |files| files.certificate.display().to_string());
    let mut told = vec![
        ("Data", config.data.directory.display().to_string()),
        ("Database", config.database.shown()),
        (
            "Portal",
            format!("{} on {}", config.portal.url_at(config.portal.listen.port()).0, config.portal.listen),
        ),
        ("Certificate", certificate),
    ];
    for protocol in Protocol::ALL {
        let listeners: Vec<_> = config
            .listeners(protocol)
            .iter()
            .map(|listener| format!("{} ({})", listener.listen, listener.tls.words()))
            .collect();
        if !listeners.is_empty() {
            told.push((protocol.label(), listeners.join(", ")));
        }
    }
    let upstreams = if upstreams.is_empty() {
        "none: programs are told to try again later".to_owned()
    } else {
        upstreams.join(", ")
    };
    told.push(("Upstreams", upstreams));
    facts(&told)
}

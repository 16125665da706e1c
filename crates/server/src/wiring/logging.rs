//! Log lines, to standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::config::{Format, Log};

/// Begins to log. A process does it once; a second call changes nothing.
pub fn start(log: &Log, no_color: bool) {
    let filter = EnvFilter::new(&log.level.0);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // The second call's error says that there is a subscriber already, which is what is wanted.
    let _ = match log.format {
        Format::Text => builder.with_ansi(!no_color && io::stderr().is_terminal()).try_init(),
        Format::Json => builder.json().flatten_event(true).try_init(),
    };
}

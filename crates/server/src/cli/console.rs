//! What a command writes: words for people, or JSON for programs.

use std::io::{self, IsTerminal, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::CliError;

/// Standard output and standard error. A reader that has gone away (`| head`) is no error.
#[derive(Debug)]
pub struct Console {
    json: bool,
    colour: bool,
}

impl Console {
    /// A console that answers in JSON or in words; colours only on a terminal, and never under `NO_COLOR`.
    #[must_use]
    pub fn new(json: bool, no_color: bool) -> Self {
        Self { json, colour: !json && !no_color && io::stdout().is_terminal() }
    }

    /// Whether to answer in JSON.
    #[must_use]
    pub const fn wants_json(&self) -> bool {
        self.json
    }

    /// Whether to use colours.
    #[must_use]
    pub const fn has_colour(&self) -> bool {
        self.colour
    }

    /// Answers with `value` in JSON, or with `words`.
    ///
    /// # Errors
    /// [`CliError::Output`].
    pub fn answer(&mut self, value: &impl Serialize, words: impl FnOnce() -> String) -> Result<(), CliError> {
        if self.json {
            let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
            self.line(&text)
        } else {
            self.line(&words())
        }
    }

    /// Writes a line to standard output.
    ///
    /// # Errors
    /// [`CliError::Output`].
    pub fn line(&mut self, text: &str) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        match writeln!(out, "{text}").and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::Output(error)),
            _ => Ok(()),
        }
    }

    /// Writes an error to standard error, as a program or a person reads it.
    pub fn error(&self, error: &CliError) {
        let text = if self.json {
            let mut told = serde_json::json!({ "error": error.to_string(), "exit_code": error.exit_code() });
            if let CliError::Configuration(mistakes) = error {
                told["mistakes"] = mistakes.as_json();
            }
            told.to_string()
        } else {
            format!("postern: {error}")
        };
        // There is nowhere left to report that standard error is gone.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}

/// A table that fits the terminal.
#[must_use]
pub(super) fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    // A terminal that does not know its width (a serial line, a recorder) says 0.
    if table.width() == Some(0) {
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table.set_header(head.map(str::to_uppercase));
    for row in rows {
        table.add_row(row);
    }
    let lines: Vec<_> =
        table.lines().map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Facts, one a line: `name: value`, the values in one column.
#[must_use]
pub(super) fn facts(facts: &[(&str, String)]) -> String {
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0) + 1;
    let lines: Vec<_> =
        facts.iter().map(|(name, value)| format!("{:<width$} {value}", format!("{name}:"))).collect();
    lines.join("\n")
}

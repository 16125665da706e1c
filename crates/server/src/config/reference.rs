//! The reference page of the configuration file, printed from its tables.

use std::fmt::Write as _;

use super::SECTIONS;
use super::schema::{Absent, Key, Section};

/// The page, in Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(HEAD);
    for section in SECTIONS {
        describe(section, &mut page);
    }
    page
}

const HEAD: &str = "\
# Configuration

<!-- Generated from crates/server/src/config by `cargo xtask generate`; do not edit. -->

Postern needs no configuration to start. With one, it is a single [TOML](https://toml.io) file, named by
`--config FILE` or `POSTERN_CONFIG`; relative paths in it start at its folder. `postern check-config FILE` reports all
mistakes at once. Who may do what (settings, accounts, app passwords) is in the database and changed by `postern
setting`, `postern account` and the portal.

A span of time is a number with a unit (`250ms`, `30s`, `10m`, `12h`, `90d`), a size likewise (`500kB`, `64MiB`).

The environment goes before the file, the command line before both:

| variable | is the same as |
|---|---|
| `POSTERN_CONFIG` | `--config FILE` |
| `POSTERN_DATA` | `--data DIR` |
| `POSTERN_DATABASE` | `--database URL` |
| `NO_COLOR` | no colours in the output, whatever its value |
";

fn describe(section: &Section, page: &mut String) {
    let _ = write!(page, "\n## `{}`\n\n{}\n\n", section.header(), section.summary);
    page.push_str("| key | value | when absent | meaning |\n|---|---|---|---|\n");
    for key in section.keys {
        let _ = writeln!(page, "| `{}` | {} | {} | {} |", key.name, key.kind.name(), absent(key), key.doc);
    }
}

fn absent(key: &Key) -> String {
    match key.absent {
        Absent::Default(text) => format!("`{text}`"),
        Absent::Means(text) => text.to_owned(),
        Absent::Required => "**required**".to_owned(),
    }
}

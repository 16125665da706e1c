//! The reference of the commands.

use std::fmt::Write as _;

use clap::CommandFactory;

use crate::cli::Cli;

const HEAD: &str = "\
# Commands

<!-- Generated from crates/server/src/cli by `cargo xtask generate`; do not edit. -->

Every command takes `--config FILE`, `--data DIR`, `--database URL` and `--json`. A command takes effect on a running
server within a second, live sessions included: they share the database.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | refused, or not found; `doctor` and `audit verify`: something is wrong |
| 2 | wrong usage: an argument, or the value of an argument or a setting, that cannot be |
| 3 | the installation fails (the database does not answer, the key file is missing, a port is taken): see `postern doctor` |
| 4 | mistakes in the configuration, or a file named there (certificate, `ca_file`) that cannot be used |
";

/// The page, in Markdown: the help text of every command.
pub(super) fn page() -> String {
    let mut page = String::from(HEAD);
    let mut root = Cli::command().term_width(100);
    root.build();
    describe(&mut root, &mut page);
    page
}

fn describe(command: &mut clap::Command, page: &mut String) {
    let name = command.get_bin_name().unwrap_or("postern").to_owned();
    let help: Vec<_> =
        command.render_long_help().to_string().lines().map(|line| line.trim_end().to_owned()).collect();
    let _ = write!(page, "\n## `{name}`\n\n```text\n{}\n```\n", help.join("\n").trim_end());
    for inner in command.get_subcommands_mut() {
        if !inner.is_hide_set() && inner.get_name() != "help" {
            describe(inner, page);
        }
    }
}

//! `cargo xtask generate`: the reference files that the `postern` binary prints about itself.
//!
//! The list is `docs/reference/generated.toml`, one line a file. It is data rather than code because the
//! server's tests read it too: they hold that what is checked in is what the binary prints now.

use std::collections::BTreeMap;
use std::fs;

use crate::error::Error;
use crate::{process, repository};

/// The list of generated files.
const LIST: &str = "docs/reference/generated.toml";

/// What may be said to `cargo xtask generate`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail when a file is not what the code prints now.
    #[arg(long)]
    check: bool,
}

/// The list as it stands in the file: a path below `docs/reference/`, and the arguments for `postern`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Generated {
    files: BTreeMap<String, Vec<String>>,
}

/// Writes every file that is out of date, or names them under `--check`.
///
/// # Errors
/// When the binary does not build or fails, and [`Error::Stale`] under `--check`.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let Generated { files } = repository::read_toml(LIST)?;
    let mut stale = Vec::new();
    for (file, postern) in &files {
        let relative = format!("docs/reference/{file}");
        let fresh = process::output(
            repository::command("cargo")
                .args(["run", "--quiet", "--package", "postern-server", "--bin", "postern", "--"])
                .args(postern),
        )?;
        let path = repository::path(&relative);
        if fs::read(&path).is_ok_and(|present| present == fresh) {
            continue;
        }
        if !arguments.check {
            let written =
                path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &fresh));
            written.map_err(|source| Error::File { path, source })?;
            println!("wrote {relative}");
        }
        stale.push(relative);
    }
    if arguments.check && !stale.is_empty() {
        return Err(Error::Stale(stale));
    }
    println!("{} generated files, {} were out of date", files.len(), stale.len());
    Ok(())
}

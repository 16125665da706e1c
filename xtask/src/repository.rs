//! Where the repository is and which files belong to it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::de::DeserializeOwned;

use crate::error::Error;
#[cfg(test)]
use crate::process;

/// The root of the repository that this xtask was built from.
///
/// # Panics
/// Never in a build by cargo: the manifest of xtask lies one level below the root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the root of the repository")
}

/// A file of the repository by its path from the root.
pub(crate) fn path(relative: impl AsRef<Path>) -> PathBuf {
    root().join(relative)
}

/// A command that runs in the root of the repository.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The files that git knows and that exist, as paths from the root with `/`, in git's order.
///
/// New files count from `git add` on, so that scratch files break no rule.
///
/// # Errors
/// When git is missing or this is not a work tree.
#[cfg(test)]
pub(crate) fn files() -> Result<Vec<String>, Error> {
    let listing = process::output(command("git").args(["ls-files", "-z"]))?;
    Ok(String::from_utf8_lossy(&listing)
        .split_terminator('\0')
        .filter(|file| path(file).is_file())
        .map(str::to_owned)
        .collect())
}

/// The text of a file of the repository.
///
/// # Errors
/// [`Error::File`] when it cannot be read or is not UTF-8.
pub(crate) fn read(relative: &str) -> Result<String, Error> {
    let path = path(relative);
    std::fs::read_to_string(&path).map_err(|source| Error::File { path, source })
}

/// A TOML file of the repository.
///
/// # Errors
/// [`Error::File`] or [`Error::Toml`].
pub(crate) fn read_toml<T: DeserializeOwned>(relative: &str) -> Result<T, Error> {
    toml::from_str(&read(relative)?)
        .map_err(|source| Error::Toml { path: PathBuf::from(relative), source: Box::new(source) })
}

/// The manifests of the workspace's members, each with its path.
///
/// # Errors
/// As [`files`] and [`read_toml`].
#[cfg(test)]
pub(crate) fn members() -> Result<Vec<(String, toml::Table)>, Error> {
    files()?
        .into_iter()
        .filter(|path| path.ends_with("/Cargo.toml") && !path.starts_with("fuzz/"))
        .map(|path| read_toml(&path).map(|manifest| (path, manifest)))
        .collect()
}

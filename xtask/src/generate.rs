//! `cargo xtask generate`: the reference files that the `postern` binary prints about itself.
//!
//! The list is `docs/reference/generated.toml`, one line a file. A test beside this holds that what is checked in
//! is what the binary prints now.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::error::Error;
use crate::{process, repository};

/// The list of generated files.
const LIST: &str = "docs/reference/generated.toml";
/// Where they are.
const FOLDER: &str = "docs/reference";

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
    let stale = stale(&files, &repository::path(FOLDER), print)?;
    if arguments.check && !stale.is_empty() {
        return Err(Error::Stale(stale.into_iter().map(|(path, _)| path.display().to_string()).collect()));
    }
    for (path, fresh) in &stale {
        write(path, fresh).map_err(|source| Error::File { path: path.clone(), source })?;
        println!("wrote {}", path.display());
    }
    println!("{} generated files, {} of them were out of date", files.len(), stale.len());
    Ok(())
}

/// What `postern` prints when it is called with these arguments.
fn print(arguments: &[String]) -> Result<Vec<u8>, Error> {
    let run = ["run", "--quiet", "--package", "postern-server", "--bin", "postern", "--"];
    process::output(repository::command("cargo").args(run).args(arguments))
}

/// The files that are missing or differ, each with what it should contain.
fn stale(
    files: &BTreeMap<String, Vec<String>>,
    folder: &Path,
    print: impl Fn(&[String]) -> Result<Vec<u8>, Error>,
) -> Result<Vec<(PathBuf, Vec<u8>)>, Error> {
    let mut stale = Vec::new();
    for (file, arguments) in files {
        let path = folder.join(file);
        let fresh = print(arguments)?;
        if !fs::read(&path).is_ok_and(|present| present == fresh) {
            stale.push((path, fresh));
        }
    }
    Ok(stale)
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, content)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_missing_and_a_changed_file_are_out_of_date() {
        let folder = tempfile::tempdir().unwrap();
        let files: BTreeMap<_, _> = ["same.md", "changed.md", "man/missing.1"]
            .map(|file| (file.to_owned(), vec![file.to_owned()]))
            .into();
        let print = |arguments: &[String]| Ok(arguments.join(" ").into_bytes());
        write(&folder.path().join("same.md"), b"same.md").unwrap();
        write(&folder.path().join("changed.md"), b"as it was").unwrap();

        let found = stale(&files, folder.path(), print).unwrap();
        let names: Vec<_> = found.iter().map(|(path, _)| path.strip_prefix(folder.path()).unwrap()).collect();
        assert_eq!(names, [Path::new("changed.md"), Path::new("man/missing.1")]);

        for (path, fresh) in found {
            write(&path, &fresh).unwrap();
        }
        assert_eq!(stale(&files, folder.path(), print).unwrap(), []);
    }

    /// The `postern` that the same build made: `cargo xtask test` builds all binaries beside this test's own.
    /// (`cargo test -p xtask` alone does not, and meets the one of the last whole build.)
    fn postern() -> PathBuf {
        let this = std::env::current_exe().unwrap();
        this.ancestors().nth(2).unwrap().join("postern")
    }

    #[test]
    fn the_generated_files_are_what_the_code_prints_now() {
        let Generated { files } = repository::read_toml(LIST).unwrap();
        let print = |arguments: &[String]| process::output(Command::new(postern()).args(arguments));
        let found = stale(&files, &repository::path(FOLDER), print).unwrap();
        let names: Vec<_> = found.iter().map(|(path, _)| path.display().to_string()).collect();
        assert_eq!(names, [""; 0], "run `cargo xtask generate` and commit the result");
    }
}

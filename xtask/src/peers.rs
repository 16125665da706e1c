//! The programs from npm that the end-to-end tests talk to or run, installed below `target/peers`.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::error::Error;
use crate::{process, repository};

/// Here is a folder for each, with its `package.json` and its `package-lock.json`, whose hashes say what may be installed.
const PEERS: &str = "crates/testkit/peers";
/// An OAuth and OpenID server, what looks for accessibility defects in pages, and what checks the OpenAPI document.
const NAMES: [&str; 3] = ["axe-core", "oidc-provider", "openapi"];
/// Whichever target folder cargo uses, the tests look here.
const INSTALLED: &str = "target/peers";
/// What says which package is meant.
const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];

/// Installs the peers as their lock files say; instant when that is done.
///
/// # Errors
/// [`Error::File`], or what npm failed with.
pub(crate) fn ensure_installed() -> Result<(), Error> {
    for name in NAMES {
        let source = repository::path(format!("{PEERS}/{name}"));
        let place = repository::path(format!("{INSTALLED}/{name}"));
        if !is_installed(&source, &place)? {
            println!("installing from npm: {PEERS}/{name}");
            install(&source, &place)?;
        }
    }
    Ok(())
}

/// Whether the manifests of the last installation that succeeded are the same.
fn is_installed(source: &Path, place: &Path) -> Result<bool, Error> {
    for manifest in MANIFESTS {
        let wanted = read(&source.join(manifest))?;
        if fs::read(place.join("installed").join(manifest)).ok() != Some(wanted) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn install(source: &Path, place: &Path) -> Result<(), Error> {
    copy(source, place)?;
    // No script of any package is run: what is installed is what the hashes say.
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(place);
    process::run(&mut npm)?;
    copy(source, &place.join("installed"))
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let failed = |source| Error::File { path: to.to_owned(), source };
    fs::create_dir_all(to).map_err(failed)?;
    for manifest in MANIFESTS {
        fs::write(to.join(manifest), read(&from.join(manifest))?).map_err(failed)?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_lock_file_means_another_installation() {
        let folder = tempfile::tempdir().unwrap();
        let (source, place) = (folder.path().join("source"), folder.path().join("place"));
        fs::create_dir(&source).unwrap();
        for manifest in MANIFESTS {
            fs::write(source.join(manifest), "one").unwrap();
        }
        assert!(!is_installed(&source, &place).unwrap());
        copy(&source, &place.join("installed")).unwrap();
        assert!(is_installed(&source, &place).unwrap());
        fs::write(source.join("package-lock.json"), "two").unwrap();
        assert!(!is_installed(&source, &place).unwrap());
    }

    #[test]
    fn every_peer_in_the_folder_is_installed() {
        let folders = fs::read_dir(repository::path(PEERS)).unwrap();
        let mut names: Vec<_> =
            folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, NAMES);
    }

    /// Whoever installs has a registry of their own; its name is theirs. The hashes are what counts.
    #[test]
    fn lock_files_name_hashes_and_no_hosts() {
        for manifest in repository::files().unwrap().iter().filter(|file| file.ends_with("package-lock.json"))
        {
            let lock = repository::read(manifest).unwrap();
            assert!(!lock.contains("://"), "{manifest} names a host");
            let packages = lock.matches("\"version\":").count();
            assert_eq!(lock.matches("\"integrity\":").count(), packages, "{manifest}");
        }
    }
}

//! `cargo xtask pictures`: the pictures in the documents, taken by the end-to-end tests of the pages.
//!
//! They are not checked for staleness as the reference files are: a browser draws a letter a little differently from one
//! version to the next. What they show is checked by the tests that take them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::repository::command;
use crate::{packages, peers, process, repository};

/// Here they are in the documents.
const FOLDER: &str = "docs/images";
/// Where the tests leave theirs, in a folder that is no part of the repository.
const TAKEN: &str = "tmp/portal-pictures";
/// The name in the documents, and the name that the tests give the picture.
const PICTURES: [(&str, &str); 9] = [
    ("portal-security-info-light.png", "security-info-desktop-light.png"),
    ("portal-security-info-dark.png", "security-info-desktop-dark.png"),
    ("portal-app-password-light.png", "shown-once-desktop-light.png"),
    ("portal-app-password-in-use-light.png", "app-password-in-use-desktop-light.png"),
    ("portal-change-light.png", "edit-desktop-light.png"),
    ("portal-refusal-light.png", "look-up-found-desktop-light.png"),
    ("portal-refusal-phone-dark.png", "look-up-found-phone-dark.png"),
    ("admin-programs-light.png", "admin-programs-desktop-light.png"),
    ("admin-inventory-light.png", "admin-inventory-desktop-light.png"),
];

/// Takes the pictures and puts them into the documents.
///
/// # Errors
/// When a test fails, or a file cannot be copied.
pub(crate) fn run() -> Result<(), Error> {
    packages::ensure_installed()?;
    peers::ensure_installed()?;
    let test = ["test", "--package", "postern-web", "--test", "e2e", "--locked", "--", "photographed"];
    process::run(command("cargo").args(test))?;
    let taken = target_folder()?.join(TAKEN);
    for (name, source) in PICTURES {
        copy(&taken.join(source), &repository::path(format!("{FOLDER}/{name}")))?;
    }
    println!("wrote {} pictures to {FOLDER}", PICTURES.len());
    Ok(())
}

/// The folder that cargo builds in, which is not always the usual one.
fn target_folder() -> Result<PathBuf, Error> {
    let metadata = ["metadata", "--format-version=1", "--no-deps", "--offline", "--locked"];
    let told = process::output(command("cargo").args(metadata))?;
    let told = String::from_utf8_lossy(&told);
    let folder = told.split("\"target_directory\":\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(folder.map_or_else(|| repository::path("target"), PathBuf::from))
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    fs::copy(from, to).map_err(|source| Error::File { path: from.to_owned(), source })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_in_the_documents_is_one_of_these() {
        let files = repository::files().unwrap();
        let there: Vec<&str> = files
            .iter()
            .filter_map(|file| file.strip_prefix("docs/images/"))
            .filter(|name| name.ends_with(".png"))
            .collect();
        for (name, _) in PICTURES {
            assert!(there.contains(&name), "{name} is not in {FOLDER}: run `cargo xtask pictures`");
        }
        for name in there {
            assert!(PICTURES.iter().any(|(known, _)| *known == name), "nothing takes {name}");
        }
    }
}

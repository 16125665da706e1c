//! The distribution packages that the end-to-end tests need: `packages.debian.txt` in the root.

use std::process::{Command, Stdio};

use crate::error::Error;
use crate::{process, repository};

/// The one list: a package a line, `#` and the reason behind it.
const LIST: &str = "packages.debian.txt";
/// Installs what it is given, without recommends and without starting services.
const INSTALLER: &str = "xtask/scripts/install-debian-packages.sh";

/// Installs the packages of the list that are not installed yet; instant when there are none.
///
/// # Errors
/// [`Error::MissingPackages`] with the command to run by hand.
pub(crate) fn ensure_installed() -> Result<(), Error> {
    let wanted = parse(&repository::read(LIST)?);
    let missing = missing(&wanted);
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing: {}", missing.join(" "));
    let mut installer = if is_root() {
        repository::command("sh")
    } else {
        let mut sudo = repository::command("sudo");
        sudo.arg("sh");
        sudo
    };
    let installed = process::run(installer.arg(INSTALLER).args(&missing));
    let still_missing = self::missing(&missing);
    match installed {
        Err(cause) if !still_missing.is_empty() => Err(Error::MissingPackages {
            by_hand: format!("sudo sh {INSTALLER} {}", still_missing.join(" ")),
            packages: still_missing,
            cause: Box::new(cause),
        }),
        _ => Ok(()),
    }
}

/// The package names of a list; comments and blank lines are skipped.
fn parse(list: &str) -> Vec<String> {
    list.lines()
        .map(|line| line.split_once('#').map_or(line, |(name, _reason)| name).trim())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Packages whose program is often installed by hand in a newer version, beside which the distribution's cannot be: with
/// the program, they are not missing.
const OFTEN_BY_HAND: [(&str, &str); 2] = [("nodejs", "node"), ("npm", "npm")];

/// Those of the packages that dpkg does not report as installed; all of them where there is no dpkg.
fn missing(wanted: &[String]) -> Vec<String> {
    // dpkg-query fails as a whole when one name is unknown to it, but still prints the others.
    let listing = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(wanted)
        .stderr(Stdio::null())
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let mut missing = not_installed(wanted, &listing);
    missing.retain(|package| {
        let program = OFTEN_BY_HAND.iter().find(|(name, _)| name == package).map(|(_, program)| program);
        !program.is_some_and(|program| process::answers(program, &["--version"]))
    });
    missing
}

fn not_installed(wanted: &[String], listing: &str) -> Vec<String> {
    wanted
        .iter()
        .filter(|package| {
            !listing.lines().any(|line| line.strip_suffix(" installed") == Some(package.as_str()))
        })
        .cloned()
        .collect()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_have_reasons_and_blank_lines() {
        assert_eq!(parse("# all of it\n\npostfix # the real server\nswaks\n"), ["postfix", "swaks"]);
    }

    #[test]
    fn a_removed_package_with_files_left_counts_as_missing() {
        let wanted = ["postfix", "swaks", "curl"].map(str::to_owned);
        let listing = "curl installed\npostfix config-files\n";
        assert_eq!(not_installed(&wanted, listing), ["postfix", "swaks"]);
    }

    #[test]
    fn every_package_of_the_list_has_a_reason() {
        let list = repository::read(LIST).unwrap();
        let bare: Vec<_> = list
            .lines()
            .filter(|line| {
                !line.trim().is_empty() && line.split_once("# ").is_none_or(|(_, why)| why.is_empty())
            })
            .collect();
        assert_eq!(bare, [""; 0]);
        assert!(!parse(&list).is_empty());
    }
}

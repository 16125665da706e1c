//! The facts that a measurement is worthless without: machine, kernel, compiler, commit, day.

use std::path::Path;

use crate::error::Error;
use crate::{process, repository};

/// One line of them, for Markdown. `day` comes from the command line; without it, a file made now has it.
///
/// # Errors
/// When git, rustc or date cannot be run.
pub(super) fn facts(day: Option<&str>) -> Result<String, Error> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let model = read("/proc/cpuinfo")
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or_else(|| "unknown processor".to_owned(), |(_, model)| model.to_owned());
    let memory = read("/proc/meminfo")
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<u64>().ok())
        .map_or_else(|| "?".to_owned(), |kibibytes| (kibibytes >> 20).to_string());
    let kernel = read("/proc/sys/kernel/osrelease").trim().to_owned();
    let compiler = said("rustc", &["--version"])?;
    let commit = said("git", &["describe", "--always", "--dirty"])?;
    let day = match day {
        Some(day) => day.to_owned(),
        None => today()?,
    };
    Ok(format!(
        "Measured {day} at commit {commit}: {processors} × {model}, {memory} GiB, Linux {kernel}, {compiler}."
    ))
}

/// The day on which the file system says that a file was made which is made now.
fn today() -> Result<String, Error> {
    let file = repository::path("target/bench-day");
    let failed = |source| Error::File { path: file.clone(), source };
    file.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(failed)?;
    std::fs::write(&file, "").map_err(failed)?;
    let day = said("date", &["--utc", "+%F", "--reference", &file.display().to_string()]);
    std::fs::remove_file(&file).map_err(failed)?;
    day
}

fn said(program: &str, arguments: &[&str]) -> Result<String, Error> {
    let output = process::output(repository::command(program).args(arguments))?;
    Ok(String::from_utf8_lossy(&output).trim().to_owned())
}

/// A file of the kernel's; empty where there is none.
fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_are_one_line_that_begins_with_the_day() {
        let facts = facts(Some("2026-11-22")).unwrap();
        assert!(facts.starts_with("Measured 2026-11-22 at commit "), "{facts}");
        assert!(!facts.contains('\n'), "{facts}");
    }

    #[test]
    fn the_file_system_knows_the_day() {
        let day = today().unwrap();
        let shape: String = day.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00", "{day}");
    }
}

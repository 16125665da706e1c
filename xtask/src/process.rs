//! Runs other programs, with the command line in every error.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::error::Error;

/// Runs a program with the terminal as its own and waits for it.
///
/// # Errors
/// [`Error::NotStarted`] when it cannot be started, [`Error::Failed`] when it reports failure.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    let status = command.status().map_err(|source| Error::NotStarted { command: line(command), source })?;
    if status.success() { Ok(()) } else { Err(Error::Failed { command: line(command), status }) }
}

/// Runs a program and returns its standard output; its standard error stays on the terminal.
///
/// # Errors
/// As [`run`].
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, Error> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::NotStarted { command: line(command), source })?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Error::Failed { command: line(command), status: output.status })
    }
}

/// Whether a program starts and reports success when asked something harmless such as `--version`.
pub(crate) fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs one named step of several: prints its heading before and its time after.
///
/// # Errors
/// [`Error::Step`] around whatever the step failed with.
pub(crate) fn step(name: &'static str, work: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    println!("== {name}");
    let (outcome, time) = timed(work);
    let verdict = if outcome.is_ok() { "ok" } else { "FAILED" };
    println!("== {name}: {verdict} ({:.1} s)\n", time.as_secs_f64());
    outcome.map_err(|source| Error::Step { step: name, source: Box::new(source) })
}

#[expect(clippy::disallowed_methods, reason = "how long a step took is the point; nothing is decided by it")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// The command line as one would type it, without quoting.
fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_whole_command() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` failed (exit status: 3)");
    }

    #[test]
    fn a_program_that_is_not_there_does_not_answer() {
        assert!(answers("true", &[]));
        assert!(!answers("false", &[]));
        assert!(!answers("no-such-program-as-this", &["--version"]));
    }
}

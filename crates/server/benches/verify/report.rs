//! The tables, in Markdown.

use std::fmt::Write as _;
use std::process::Command;

use crate::ledger::{Ledger, Subject};
use crate::{Arguments, Outcome};

/// The tables of everything that was measured.
pub(crate) fn markdown(reports: &[(usize, Ledger)], arguments: &Arguments) -> Outcome<String> {
    let mut text = String::new();
    write!(
        text,
        "SQLite {}; {} rounds after one to warm up, {} operations in each of a round's two measurements of everything; \
         medians over the rounds.\n\n",
        rusqlite::version(),
        arguments.rounds,
        arguments.operations,
    )?;
    in_process(&mut text, reports)?;
    recording(&mut text, reports)?;
    for (size, ledger) in reports.iter().filter(|(_, ledger)| ledger.has(Subject::Dovecot)) {
        beside_dovecot(&mut text, *size, ledger)?;
    }
    Ok(text)
}

const IN_PROCESS: [(Subject, &str); 5] = [
    (Subject::BareSecret, "bare SQLite: the secret's row alone"),
    (Subject::BareRead, "bare SQLite: secret, app password and account"),
    (Subject::FindCandidates, "`Store::find_candidates`"),
    (Subject::SignIn, "`Service::sign_in_at_door`, accepted"),
    (Subject::Garbage, "`Service::sign_in_at_door`, garbage of app-password shape"),
];

fn in_process(text: &mut String, reports: &[(usize, Ledger)]) -> Outcome<()> {
    text.push_str(
        "| app passwords | | CPU µs | each CPU second | each second | speed beside the bare read (lowest to highest round) |\n\
         |--:|---|--:|--:|--:|--:|\n",
    );
    for (size, ledger) in reports {
        for (subject, name) in IN_PROCESS {
            let micros = ledger.micros(subject, |entry| entry.deciding);
            let wall = ledger.micros(subject, |entry| entry.wall);
            let (ratio, lowest, highest) = ledger.speed_beside(subject, Subject::BareRead);
            writeln!(
                text,
                "| {} | {name} | {micros:.2} | {} | {} | {:.0} % ({:.0} to {:.0}) |",
                grouped(*size),
                per_second(micros),
                per_second(wall),
                ratio * 100.0,
                lowest * 100.0,
                highest * 100.0
            )?;
        }
    }
    Ok(())
}

fn recording(text: &mut String, reports: &[(usize, Ledger)]) -> Outcome<()> {
    text.push_str(
        "\nWhat the recorder of sign-in events spends on other threads, for each sign-in:\n\n\
         | app passwords | accepted, CPU µs | garbage, CPU µs |\n|--:|--:|--:|\n",
    );
    for (size, ledger) in reports {
        let accepted = ledger.micros(Subject::SignIn, |entry| entry.recording);
        let garbage = ledger.micros(Subject::Garbage, |entry| entry.recording);
        writeln!(text, "| {} | {accepted:.1} | {garbage:.1} |", grouped(*size))?;
    }
    Ok(())
}

fn beside_dovecot(text: &mut String, size: usize, ledger: &Ledger) -> Outcome<()> {
    let output = Command::new("/usr/sbin/dovecot").arg("--version").output()?;
    let version = String::from_utf8_lossy(&output.stdout);
    let version = version.split_whitespace().next().unwrap_or_default();
    let (ratio, lowest, highest) = ledger.speed_beside(Subject::SignIn, Subject::Dovecot);
    let size = grouped(size);
    write!(
        text,
        "\nBeside Dovecot {version} with {size} users, interleaved with the above:\n\n\
         | | CPU µs | each CPU second | each second |\n|---|--:|--:|--:|\n"
    )?;
    for (subject, name) in [
        (Subject::Dovecot, "Dovecot's `auth`, SSHA256, over its socket"),
        (Subject::SignIn, "Postern, `Service::sign_in_at_door`, in process"),
    ] {
        let micros = ledger.micros(subject, |entry| entry.deciding);
        let wall = ledger.micros(subject, |entry| entry.wall);
        writeln!(text, "| {name} | {micros:.2} | {} | {} |", per_second(micros), per_second(wall))?;
    }
    writeln!(text, "\nPostern beside Dovecot, by CPU time: {ratio:.2} ({lowest:.2} to {highest:.2}).")?;
    Ok(())
}

fn per_second(micros: f64) -> String {
    grouped((1e6 / micros).round() as usize)
}

/// A number with its thousands apart.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(",")
}

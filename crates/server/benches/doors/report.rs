//! The tables, in Markdown.

use std::fmt::Write as _;
use std::process::Command;

use crate::ledger::{Figure, Ledger};
use crate::peers::{Channel, PEERS, Peer};
use crate::round::ONE_IN;
use crate::{Arguments, Outcome};

/// A table's figure, its heading, and how many digits stand behind the point.
const COLUMNS: [(Figure, &str, usize); 5] = [
    (Figure::SignInCpu, "sign-in, CPU µs", 0),
    (Figure::Middle, "p50 µs", 0),
    (Figure::Slowest, "p99 µs", 0),
    (Figure::Memory, "idle session, KiB", 1),
    (Figure::Relayed, "MiB relayed each CPU second", 0),
];

/// The tables of everything that was measured.
pub(crate) fn markdown(ledger: &Ledger, arguments: &Arguments) -> Outcome<String> {
    let mut text = format!(
        "{} rounds after one to warm up; in each, twice for each peer: {} sign-ins 16 at once (CPU time of the peer's \
         processes), {} one at a time, {} MiB to one client; medians over the rounds. Memory: {} idle sessions in a fresh \
         process (PSS). {}.\n",
        arguments.rounds,
        arguments.operations,
        arguments.operations / ONE_IN,
        arguments.mebibytes,
        arguments.sessions,
        versions(),
    );
    for (channel, title) in
        [(Channel::Plain, "In the clear"), (Channel::Tls, "TLS 1.3, a full handshake each time")]
    {
        write!(text, "\n{title}:\n\n| |")?;
        for (_, heading, _) in COLUMNS {
            write!(text, " {heading} |")?;
        }
        text.push_str("\n|---|");
        text.push_str(&"--:|".repeat(COLUMNS.len()));
        text.push('\n');
        for peer in PEERS {
            write!(text, "| {} |", peer.name())?;
            for (figure, _, digits) in COLUMNS {
                write!(text, " {:.digits$} |", ledger.median((figure, channel, peer)))?;
            }
            text.push('\n');
        }
        for peer in PEERS.into_iter().filter(|peer| *peer != Peer::Postern) {
            write!(text, "| Postern ÷ {} |", peer.name())?;
            for (figure, _, _) in COLUMNS {
                let (ratio, lowest, highest) = ledger.ratio(figure, channel, peer);
                if figure == Figure::Memory {
                    write!(text, " {ratio:.2} |")?;
                } else {
                    write!(text, " {ratio:.2} ({lowest:.2} to {highest:.2}) |")?;
                }
            }
            text.push('\n');
        }
    }
    Ok(text)
}

/// Who was measured against.
fn versions() -> String {
    [("nginx", "-v"), ("dovecot", "--version"), ("haproxy", "-v")]
        .into_iter()
        .filter_map(|(program, argument)| {
            let output = Command::new(format!("/usr/sbin/{program}")).arg(argument).output().ok()?;
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            let version = said.split(|c: char| c.is_whitespace() || c == '/' || c == '-');
            let version = version.into_iter().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
            Some(format!("{program} {version}"))
        })
        .collect::<Vec<_>>()
        .join(", ")
}

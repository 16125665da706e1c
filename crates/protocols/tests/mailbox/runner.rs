//! Runs a transcript against a session of any dialect.

use std::fmt::Write as _;

use postern_protocols::door::{Accepted, Dialect, Session, ShutDown, Step, Verdict};

/// The proof of a sign-in, which only the verifier (this runner) makes.
pub(crate) struct Proof;

/// Feeds the `C:` (a line), `C~` (exact octets) and `!` lines, and compares everything with what happens.
pub(crate) fn run<D: Dialect>(mut session: Session<Proof, D>, script: &str) {
    let expected: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut log = String::new();
    drain(&mut session, &mut log);
    for line in &expected {
        let Some(mark) = ["C:", "C~", "!"].into_iter().find(|mark| line.starts_with(mark)) else { continue };
        writeln!(log, "{line}").unwrap();
        let text = line[mark.len()..].strip_prefix(' ').unwrap_or("");
        match mark {
            "C:" => session.receive(&[unescape(text), b"\r\n".to_vec()].concat()),
            "C~" => session.receive(&unescape(text)),
            _ => tell(&mut session, text, &mut log),
        }
        drain(&mut session, &mut log);
    }
    let actual: Vec<&str> = log.lines().map(str::trim).collect();
    assert_eq!(actual.join("\n"), expected.join("\n"), "\nactual:\n{log}");
}

fn tell<D: Dialect>(session: &mut Session<Proof, D>, what: &str, log: &mut String) {
    let (verb, text) = what.split_once(' ').unwrap_or((what, ""));
    let text = text.replace("\\r", "\r").replace("\\n", "\n");
    match verb {
        "tls" => session.tls_established(),
        "accept" => {
            let capabilities = text.split_whitespace().map(str::to_owned).collect();
            session.verdict(Verdict::Accepted(Accepted { proof: Proof, capabilities }));
        }
        "refuse" => session.verdict(Verdict::Refused { text }),
        "delay" => session.verdict(Verdict::Temporary { text }),
        "limit" => session.verdict(Verdict::Limit { text }),
        "upstream-refused" => session.verdict(Verdict::UpstreamRefused { text }),
        "unavailable" => session.verdict(Verdict::Unavailable),
        "stop" => write_lines(log, &session.shut_down(ShutDown::ServerStopping)),
        "revoke" => write_lines(log, &session.shut_down(ShutDown::Revoked)),
        other => panic!("unknown: {other}"),
    }
}

fn drain<D: Dialect>(session: &mut Session<Proof, D>, log: &mut String) {
    loop {
        match session.next_step() {
            Step::NeedBytes => return,
            Step::Send(bytes) => write_lines(log, &bytes),
            Step::StartTls => {
                log.push_str("* start-tls\n");
                return;
            }
            Step::Verify(credentials) => {
                let mechanism = credentials.mechanism.name();
                let secret = credentials.secret.expose().escape_ascii();
                write!(log, "* verify {mechanism} {} {secret}", credentials.user_name).unwrap();
                if let Some(other) = credentials.authorization_id {
                    write!(log, " as {other}").unwrap();
                }
                log.push('\n');
                return;
            }
            Step::Relay(hand_over) => {
                let Proof = hand_over.proof;
                writeln!(log, "* relay \"{}\"", hand_over.received.escape_ascii()).unwrap();
            }
            Step::Close => {
                if !log.ends_with("* close\n") && !log.contains("* relay") {
                    log.push_str("* close\n");
                }
                return;
            }
        }
    }
}

fn write_lines(log: &mut String, bytes: &[u8]) {
    for line in String::from_utf8_lossy(bytes).split_inclusive("\r\n") {
        let text = line.strip_suffix("\r\n").map_or_else(|| format!("{line}…"), str::to_owned);
        writeln!(log, "S: {}", text.replace('\r', "\\r").replace('\n', "\\n")).unwrap();
    }
}

/// `\r`, `\n`, `\0`, `\\`, `\xe4`, and `<3000x>` for a repetition.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix('\\') {
            let escape = after.chars().next().unwrap();
            rest = &after[1..];
            bytes.push(match escape {
                'r' => b'\r',
                'n' => b'\n',
                '0' => 0,
                '\\' => b'\\',
                'x' => {
                    let octet = u8::from_str_radix(&rest[..2], 16).unwrap();
                    rest = &rest[2..];
                    octet
                }
                other => panic!("unknown escape {other}"),
            });
        } else if let Some((inside, after)) = rest.strip_prefix('<').and_then(|after| after.split_once('>')) {
            let (count, what) = inside.split_at(inside.len() - 1);
            bytes.extend(what.repeat(count.parse().unwrap()).bytes());
            rest = after;
        } else {
            bytes.extend(first.to_string().bytes());
            rest = &rest[first.len_utf8()..];
        }
    }
    bytes
}

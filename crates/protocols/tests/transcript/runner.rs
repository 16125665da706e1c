//! Runs a transcript: feeds the marked inputs, writes down what the cores do, and compares the two texts.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use postern_protocols::door::ShutDown;
use postern_protocols::smtp::relay::{OpenFailure, Relay, RelayStep};
use postern_protocols::smtp::submission::{Accepted, Config, Session, Step, Tls, Verdict};
use postern_protocols::smtp::{Allowance, Capabilities, SenderRule, Size};

/// The proof of a sign-in, which only the verifier (this runner) makes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proof;

/// A sender restriction to a list.
pub(crate) struct Senders(pub(crate) Vec<String>);

impl SenderRule for Senders {
    fn permits(&self, address: &str) -> bool {
        self.0.iter().any(|permitted| permitted.eq_ignore_ascii_case(address))
    }

    fn permits_null_sender(&self) -> bool {
        !self.0.iter().any(|permitted| permitted == "no-null")
    }
}

/// So many messages and recipients, together, may still be sent.
struct Left(AtomicU32);

impl Left {
    fn admit(&self, what: &str) -> Result<(), String> {
        let used = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        used.map(drop).map_err(|_| format!("No more {what} now; try again in 5 minutes"))
    }
}

impl Allowance for Left {
    fn admit_message(&self) -> Result<(), String> {
        self.admit("messages")
    }

    fn admit_recipient(&self) -> Result<(), String> {
        self.admit("recipients")
    }
}

pub(crate) fn config(tls: Tls) -> Config {
    Config {
        host_name: "door.test".to_owned(),
        tls,
        ours: Capabilities::ours(1_000_000),
        capabilities: Capabilities::ours(1_000_000),
        legacy_auth_line: false,
    }
}

/// A session over implicit TLS.
pub(crate) fn implicit(script: &str) {
    run(config(Tls::Implicit), script);
}

/// A client that has signed in; the script begins after the `235`. The first line is the `!` line of the verdict.
pub(crate) fn signed_in(script: &str) {
    let before = "S: 220 door.test ESMTP Postern\nC: AUTH PLAIN AHUAcA==\n* verify PLAIN u p\n";
    let (verdict, rest) = script.trim_start().split_once('\n').unwrap();
    run(
        config(Tls::Implicit),
        &format!("{before}{verdict}\nS: 235 2.7.0 Authentication succeeded\n* relay\n{rest}"),
    );
}

pub(crate) fn run(config: Config, script: &str) {
    let expected: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut runner = Runner { core: Core::Session(Session::new(Arc::new(config))), log: String::new() };
    runner.drain();
    for line in &expected {
        if ["C: ", "C~ ", "U< ", "U~ ", "! "].iter().any(|mark| line.starts_with(mark)) || *line == "C:" {
            writeln!(runner.log, "{line}").unwrap();
            let text = line.get(3..).unwrap_or("");
            match &line[..2] {
                "C:" => runner.client(&[unescape(text), b"\r\n".to_vec()].concat()),
                "C~" => runner.client(&unescape(text)),
                "U<" => runner.upstream(&[unescape(text), b"\r\n".to_vec()].concat()),
                "U~" => runner.upstream(&unescape(text)),
                _ => runner.tell(&line[2..]),
            }
            runner.drain();
        }
    }
    let actual: Vec<&str> = runner.log.lines().map(str::trim).collect();
    assert_eq!(actual.join("\n"), expected.join("\n"), "\nactual:\n{}", runner.log);
}

enum Core {
    Session(Session<Proof>),
    Relay(Box<Relay<Proof>>),
    Over,
}

struct Runner {
    core: Core,
    log: String,
}

impl Runner {
    fn client(&mut self, bytes: &[u8]) {
        match &mut self.core {
            Core::Session(session) => session.receive(bytes),
            Core::Relay(relay) => relay.from_client(bytes),
            Core::Over => {}
        }
    }

    fn upstream(&mut self, bytes: &[u8]) {
        if let Core::Relay(relay) = &mut self.core {
            relay.from_upstream(bytes);
        }
    }

    fn tell(&mut self, what: &str) {
        let (verb, text) = what.split_once(' ').unwrap_or((what, ""));
        match (&mut self.core, verb) {
            (Core::Session(session), "tls") => session.tls_established(),
            (Core::Session(session), "accept") => session.verdict(accepted(text)),
            (Core::Session(session), "refuse") => session.verdict(Verdict::Refused { text: text.to_owned() }),
            (Core::Session(session), "delay") => {
                session.verdict(Verdict::Temporary { text: text.to_owned() });
            }
            (Core::Session(session), "unavailable") => session.verdict(Verdict::Unavailable),
            (Core::Session(session), "shut-down") => {
                let bytes = session.shut_down(ShutDown::ServerStopping);
                self.write("S", &bytes);
            }
            (Core::Relay(relay), "shut-down") => {
                let bytes = relay.shut_down(ShutDown::Revoked);
                self.write("S", &bytes);
            }
            (Core::Relay(relay), "opened") => relay.upstream_opened(upstream(text)),
            (Core::Relay(relay), "unreachable") => relay.upstream_failed(OpenFailure::Unreachable),
            (Core::Relay(relay), "refused-us") => relay.upstream_failed(OpenFailure::Refused),
            (Core::Relay(relay), "throttled") => {
                let retry_after = text.parse().ok().map(Duration::from_secs);
                relay.upstream_failed(OpenFailure::Throttled { retry_after });
            }
            (Core::Relay(relay), "upstream-closed") => relay.upstream_closed(),
            (Core::Relay(relay), "client-closed") => relay.client_closed(),
            (_, verb) => panic!("unknown: {verb}"),
        }
    }

    fn drain(&mut self) {
        loop {
            match &mut self.core {
                Core::Over => return,
                Core::Session(session) => match session.next_step() {
                    Step::NeedBytes => return,
                    Step::Send(bytes) => self.write("S", &bytes),
                    Step::StartTls => {
                        if !self.log.ends_with("* start-tls\n") {
                            self.log.push_str("* start-tls\n");
                        }
                        return;
                    }
                    Step::Verify(credentials) => {
                        let mechanism = credentials.mechanism.name();
                        let secret = String::from_utf8_lossy(credentials.secret.expose()).into_owned();
                        write!(self.log, "* verify {mechanism} {} {secret}", credentials.user_name).unwrap();
                        if let Some(other) = credentials.authorization_id {
                            write!(self.log, " as {other}").unwrap();
                        }
                        self.log.push('\n');
                        return;
                    }
                    Step::Relay(relay) => {
                        assert_eq!(relay.proof(), &Proof);
                        self.log.push_str("* relay\n");
                        self.core = Core::Relay(relay);
                    }
                    Step::Close => {
                        self.log.push_str("* close\n");
                        self.core = Core::Over;
                    }
                },
                Core::Relay(relay) => match relay.next_step() {
                    RelayStep::NeedBytes { .. } => return,
                    RelayStep::ToClient(bytes) => self.write("S", &bytes),
                    RelayStep::ToUpstream(bytes) => self.write("U>", &bytes),
                    RelayStep::OpenUpstream => self.log.push_str("* open\n"),
                    RelayStep::CloseUpstream(reason) => writeln!(self.log, "* close {reason:?}").unwrap(),
                    RelayStep::Event(event) => writeln!(self.log, "* {event:?}").unwrap(),
                    RelayStep::Done => {
                        self.log.push_str("* done\n");
                        self.core = Core::Over;
                    }
                },
            }
        }
    }

    fn write(&mut self, mark: &str, bytes: &[u8]) {
        let mark = if mark == "S" { "S:" } else { mark };
        for line in String::from_utf8_lossy(bytes).split_inclusive("\r\n") {
            let text = line.strip_suffix("\r\n").map_or_else(|| format!("{line}…"), str::to_owned);
            writeln!(
                self.log,
                "{mark} {}",
                text.replace('\0', "\\0").replace('\r', "\\r").replace('\n', "\\n")
            )
            .unwrap();
        }
    }
}

fn accepted(options: &str) -> Verdict<Proof> {
    let mut open = Some(upstream(options));
    let mut sender_rule: Option<Box<dyn SenderRule>> = None;
    let mut allowance: Option<Box<dyn Allowance>> = None;
    for option in options.split(' ') {
        if option == "closed" {
            open = None;
        } else if let Some(left) = option.strip_prefix("allowance=") {
            allowance = Some(Box::new(Left(AtomicU32::new(left.parse().unwrap()))));
        } else if let Some(senders) = option.strip_prefix("senders=") {
            sender_rule = Some(Box::new(Senders(senders.split(',').map(str::to_owned).collect())));
        }
    }
    Verdict::Accepted(Accepted { proof: Proof, upstream: open, sender_rule, allowance })
}

fn upstream(options: &str) -> Capabilities {
    let mut capabilities = Capabilities::ours(500_000);
    for option in options.split(' ') {
        if option == "bare" {
            capabilities = Capabilities::NONE;
        } else if let Some(size) = option.strip_prefix("size=") {
            capabilities.size = Size::Limit(size.parse().unwrap());
        }
    }
    capabilities
}

/// `\r`, `\n`, `\0`, and `{3000x}` for a repetition.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(escape) = rest.strip_prefix('\\').and_then(|after| after.chars().next()) {
            bytes.push(match escape {
                'r' => b'\r',
                'n' => b'\n',
                't' => b'\t',
                '0' => 0,
                other => panic!("unknown escape {other}"),
            });
            rest = &rest[2..];
        } else if let Some((inside, after)) = rest.strip_prefix('{').and_then(|after| after.split_once('}')) {
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

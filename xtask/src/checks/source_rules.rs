//! Rules for the text of every Rust file that clippy cannot hold.

use super::Finding;

/// A piece of text that must not stand in a Rust file, and why.
struct Forbidden {
    text: &'static str,
    why: &'static str,
    /// Whether the rule is about lines of code or about lines of comment.
    place: Place,
    /// Whether a path may have it all the same.
    except: fn(&str) -> bool,
}

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Code,
    Comment,
}

/// Split with `concat!` where this very file would break the rule.
const FORBIDDEN: &[Forbidden] = &[
    Forbidden { text: concat!("#[", "allow("), why: EXPECT, place: Place::Code, except: nowhere },
    Forbidden { text: concat!("#![", "allow("), why: EXPECT, place: Place::Code, except: nowhere },
    Forbidden {
        text: concat!("#[", "ignore"),
        why: "a test that does not run is no test",
        place: Place::Code,
        except: nowhere,
    },
    Forbidden {
        text: "```ignore",
        why: "an example that does not compile misleads",
        place: Place::Comment,
        except: nowhere,
    },
    Forbidden {
        text: concat!("to", "do!("),
        why: "finish it, or leave it out",
        place: Place::Code,
        except: nowhere,
    },
    Forbidden {
        text: concat!("env", "::var"),
        why: "only server/config reads the environment",
        place: Place::Code,
        except: is_config,
    },
    Forbidden {
        text: concat!("\"pyth", "on3\""),
        why: "tests use the distribution's /usr/bin/python3, whatever comes first on the PATH",
        place: Place::Code,
        except: nowhere,
    },
];

/// Why no lint is switched off silently.
const EXPECT: &str = "use `expect` with a reason, which complains when it is no longer needed";

fn nowhere(_: &str) -> bool {
    false
}

fn is_config(path: &str) -> bool {
    path.starts_with("crates/server/src/config/") || path == "crates/server/src/config.rs"
}

/// What one file breaks.
fn findings(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !text.starts_with("//!") {
        findings.push(Finding::new(path, "begins with no `//!` that says what the file is for"));
    }
    for (number, line) in (1..).zip(text.lines()) {
        let place = if line.trim_start().starts_with("//") { Place::Comment } else { Place::Code };
        let applies = |rule: &&Forbidden| rule.place == place && !(rule.except)(path);
        for forbidden in FORBIDDEN.iter().filter(applies).filter(|rule| line.contains(rule.text)) {
            findings.push(Finding::new(
                format!("{path}:{number}"),
                format!("`{}`: {}", forbidden.text, forbidden.why),
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::{assert_kept, in_rust_files, lines};
    use super::*;

    #[test]
    fn every_rust_file_keeps_them() {
        assert_kept(&in_rust_files(findings));
    }

    #[test]
    fn each_forbidden_text_is_found() {
        for rule in FORBIDDEN {
            let (line, other) = match rule.place {
                Place::Code => (rule.text.to_owned(), format!("// {}", rule.text)),
                Place::Comment => (format!("/// {}", rule.text), rule.text.to_owned()),
            };
            let found =
                lines(&findings("crates/domain/src/a.rs", &format!("//! A file.\n{other}\n    {line}\n")));
            assert_eq!(found, [format!("crates/domain/src/a.rs:3: `{}`: {}", rule.text, rule.why)]);
        }
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        assert_eq!(
            lines(&findings("a.rs", "use x;\n")),
            ["a.rs: begins with no `//!` that says what the file is for"]
        );
    }

    #[test]
    fn the_configuration_may_read_the_environment() {
        let text = format!("//! A file.\n{}\n", concat!("std::env", "::var(\"X\")"));
        assert_eq!(lines(&findings("crates/server/src/config/environment.rs", &text)), [""; 0]);
    }
}

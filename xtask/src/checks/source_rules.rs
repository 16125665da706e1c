//! Rules for the text of every Rust file that clippy cannot hold.

use super::Finding;

/// A piece of text that must not stand in a Rust file, and why.
struct Forbidden {
    text: &'static str,
    why: &'static str,
    /// Whether a path may have it all the same.
    except: fn(&str) -> bool,
}

/// Split with `concat!` where this very file would break the rule.
const FORBIDDEN: &[Forbidden] = &[
    Forbidden {
        text: concat!("#[", "allow("),
        why: "use #[expect(…, reason = \"…\")], which goes stale loudly",
        except: |_| false,
    },
    Forbidden {
        text: concat!("#![", "allow("),
        why: "use #![expect(…, reason = \"…\")], which goes stale loudly",
        except: |_| false,
    },
    Forbidden {
        text: concat!("#[", "ignore"),
        why: "a test that does not run is no test",
        except: |_| false,
    },
    Forbidden { text: concat!("to", "do!("), why: "finish it, or leave it out", except: |_| false },
    Forbidden {
        text: concat!("env", "::var"),
        why: "only server/config reads the environment",
        except: is_config,
    },
    Forbidden {
        text: concat!("\"pyth", "on3\""),
        why: "tests use the distribution's /usr/bin/python3, whatever comes first on the PATH",
        except: |_| false,
    },
];

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
        if line.trim_start().starts_with("//") {
            continue;
        }
        for forbidden in FORBIDDEN.iter().filter(|rule| line.contains(rule.text) && !(rule.except)(path)) {
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
    use super::super::{assert_kept, lines};
    use super::*;
    use crate::repository;

    #[test]
    fn every_rust_file_keeps_them() {
        let broken: Vec<_> = repository::files()
            .unwrap()
            .iter()
            .filter(|path| path.ends_with(".rs"))
            .flat_map(|path| findings(path, &repository::read(path).unwrap()))
            .collect();
        assert_kept(&broken);
    }

    #[test]
    fn each_forbidden_text_is_found() {
        for rule in FORBIDDEN {
            let text = format!("//! A file.\n// {0} in a comment is fine\n    {0}\n", rule.text);
            let found = lines(&findings("crates/domain/src/a.rs", &text));
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

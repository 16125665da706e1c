//! The domain and the protocol cores do no IO and are not asynchronous: they take what they need and answer.

use super::Finding;

/// The folders that this holds for.
const PURE: [&str; 2] = ["crates/domain/src/", "crates/protocols/src/"];

/// What would let such a crate reach the world. `std::net` stays: an address is a value; a socket is not.
const REACHES: [&str; 10] = [
    "async fn",
    "async move",
    "std::env",
    "std::fs",
    "std::io",
    "std::process",
    "std::thread",
    "TcpStream",
    "UdpSocket",
    "println!",
];

/// What one file breaks.
fn findings(path: &str, text: &str) -> Vec<Finding> {
    if !PURE.iter().any(|folder| path.starts_with(folder)) {
        return Vec::new();
    }
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .flat_map(|(number, line)| {
            let reached = REACHES.iter().filter(move |reach| line.contains(**reach));
            reached
                .map(move |reach| Finding::new(format!("{path}:{number}"), format!("`{reach}`: no IO here")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{assert_kept, in_rust_files, lines};
    use super::*;

    #[test]
    fn the_domain_and_the_cores_reach_nothing() {
        assert_kept(&in_rust_files(findings));
    }

    #[test]
    fn a_core_that_reads_a_file_is_found() {
        let text = "//! A core without std::fs.\nuse std::net::IpAddr;\nlet text = std::fs::read(path);\n";
        assert_eq!(
            lines(&findings("crates/protocols/src/smtp/mod.rs", text)),
            ["crates/protocols/src/smtp/mod.rs:3: `std::fs`: no IO here"]
        );
        assert_eq!(lines(&findings("crates/gateway/src/driver.rs", text)), [""; 0]);
    }
}

//! docs/protocols.md tells every reply that the SMTP cores write out with its code and enhanced code.

use std::collections::BTreeSet;

use super::Finding;

/// Where the cores are.
const CORES: &str = "crates/protocols/src/smtp/";

/// What makes a reply in their code.
const MAKER: &str = "Reply::new(";

/// The replies of a file whose code and enhanced code stand there as literals: `535 5.7.8`.
fn replies(text: &str) -> BTreeSet<String> {
    let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
    shipped.split(MAKER).skip(1).filter_map(reply).collect()
}

fn reply(arguments: &str) -> Option<String> {
    let mut arguments = arguments.split(',').map(str::trim);
    let code = arguments.next()?;
    let enhanced = arguments.next()?.strip_prefix('"')?.strip_suffix('"')?;
    let is_code = code.len() == 3 && code.bytes().all(|octet| octet.is_ascii_digit());
    is_code.then(|| format!("{code} {enhanced}"))
}

/// The replies of a file that the document does not tell.
fn findings(path: &str, text: &str, document: &str) -> Vec<Finding> {
    if !path.starts_with(CORES) {
        return Vec::new();
    }
    replies(text)
        .into_iter()
        .filter(|reply| !document.contains(&format!("`{reply}")))
        .map(|reply| Finding::new(path, format!("docs/protocols.md does not tell when `{reply}` is said")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{assert_kept, in_rust_files, lines};
    use super::*;
    use crate::repository;

    #[test]
    fn every_reply_is_told() {
        let document = repository::read("docs/protocols.md").unwrap();
        assert_kept(&in_rust_files(|path, text| findings(path, text, &document)));
    }

    #[test]
    fn a_reply_that_is_not_told_is_found() {
        let text = "say(&Reply::new(250, \"2.0.0\", \"Reset\"));\nReply::new(\n    555,\n    \"5.5.4\",\n    &text,\n)";
        let found = findings("crates/protocols/src/smtp/relay/command.rs", text, "done: `250 2.0.0`");
        assert_eq!(
            lines(&found),
            [
                "crates/protocols/src/smtp/relay/command.rs: docs/protocols.md does not tell when `555 5.5.4` is said"
            ]
        );
        assert_eq!(lines(&findings("crates/gateway/src/smtp/relay.rs", text, "")), [""; 0]);
    }
}

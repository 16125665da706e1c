//! `docs/benchmarks.md`: a section for each benchmark. What stands between a section's markers is written by the
//! benchmark, everything else by people.

use crate::error::Error;
use crate::repository;

/// The document.
pub(super) const PATH: &str = "docs/benchmarks.md";

/// Puts `body` between the markers of `section`.
///
/// # Errors
/// [`Error::File`] when the document cannot be read or written, [`Error::NoMarkers`] when it has no such section.
pub(super) fn put(section: &str, body: &str) -> Result<(), Error> {
    let text = replaced(&repository::read(PATH)?, section, body)
        .ok_or_else(|| Error::NoMarkers { section: section.to_owned() })?;
    let path = repository::path(PATH);
    std::fs::write(&path, text).map_err(|source| Error::File { path, source })
}

/// The document with `body` between the markers; none when they are not both there, in order.
fn replaced(document: &str, section: &str, body: &str) -> Option<String> {
    let (before, rest) = document.split_once(&marker(section, "begin"))?;
    let (_, after) = rest.split_once(&marker(section, "end"))?;
    let (begin, end) = (marker(section, "begin"), marker(section, "end"));
    Some(format!("{before}{begin}\n{}\n{end}{after}", body.trim()))
}

fn marker(section: &str, which: &str) -> String {
    format!("<!-- bench {section}: {which} -->")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "# All\n<!-- bench a: begin -->\nold\n<!-- bench a: end -->\nsaid by people\n";

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let new = "# All\n<!-- bench a: begin -->\nnew\n<!-- bench a: end -->\nsaid by people\n";
        assert_eq!(replaced(DOCUMENT, "a", "\nnew\n\n").as_deref(), Some(new));
        assert_eq!(replaced(new, "a", "new").as_deref(), Some(new));
        assert_eq!(replaced(DOCUMENT, "b", "new"), None);
    }

    #[test]
    fn every_benchmark_has_its_section() {
        let document = repository::read(PATH).unwrap();
        for bench in super::super::BENCHES {
            assert!(
                replaced(&document, bench.name, "").is_some(),
                "{PATH} has no markers for {}",
                bench.name
            );
        }
    }
}

//! Short lists of texts that hold no line break: one text, each entry on a line.

/// The entries, each on a line.
pub(crate) fn join_lines<'t>(entries: impl IntoIterator<Item = &'t str>) -> String {
    entries.into_iter().collect::<Vec<_>>().join("\n")
}

/// The entries again; none for an empty text.
pub(crate) fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').filter(|line| !line.is_empty())
}

//! Filters and paths of SCIM.

use crate::scim::{Filter, PatchPath};

/// Filters and paths: what is read, written again, reads the same.
pub fn scim(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(filter) = text.parse::<Filter>() {
        let shown = filter.to_string();
        // Written with parentheses around each group it may be longer or deeper than there may be.
        if let Ok(again) = shown.parse::<Filter>() {
            assert_eq!(again, filter, "{shown}");
        }
    }
    if let Ok(path) = text.parse::<PatchPath>()
        && let Ok(again) = path.to_string().parse::<PatchPath>()
    {
        assert_eq!(again, path);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::scim;

    const PIECES: [&str; 22] = [
        "userName",
        "emails",
        "name.familyName",
        "urn:a:2.0:User:x",
        " eq ",
        " pr",
        " and ",
        " or ",
        "not ",
        "(",
        ")",
        "[",
        "]",
        ".",
        "\"a\"",
        "\"",
        "\\",
        "true",
        "null",
        "-1.5e3",
        " ",
        "ä",
    ];

    proptest! {
        #[test]
        fn filters_and_paths(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40)) {
            scim(pieces.concat().as_bytes());
        }

        #[test]
        fn numbers_of_every_size(digits in "-?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?") {
            scim(format!("n eq {digits}").as_bytes());
        }

        #[test]
        fn filters_and_paths_of_any_octets(data in prop::collection::vec(any::<u8>(), 0..200)) {
            scim(&data);
        }
    }
}

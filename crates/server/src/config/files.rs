//! Files that the configuration names.

use std::path::Path;

use zeroize::Zeroizing;

use super::mistake::Problem;
use super::value::Secret;

/// The secret in a file; the line end behind it does not belong to it.
///
/// # Errors
/// [`Problem::Unreadable`].
pub(super) fn read_secret(path: &Path) -> Result<Secret, Problem> {
    let unreadable = |reason: String| Problem::Unreadable { path: path.display().to_string(), reason };
    let text =
        std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| unreadable(error.to_string()))?;
    let secret = Secret::new(&text);
    if secret.expose().is_empty() { Err(unreadable("it is empty".to_owned())) } else { Ok(secret) }
}

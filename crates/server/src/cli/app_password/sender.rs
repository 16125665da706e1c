//! `--sender own|any|ADDRESS|@DOMAIN`

use postern_domain::app_password::{InvalidSenderList, SenderRestriction};

/// Why the values of `--sender` make no restriction.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// `own` or `any` with something else.
    #[error(
        "own, any and addresses exclude each other: give own alone, any alone, or addresses and @domains, which may include the account's own"
    )]
    Contradiction,
    /// A wrong address.
    #[error(transparent)]
    List(#[from] InvalidSenderList),
}

/// The restriction that several of them make; `own` is the default.
///
/// # Errors
/// [`SenderError`].
pub(super) fn restriction(senders: &[String]) -> Result<SenderRestriction, SenderError> {
    let all_are = |word: &str| senders.iter().all(|sender| sender == word);
    if all_are("own") {
        return Ok(SenderRestriction::AccountAddresses);
    }
    if all_are("any") {
        return Ok(SenderRestriction::Unrestricted);
    }
    if senders.iter().any(|sender| sender == "own" || sender == "any") {
        return Err(SenderError::Contradiction);
    }
    Ok(SenderRestriction::listed(senders.iter().map(String::as_str))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_a_restriction() {
        let made = |texts: &[&str]| {
            let texts: Vec<_> = texts.iter().map(ToString::to_string).collect();
            restriction(&texts)
        };
        assert!(matches!(made(&[]), Ok(SenderRestriction::AccountAddresses)));
        assert!(matches!(made(&["own", "own"]), Ok(SenderRestriction::AccountAddresses)));
        assert!(matches!(made(&["any"]), Ok(SenderRestriction::Unrestricted)));
        for contradiction in [["a@example.org", "any"], ["any", "own"], ["own", "a@example.org"]] {
            assert!(matches!(made(&contradiction), Err(SenderError::Contradiction)), "{contradiction:?}");
        }
        assert!(
            matches!(made(&["A@example.org", "@example.net"]), Ok(SenderRestriction::Listed(list)) if list.len() == 2)
        );
        assert!(matches!(made(&["example.org"]), Err(SenderError::List(InvalidSenderList::Entry { .. }))));
    }
}

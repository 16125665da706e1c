//! `--sender own|any|ADDRESS|@DOMAIN`

use postern_domain::app_password::{InvalidSenderList, SenderRestriction};

/// The restriction that several of them make: `any` wins, then the listed ones, then `own`, which is the default.
///
/// # Errors
/// [`InvalidSenderList`].
pub(super) fn restriction(senders: &[String]) -> Result<SenderRestriction, InvalidSenderList> {
    if senders.iter().any(|sender| sender == "any") {
        return Ok(SenderRestriction::Unrestricted);
    }
    let listed: Vec<_> = senders.iter().map(String::as_str).filter(|sender| *sender != "own").collect();
    if listed.is_empty() {
        return Ok(SenderRestriction::AccountAddresses);
    }
    SenderRestriction::listed(listed)
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
        assert_eq!(made(&[]), Ok(SenderRestriction::AccountAddresses));
        assert_eq!(made(&["own"]), Ok(SenderRestriction::AccountAddresses));
        assert_eq!(made(&["a@example.org", "any"]), Ok(SenderRestriction::Unrestricted));
        assert!(
            matches!(made(&["A@example.org", "@example.net"]), Ok(SenderRestriction::Listed(list)) if list.len() == 2)
        );
        assert!(matches!(made(&["example.org"]), Err(InvalidSenderList::Entry { .. })));
    }
}

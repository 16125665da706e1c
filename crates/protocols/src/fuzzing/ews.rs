//! The reader of SOAP headers under any input.

use crate::ews::{
    HeaderFacts, HeaderProblem, HeaderReader, MAX_HEADER, MAX_IDENTITY, ReadStep, force_impersonation,
};

/// The first octet chooses the size of the cuts; the rest is a request.
pub fn ews_header(data: &[u8]) {
    let Some((choice, request)) = data.split_first() else { return };
    let whole = read(request, request.len().max(1));
    assert_eq!(read(request, usize::from(*choice) + 1), whole, "the cuts between reads make no difference");
    let Ok(facts) = whole else { return };
    if let Some(impersonation) = &facts.impersonation {
        let identity = &impersonation.identity;
        assert!((1..=MAX_IDENTITY).contains(&identity.len()), "an identity is bounded");
        assert!(
            !identity.contains(|c: char| c.is_control() || c.is_whitespace()),
            "an identity can be logged"
        );
        let element = &request[impersonation.range.clone()];
        assert!(element.starts_with(b"<") && element.ends_with(b">"), "the place is that of an element");
    }
    let forced = force_impersonation(&facts, "anna@ex.com").apply(request);
    // A header near its limit grows over it, and a deep one gets no deeper.
    match read(&forced, forced.len()) {
        Ok(facts) => {
            let identity = facts.impersonation.map(|impersonation| impersonation.identity);
            assert_eq!(
                identity.as_deref(),
                Some("anna@ex.com"),
                "the forced mailbox is the one that is read"
            );
        }
        Err(problem) => assert_eq!(problem, HeaderProblem::TooLong, "a forced request is taken"),
    }
}

fn read(request: &[u8], size: usize) -> Result<HeaderFacts, HeaderProblem> {
    let mut reader = HeaderReader::new();
    let mut facts = None;
    for piece in request.chunks(size) {
        match reader.feed(piece) {
            ReadStep::NeedMore => {}
            ReadStep::Done(found) => assert!(facts.replace(found).is_none(), "done once"),
            ReadStep::Refused(problem) => return Err(problem),
        }
        assert!(reader.buffered() <= MAX_HEADER, "memory is bounded");
    }
    reader.finish()?;
    Ok(facts.expect("a whole envelope has a Body"))
}

//! Feeds requests whole and in pieces; the answer must be the same.

use postern_protocols::ews::{HeaderFacts, HeaderProblem, HeaderReader, MAX_HEADER, ReadStep};

/// The declarations that most requests begin with.
pub(crate) const ENVELOPE: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
     xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\">";

/// A request with this in its Header.
pub(crate) fn with_header(header: &str) -> String {
    format!("{ENVELOPE}<s:Header>{header}</s:Header><s:Body><x/></s:Body></s:Envelope>")
}

/// A request with this in its ConnectingSID.
pub(crate) fn with_identity(identity: &str) -> String {
    with_header(&format!(
        "<t:ExchangeImpersonation><t:ConnectingSID>{identity}</t:ConnectingSID></t:ExchangeImpersonation>"
    ))
}

/// Reads the whole request, and requires that cutting it differently changes nothing.
pub(crate) fn read(request: impl AsRef<[u8]>) -> Result<HeaderFacts, HeaderProblem> {
    let request = request.as_ref();
    let whole = read_in_pieces(request, request.len().max(1));
    for size in [1, 2, 3, 7, 64] {
        assert_eq!(read_in_pieces(request, size), whole, "in pieces of {size}");
    }
    whole
}

/// Likewise, for the problem.
pub(crate) fn problem(request: impl AsRef<[u8]>) -> HeaderProblem {
    read(request).expect_err("a problem")
}

fn read_in_pieces(request: &[u8], size: usize) -> Result<HeaderFacts, HeaderProblem> {
    let mut reader = HeaderReader::new();
    let mut facts = None;
    for piece in request.chunks(size) {
        match reader.feed(piece) {
            ReadStep::NeedMore => {}
            ReadStep::Done(found) => assert!(facts.replace(found).is_none(), "done once"),
            ReadStep::Refused(problem) => {
                assert_eq!(reader.feed(b"<"), ReadStep::Refused(problem), "a refusal is final");
                assert_eq!(reader.finish(), Err(problem));
                return Err(problem);
            }
        }
        assert!(reader.buffered() <= MAX_HEADER, "memory is bounded");
    }
    reader.finish()?;
    Ok(facts.expect("a whole envelope has a Body"))
}

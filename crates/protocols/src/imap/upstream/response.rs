//! A server's response, as far as a sign-in has to understand it (RFC 9051 §7).

/// A response. Texts are what follows the status, its code included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Response<'a> {
    /// `* …`
    Untagged { status: Option<Status>, text: &'a [u8] },
    /// `+ …`, also without the space (Dovecot).
    Continuation { challenge: &'a [u8] },
    /// `P …`
    Tagged { status: Status, text: &'a [u8] },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    No,
    Bad,
    Bye,
    PreAuth,
}

/// Reads a response; `None`: it is none, or has another tag than ours.
pub(super) fn read(line: &[u8]) -> Option<Response<'_>> {
    if let Some(challenge) = line.strip_prefix(b"+") {
        return Some(Response::Continuation { challenge: challenge.trim_ascii() });
    }
    if let Some(rest) = line.strip_prefix(b"* ") {
        return Some(match status(rest) {
            Some((status, text)) => Response::Untagged { status: Some(status), text },
            None => Response::Untagged { status: None, text: rest },
        });
    }
    let (status, text) = status(line.strip_prefix(b"P ")?)?;
    Some(Response::Tagged { status, text })
}

impl Response<'_> {
    /// The capabilities, if the response tells them: `* CAPABILITY …`, or the code of an OK.
    pub(super) fn capabilities(&self) -> Option<Vec<String>> {
        let list = match self {
            Self::Untagged { status: None, text } => strip_word(text, b"CAPABILITY")?,
            Self::Untagged { status: Some(Status::Ok), text } | Self::Tagged { status: Status::Ok, text } => {
                strip_word(code(text)?, b"CAPABILITY")?
            }
            _ => return None,
        };
        let list = String::from_utf8_lossy(list);
        Some(list.split_ascii_whitespace().map(str::to_owned).collect())
    }
}

/// Whether a refusal has a code of RFC 5530 that says "not now".
pub(super) fn is_temporary(text: &[u8]) -> bool {
    let temporary: [&[u8]; 4] = [b"UNAVAILABLE", b"INUSE", b"LIMIT", b"SERVERBUG"];
    code(text).is_some_and(|code| temporary.iter().any(|name| code.eq_ignore_ascii_case(name)))
}

/// What stands in the brackets at the head of a text.
fn code(text: &[u8]) -> Option<&[u8]> {
    let inside = text.strip_prefix(b"[")?;
    Some(&inside[..inside.iter().position(|&octet| octet == b']')?])
}

fn status(text: &[u8]) -> Option<(Status, &[u8])> {
    let words: [(&[u8], Status); 5] = [
        (b"OK", Status::Ok),
        (b"NO", Status::No),
        (b"BAD", Status::Bad),
        (b"BYE", Status::Bye),
        (b"PREAUTH", Status::PreAuth),
    ];
    words.into_iter().find_map(|(word, status)| Some((status, strip_word(text, word)?)))
}

/// What follows a word and a space, or nothing when the word stands alone.
fn strip_word<'a>(text: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = text.split_at_checked(word.len())?;
    if !head.eq_ignore_ascii_case(word) {
        return None;
    }
    match rest {
        [] => Some(rest),
        [b' ', rest @ ..] => Some(rest),
        _ => None,
    }
}

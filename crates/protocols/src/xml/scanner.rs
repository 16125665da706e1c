//! Where tokens begin and end.

use super::XmlProblem;
use super::utf8::Utf8;

/// What a token is. Text is what stands between two others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `<name …>`
    StartTag,
    /// `<name …/>`
    EmptyTag,
    /// `</name>`
    EndTag,
    /// `<!--…-->`
    Comment,
    /// `<![CDATA[…]]>`
    CData,
    /// `<?…?>`; whether it is a declaration in its place is the caller's to say.
    Instruction,
}

/// What an octet does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It belongs to text.
    Text,
    /// It is the `<` that begins a token and ends text.
    Begins,
    /// It belongs to the token that has begun.
    Within,
    /// It is the last one of the token.
    Ends(Kind),
}

#[derive(Debug, Clone, Copy)]
enum State {
    Text,
    /// Behind `<`.
    Open,
    /// Behind `<!` and so many octets of `--` or of `[CDATA[`.
    Bang {
        expected: &'static [u8],
        read: usize,
    },
    StartTag {
        quote: Option<u8>,
        after_slash: bool,
    },
    EndTag,
    Comment {
        dashes: u8,
    },
    CData {
        brackets: u8,
    },
    Instruction {
        after_question_mark: bool,
    },
}

/// Finds the ends of tokens. It keeps a few octets, however long the tokens are.
#[derive(Debug)]
pub(crate) struct Scanner {
    state: State,
    utf8: Utf8,
}

impl Scanner {
    pub(crate) fn new() -> Self {
        Self { state: State::Text, utf8: Utf8::new() }
    }

    /// Whether the next octet stands between tokens.
    pub(crate) fn is_between_tokens(&self) -> bool {
        matches!(self.state, State::Text)
    }

    /// How many of the next octets are plain ASCII text, which need not be pushed one by one: most of a
    /// body is base64.
    pub(crate) fn plain_text(&self, octets: &[u8]) -> usize {
        if !self.is_between_tokens() || !self.utf8.is_complete() {
            return 0;
        }
        let is_plain = |octet: &u8| matches!(octet, b' '..=b'~' | b'\t' | b'\r' | b'\n') && *octet != b'<';
        octets.iter().position(|octet| !is_plain(octet)).unwrap_or(octets.len())
    }

    /// Takes the next octet.
    pub(crate) fn push(&mut self, octet: u8) -> Result<Step, XmlProblem> {
        if !self.utf8.push(octet) {
            return Err(XmlProblem::Utf8);
        }
        if octet < b' ' && !matches!(octet, b'\t' | b'\r' | b'\n') {
            return Err(XmlProblem::Character);
        }
        let (state, step) = self.state.next(octet)?;
        self.state = state;
        Ok(step)
    }
}

impl State {
    fn next(self, octet: u8) -> Result<(Self, Step), XmlProblem> {
        let state = match (self, octet) {
            (Self::Text, b'<') => return Ok((Self::Open, Step::Begins)),
            (Self::Text, _) => return Ok((Self::Text, Step::Text)),
            (Self::Open, b'!') => Self::Bang { expected: b"", read: 0 },
            (Self::Open, b'?') => Self::Instruction { after_question_mark: false },
            (Self::Open, b'/') => Self::EndTag,
            (Self::Open, b'<' | b'>' | b'"' | b'\'') | (Self::EndTag, b'<') => {
                return Err(XmlProblem::Syntax);
            }
            (Self::Open, _) => Self::StartTag { quote: None, after_slash: false },
            (Self::Bang { expected, read }, _) => bang(expected, read, octet)?,
            (Self::StartTag { quote, after_slash }, _) => return start_tag(quote, after_slash, octet),
            (Self::EndTag, b'>') => return Ok((Self::Text, Step::Ends(Kind::EndTag))),
            (Self::EndTag, _) => Self::EndTag,
            (Self::Comment { dashes: 2 }, b'>') => return Ok((Self::Text, Step::Ends(Kind::Comment))),
            // "--" must not occur within comments (§2.5); readers that do not mind end them elsewhere.
            (Self::Comment { dashes: 2 }, _) => return Err(XmlProblem::Syntax),
            (Self::Comment { dashes }, b'-') => Self::Comment { dashes: dashes + 1 },
            (Self::Comment { .. }, _) => Self::Comment { dashes: 0 },
            (Self::CData { brackets: 2 }, b'>') => return Ok((Self::Text, Step::Ends(Kind::CData))),
            (Self::CData { brackets }, b']') => Self::CData { brackets: (brackets + 1).min(2) },
            (Self::CData { .. }, _) => Self::CData { brackets: 0 },
            (Self::Instruction { after_question_mark: true }, b'>') => {
                return Ok((Self::Text, Step::Ends(Kind::Instruction)));
            }
            (Self::Instruction { .. }, _) => Self::Instruction { after_question_mark: octet == b'?' },
        };
        Ok((state, Step::Within))
    }
}

/// Behind `<!`: a comment, a CDATA section, or what is not taken.
fn bang(expected: &'static [u8], read: usize, octet: u8) -> Result<State, XmlProblem> {
    let expected = match (read, octet) {
        (0, b'-') => b"--",
        (0, b'[') => b"[CDATA[".as_slice(),
        (0, b'D' | b'd') => return Err(XmlProblem::DocumentType),
        (0, _) => return Err(XmlProblem::Syntax),
        _ => expected,
    };
    match expected.get(read) {
        Some(&next) if next == octet && read + 1 < expected.len() => {
            Ok(State::Bang { expected, read: read + 1 })
        }
        Some(&next) if next == octet && next == b'-' => Ok(State::Comment { dashes: 0 }),
        Some(&next) if next == octet => Ok(State::CData { brackets: 0 }),
        _ => Err(XmlProblem::Syntax),
    }
}

fn start_tag(quote: Option<u8>, after_slash: bool, octet: u8) -> Result<(State, Step), XmlProblem> {
    let quote = match (quote, octet) {
        (_, b'<') => return Err(XmlProblem::Syntax),
        (Some(open), _) if octet == open => None,
        (Some(_), _) => quote,
        (None, b'"' | b'\'') => Some(octet),
        (None, b'>') => {
            let kind = if after_slash { Kind::EmptyTag } else { Kind::StartTag };
            return Ok((State::Text, Step::Ends(kind)));
        }
        (None, _) => None,
    };
    Ok((State::StartTag { quote, after_slash: quote.is_none() && octet == b'/' }, Step::Within))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens and the texts of a document, one a line.
    fn tokens(document: &[u8]) -> Result<Vec<String>, XmlProblem> {
        let mut scanner = Scanner::new();
        let mut tokens = Vec::new();
        let mut start = 0;
        for (index, &octet) in document.iter().enumerate() {
            let end = match scanner.push(octet)? {
                Step::Begins => index,
                Step::Ends(_) => index + 1,
                Step::Text | Step::Within => continue,
            };
            if end > start {
                tokens.push(String::from_utf8_lossy(&document[start..end]).into_owned());
            }
            start = end;
        }
        Ok(tokens)
    }

    #[test]
    fn splits_where_tokens_end() {
        let document =
            "<?xml version='1.0'?> <a b='>' c=\"'/>\"><!-- <x> - --><![CDATA[]]<]]]]>t &lt;<b/></a >";
        assert_eq!(
            tokens(document.as_bytes()).expect("tokens"),
            [
                "<?xml version='1.0'?>",
                " ",
                "<a b='>' c=\"'/>\">",
                "<!-- <x> - -->",
                "<![CDATA[]]<]]]]>",
                "t &lt;",
                "<b/>",
                "</a >",
            ]
        );
    }

    #[test]
    fn refuses_what_is_read_differently() {
        for (document, problem) in [
            (&b"<!DOCTYPE x>"[..], XmlProblem::DocumentType),
            (b"<!doctype x>", XmlProblem::DocumentType),
            (b"<!ENTITY x>", XmlProblem::Syntax),
            (b"<![cdata[x]]>", XmlProblem::Syntax),
            (b"<!->", XmlProblem::Syntax),
            (b"<!-- a -- b -->", XmlProblem::Syntax),
            (b"<!-- a --->", XmlProblem::Syntax),
            (b"<a <b>", XmlProblem::Syntax),
            (b"<a b='<'>", XmlProblem::Syntax),
            (b"<<a>", XmlProblem::Syntax),
            (b"</a <b>", XmlProblem::Syntax),
            (b"<>", XmlProblem::Syntax),
            (b"a\0", XmlProblem::Character),
            (b"a\x0b", XmlProblem::Character),
            (b"\xc0\xbca>", XmlProblem::Utf8),
            (b"<\xff", XmlProblem::Utf8),
        ] {
            assert_eq!(tokens(document), Err(problem), "{}", document.escape_ascii());
        }
    }
}

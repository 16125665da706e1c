//! A filter or a path as tokens.

use serde_json::Number;

use super::filter::Literal;
use super::{Invalid, MOST_OCTETS};

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'t> {
    /// An attribute's name, an operator, `and`, `true` and so on.
    Word(&'t str),
    /// A value between quotes, or a number.
    Literal(Literal),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    /// The dot after a bracket, before the part of an attribute.
    Dot,
}

/// The tokens of a text, one ahead.
pub(super) struct Tokens<'t> {
    text: &'t str,
    next: usize,
    /// The token that comes, with where it begins.
    ahead: Option<(Token<'t>, usize)>,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(text: &'t str) -> Result<Self, Invalid> {
        if text.len() > MOST_OCTETS {
            return Err(Invalid::TooLong);
        }
        let mut tokens = Self { text, next: 0, ahead: None };
        tokens.advance()?;
        Ok(tokens)
    }

    /// The token that comes.
    pub(super) fn peek(&self) -> Option<&Token<'t>> {
        self.ahead.as_ref().map(|(token, _)| token)
    }

    /// Takes the token that comes.
    pub(super) fn take(&mut self) -> Result<Option<Token<'t>>, Invalid> {
        let token = self.ahead.take();
        self.advance()?;
        Ok(token.map(|(token, _)| token))
    }

    /// Takes the token that comes if it is that one.
    pub(super) fn take_if(&mut self, wanted: &Token<'_>) -> Result<bool, Invalid> {
        let is = self.peek() == Some(wanted);
        if is {
            self.take()?;
        }
        Ok(is)
    }

    /// Takes the word that comes if it is that one, whatever its case.
    pub(super) fn take_word(&mut self, wanted: &str) -> Result<bool, Invalid> {
        let is = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        if is {
            self.take()?;
        }
        Ok(is)
    }

    /// The error that something else was expected here.
    pub(super) fn expected(&self, expected: &'static str) -> Invalid {
        let offset = self.ahead.as_ref().map_or(self.text.len(), |(_, offset)| *offset);
        Invalid::Expected { expected, at: self.character(offset) }
    }

    fn character(&self, offset: usize) -> usize {
        self.text.get(..offset).map_or(1, |before| before.chars().count() + 1)
    }

    fn advance(&mut self) -> Result<(), Invalid> {
        let rest = &self.text[self.next..];
        let rest = rest.trim_start_matches([' ', '\t']);
        let start = self.text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            self.next = start;
            self.ahead = None;
            return Ok(());
        };
        let wrong = |expected| Invalid::Expected { expected, at: self.character(start) };
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '[' => (Token::OpenBracket, 1),
            ']' => (Token::CloseBracket, 1),
            '.' => (Token::Dot, 1),
            '"' => {
                let length = quoted(rest).ok_or_else(|| wrong("a closing quote"))?;
                let text = serde_json::from_str(&rest[..length]).map_err(|_| wrong("a JSON string"))?;
                (Token::Literal(Literal::Text(text)), length)
            }
            '-' | '0'..='9' => {
                let length = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
                let length = length.unwrap_or(rest.len());
                let number = number(&rest[..length]).ok_or_else(|| wrong("a number"))?;
                (Token::Literal(Literal::Number(number)), length)
            }
            first if first.is_ascii_alphabetic() || first == '$' => {
                let length = rest.find(|c: char| !is_of_word(c)).unwrap_or(rest.len());
                (Token::Word(&rest[..length]), length)
            }
            _ => return Err(wrong("an attribute, an operator or a value")),
        };
        self.next = start + length;
        self.ahead = Some((token, start));
        Ok(())
    }
}

const fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '$')
}

/// The number that a text is in JSON. What is no integer is the nearest double there is: `serde_json` reads some, such as
/// `6E78`, as a neighbour of it.
fn number(text: &str) -> Option<Number> {
    let read: Number = serde_json::from_str(text).ok()?;
    if read.is_f64() { Number::from_f64(text.parse().ok()?) } else { Some(read) }
}

/// The length of the string at the beginning, quotes included.
fn quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (offset, octet) in text.bytes().enumerate().skip(1) {
        match octet {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(offset + 1),
            _ => {}
        }
    }
    None
}

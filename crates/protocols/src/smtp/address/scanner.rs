//! The tokens of addresses.

use super::display::{check_comments, check_display_name};
use super::{Address, AddressError, is_atom_text};

/// Deeper nesting of comments is refused; nobody writes it.
const MAX_COMMENT_DEPTH: u32 = 16;

/// A cursor over text that is known to be UTF-8 without control characters (tabs excepted).
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

/// A word: an atom with dots in it, or a quoted string's content.
pub(crate) enum Word<'a> {
    Atom(&'a str),
    Quoted(String),
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Result<Self, AddressError> {
        let text = std::str::from_utf8(body).map_err(|_| AddressError::Octet)?;
        if text.chars().any(|character| character.is_control() && character != '\t') {
            return Err(AddressError::Octet);
        }
        Ok(Self { text, at: 0 })
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(crate) fn next(&mut self) -> Option<u8> {
        let octet = self.peek()?;
        // Only ASCII delimiters are taken one by one; words take whole characters.
        self.at += 1;
        Some(octet)
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(crate) fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Checks what was read since `start`, an earlier [`Scanner::rest`], as a display name.
    pub(crate) fn check_display_name(&self, start: &str) -> Result<(), AddressError> {
        check_display_name(&start[..start.len() - self.rest().len()])
    }

    /// Skips white space and comments.
    pub(crate) fn skip_comments(&mut self) -> Result<(), AddressError> {
        let start = self.at;
        self.skip_to_token()?;
        check_comments(&self.text[start..self.at])
    }

    fn skip_to_token(&mut self) -> Result<(), AddressError> {
        let mut depth = 0_u32;
        loop {
            match self.peek() {
                Some(b'(') => depth += 1,
                Some(b')') if depth > 0 => depth -= 1,
                Some(b'\\') if depth > 0 => self.at += 1,
                Some(b' ' | b'\t') => {}
                None if depth > 0 => return Err(AddressError::Unterminated),
                Some(_) if depth > 0 => {}
                _ => return Ok(()),
            }
            if depth > MAX_COMMENT_DEPTH {
                return Err(AddressError::Depth);
            }
            self.at += 1;
            // A quoted pair or a comment may hold any character, so the cursor is moved to the next boundary.
            while self.at < self.text.len() && !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
    }

    /// Reads an atom with dots, or a quoted string.
    pub(crate) fn word(&mut self) -> Result<Word<'a>, AddressError> {
        if self.peek() == Some(b'"') {
            return self.quoted().map(Word::Quoted);
        }
        let rest = self.rest();
        let end = rest.find(|character| !is_atom_text(character) && character != '.').unwrap_or(rest.len());
        if end == 0 {
            return Err(AddressError::Syntax);
        }
        self.at += end;
        Ok(Word::Atom(&rest[..end]))
    }

    fn quoted(&mut self) -> Result<String, AddressError> {
        let mut content = String::new();
        let mut characters = self.text[self.at + 1..].char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += offset + 2;
                    return Ok(content);
                }
                '\\' => match characters.next() {
                    Some((_, escaped)) => content.push(escaped),
                    None => return Err(AddressError::Unterminated),
                },
                other => content.push(other),
            }
        }
        Err(AddressError::Unterminated)
    }

    /// `<` addr-spec `>`, with white space inside the brackets at most.
    pub(crate) fn angle_address(&mut self) -> Result<Address, AddressError> {
        self.next();
        self.skip_spaces();
        if self.peek() == Some(b'@') {
            return Err(AddressError::Route);
        }
        let word = self.word()?;
        let address = self.address_from(&word)?;
        self.skip_spaces();
        if self.next() == Some(b'>') { Ok(address) } else { Err(AddressError::Syntax) }
    }

    /// The address whose local part was just read; the `@` is next.
    pub(crate) fn address_from(&mut self, local: &Word<'_>) -> Result<Address, AddressError> {
        match local {
            Word::Atom(atom) if atom.contains("=?") => Err(AddressError::EncodedWord),
            Word::Atom(atom) if !is_dot_atom(atom) => Err(AddressError::Syntax),
            _ => self.address_with(local),
        }
    }

    /// The address with this local part, without looking at its dots; the `@` is next.
    pub(crate) fn address_with(&mut self, local: &Word<'_>) -> Result<Address, AddressError> {
        if self.next() != Some(b'@') {
            return Err(AddressError::Syntax);
        }
        let domain = self.domain()?;
        Ok(Address::new(local, Some(domain)))
    }

    /// An address of the envelope: the domain may be missing (`postmaster`), and dots may stand anywhere in the local
    /// part, because mailboxes like `name.@carrier.example` exist.
    pub(crate) fn envelope_address(&mut self) -> Result<Address, AddressError> {
        let word = self.word()?;
        if self.peek() == Some(b'@') { self.address_with(&word) } else { Ok(Address::new(&word, None)) }
    }

    fn domain(&mut self) -> Result<&'a str, AddressError> {
        let rest = &self.text[self.at..];
        let end = if rest.starts_with('[') {
            let end = rest.find(']').ok_or(AddressError::Syntax)? + 1;
            let sound = rest[1..end - 1]
                .bytes()
                .all(|octet| octet.is_ascii_graphic() && !b"[\\<>\"".contains(&octet));
            if !sound || end == 2 {
                return Err(AddressError::Syntax);
            }
            end
        } else {
            let end = rest.find(|character: char| !is_domain_text(character)).unwrap_or(rest.len());
            if !is_dot_atom(&rest[..end]) {
                return Err(AddressError::Syntax);
            }
            end
        };
        self.at += end;
        Ok(&rest[..end])
    }
}

/// Atoms joined by single dots.
fn is_dot_atom(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty())
}

/// What a domain is made of: narrower than `atext`, wide enough for underscores and UTF-8.
fn is_domain_text(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_') || !character.is_ascii()
}

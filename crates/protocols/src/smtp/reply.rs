//! Replies: those that we write, and those of an upstream that we pass on.

use super::limits::MAX_REPLY_TEXT;

/// A complete reply. Its texts never contain a line end or another control character, so writing one cannot forge a
/// second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    lines: Vec<String>,
}

impl Reply {
    /// A reply of ours with an enhanced status code (RFC 3463), which stands on every line (RFC 2034 §4). A text too
    /// long for a line becomes several.
    pub fn new(code: u16, enhanced: &str, text: &str) -> Self {
        let lines = wrap(text).into_iter().map(|line| format!("{enhanced} {line}")).collect();
        Self { code, lines }
    }

    /// A reply without enhanced status code: greetings, EHLO, `334` and `354`.
    pub fn plain(code: u16, lines: impl IntoIterator<Item = String>) -> Self {
        let mut lines: Vec<String> = lines.into_iter().map(|line| clean(&line)).collect();
        if lines.is_empty() {
            lines.push(String::new());
        }
        Self { code, lines }
    }

    /// The three-digit code.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The texts behind the code, enhanced status codes included.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The enhanced status code of the first line, if it has one.
    pub fn enhanced(&self) -> Option<&str> {
        let word = self.lines.first()?.split(' ').next()?;
        let mut parts = word.split('.');
        let class = parts.next()?;
        let digits =
            |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|octet| octet.is_ascii_digit());
        let rest = [parts.next()?, parts.next()?];
        (matches!(class, "2" | "4" | "5") && parts.next().is_none() && rest.into_iter().all(digits))
            .then_some(word)
    }

    /// Whether the code says success.
    pub fn is_positive(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// Whether the code says "not now".
    pub fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// The octets to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            let mark = if index + 1 == self.lines.len() { ' ' } else { '-' };
            bytes.extend_from_slice(format!("{}{mark}{line}\r\n", self.code).as_bytes());
        }
        bytes
    }
}

/// Replaces what must not stand in a reply: control characters.
fn clean(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '?' } else { character }).collect()
}

/// Cuts a text into lines of at most [`MAX_REPLY_TEXT`] octets, at spaces where there are any.
fn wrap(text: &str) -> Vec<String> {
    let text = clean(text);
    let mut lines = Vec::new();
    let mut rest = text.as_str();
    while rest.len() > MAX_REPLY_TEXT {
        let mut cut = MAX_REPLY_TEXT;
        while !rest.is_char_boundary(cut) {
            cut -= 1;
        }
        let cut = rest[..cut].rfind(' ').filter(|&space| space > 0).unwrap_or(cut);
        lines.push(rest[..cut].to_owned());
        rest = rest[cut..].trim_start_matches(' ');
    }
    lines.push(rest.to_owned());
    lines
}

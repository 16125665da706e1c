//! POX and SOAP answers.

use std::ops::Range;

use super::{AnswerProblem, Rewriter};
use crate::xml::{
    BYTE_ORDER_MARK, Elements, Kind, Scanner, Step, Tag, XmlProblem, check_declaration, escape, is_space,
    unescape,
};

/// Rewrites the texts of the elements; everything else is copied.
pub(super) fn rewrite(rewriter: &Rewriter, answer: &[u8]) -> Result<Vec<u8>, AnswerProblem> {
    let mut scanner = Scanner::new();
    let mut document = Document {
        rewriter,
        open: Vec::new(),
        elements: Elements::default(),
        rewritten: Vec::new(),
        has_root: false,
    };
    let start_of_document = if answer.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    document.rewritten.extend_from_slice(&answer[..start_of_document]);
    let mut start = start_of_document;
    for (index, &octet) in answer.iter().enumerate().skip(start_of_document) {
        match scanner.push(octet)? {
            Step::Text | Step::Within => {}
            Step::Begins => {
                document.text(&answer[start..index])?;
                start = index;
            }
            Step::Ends(kind) => {
                document.token(kind, answer, start..index + 1, start_of_document)?;
                start = index + 1;
            }
        }
    }
    if !scanner.is_between_tokens() || !document.open.is_empty() || !document.has_root {
        return Err(XmlProblem::Incomplete.into());
    }
    document.text(&answer[start..])?;
    Ok(document.rewritten)
}

struct Document<'a> {
    rewriter: &'a Rewriter,
    /// The local names of the elements that are open.
    open: Vec<String>,
    elements: Elements,
    rewritten: Vec<u8>,
    has_root: bool,
}

impl Document<'_> {
    fn token(
        &mut self,
        kind: Kind,
        answer: &[u8],
        at: Range<usize>,
        start_of_document: usize,
    ) -> Result<(), AnswerProblem> {
        let token = &answer[at.clone()];
        match kind {
            Kind::Instruction if at.start == start_of_document => check_declaration(token)?,
            Kind::Instruction => return Err(XmlProblem::ProcessingInstruction.into()),
            Kind::Comment => {}
            Kind::CData => return self.cdata(token),
            Kind::StartTag | Kind::EmptyTag => self.start(token, kind == Kind::EmptyTag)?,
            Kind::EndTag => {
                self.elements.close(Tag::read(token)?.qualified)?;
                self.open.pop();
            }
        }
        self.rewritten.extend_from_slice(token);
        Ok(())
    }

    fn start(&mut self, token: &[u8], is_empty: bool) -> Result<(), AnswerProblem> {
        let tag = Tag::read(token)?;
        if tag.attributes.iter().any(|attribute| self.rewriter.text(&attribute.value).is_some()) {
            return Err(AnswerProblem::UnexpectedUrl);
        }
        let element = self.elements.open(&tag)?;
        if self.open.is_empty() && std::mem::replace(&mut self.has_root, true) {
            return Err(XmlProblem::Syntax.into());
        }
        if is_empty {
            self.elements.close(tag.qualified)?;
        } else {
            self.open.push(element.local);
        }
        Ok(())
    }

    fn text(&mut self, octets: &[u8]) -> Result<(), AnswerProblem> {
        let text = std::str::from_utf8(octets).map_err(|_| XmlProblem::Utf8)?;
        let value = unescape(text)?;
        match self.replacement(&value)? {
            Some(value) => self.rewritten.extend_from_slice(escape(&value).as_bytes()),
            None => self.rewritten.extend_from_slice(octets),
        }
        Ok(())
    }

    fn cdata(&mut self, token: &[u8]) -> Result<(), AnswerProblem> {
        let content = &token[b"<![CDATA[".len()..token.len() - b"]]>".len()];
        let text = std::str::from_utf8(content).map_err(|_| XmlProblem::Utf8)?;
        match self.replacement(text)? {
            // A gateway's name never ends a section, and the rest of the text did not.
            Some(value) => self.rewritten.extend_from_slice(format!("<![CDATA[{value}]]>").as_bytes()),
            None => self.rewritten.extend_from_slice(token),
        }
        Ok(())
    }

    /// What stands in the place of a text in the innermost element; `None` when it stays.
    fn replacement(&self, text: &str) -> Result<Option<String>, AnswerProblem> {
        let value = text.trim_matches(is_space);
        if value.is_empty() {
            return Ok(None);
        }
        let element = self.open.last().ok_or(XmlProblem::Syntax)?;
        // What is put in for the value alone; the white space around it stays.
        let replaced = |with: &str| Some(text.replacen(value, with, 1));
        match element.as_str() {
            "AuthPackage" => Ok(replaced("basic")),
            "RedirectUrl" | "RedirectAddr" | "RedirectTarget" | "Redirect" => {
                let rewritten = self.rewriter.text(text);
                // What it leads to in the end: a URL of the upstream may stand within one of somebody else.
                let target = rewritten.as_deref().unwrap_or(text).trim_matches(is_space);
                let is_ours = self.rewriter.is_gateway(target) || self.rewriter.is_own_address(target);
                if is_ours { Ok(rewritten) } else { Err(AnswerProblem::ForeignRedirect) }
            }
            "CertPrincipalName" => Ok(value
                .strip_prefix("msstd:")
                .and_then(|host| self.rewriter.host(host))
                .and_then(|host| replaced(&format!("msstd:{host}")))),
            // `Value` is that of a user setting, which may be a URL or a server.
            name if name.ends_with("Server") || matches!(name, "Hostname" | "Value") => {
                match self.rewriter.host(value) {
                    Some(host) => Ok(replaced(host)),
                    None => Ok(self.rewriter.service(text)),
                }
            }
            _ => Ok(self.rewriter.service(text)),
        }
    }
}

//! The elements of the envelope up to the Body, and what they say.

use std::ops::Range;

use super::{HeaderProblem, MAX_IDENTITY, SOAP, TYPES};
use crate::xml::{Element, Elements, Tag, XmlProblem, is_space, unescape};

/// What the header of a request says. Offsets count octets from the first one of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderFacts {
    /// Whom the request acts as, when it says so.
    pub impersonation: Option<Impersonation>,
    /// Where the Header stands, when there is one.
    pub header: Option<HeaderPlace>,
    /// Where the Body's start tag begins.
    pub body: usize,
    /// The envelope's prefix, empty when SOAP is the default namespace there.
    pub prefix: String,
}

/// Where the Header stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderPlace {
    /// Its content, between the tags; of an empty tag, which has none, the tag itself.
    pub range: Range<usize>,
    /// Whether it is `<s:Header/>`.
    pub is_empty_tag: bool,
}

/// Whom a request acts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impersonation {
    /// What the identity is.
    pub kind: Kind,
    /// The identity: 1 to [`MAX_IDENTITY`] octets of ASCII letters, digits and the other signs of an address without quotes.
    /// Otherwise as it was sent.
    pub identity: String,
    /// Where the element `ExchangeImpersonation` stands.
    pub range: Range<usize>,
}

/// The kinds of identity in a `ConnectingSID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The user principal name.
    PrincipalName,
    /// The security identifier, `S-1-5-21-…`.
    Sid,
    /// The primary address.
    PrimarySmtpAddress,
    /// Any address.
    SmtpAddress,
}

impl Kind {
    fn from_element(element: &Element) -> Option<Self> {
        if element.namespace != TYPES {
            return None;
        }
        match element.local.as_str() {
            "PrincipalName" => Some(Self::PrincipalName),
            "SID" => Some(Self::Sid),
            "PrimarySmtpAddress" => Some(Self::PrimarySmtpAddress),
            "SmtpAddress" => Some(Self::SmtpAddress),
            _ => None,
        }
    }
}

/// Header elements of Exchange that change how an answer looks, never whose it is.
const HARMLESS: [&str; 5] =
    ["RequestServerVersion", "MailboxCulture", "TimeZoneContext", "DateTimePrecision", "BackgroundLoad"];

/// Header elements that carry another identity than that of the connection, or claim a role, by local name in lower case.
/// They are refused in every namespace, because a server may look at the local name only.
const ACCESS_MODES: [&str; 8] = [
    "serializedsecuritycontext",
    "proxysecuritycontext",
    "proxysuggestersid",
    "proxypartnertoken",
    "openasadminorsystemservice",
    "managementrole",
    "connectingsid",
    "security",
];

/// Elements of SOAP's own, which have one place each.
const STRUCTURE: [&str; 3] = ["envelope", "header", "body"];

pub(super) const IMPERSONATION: &str = "exchangeimpersonation";

/// Reads the tokens of the envelope until the Body begins.
#[derive(Debug, Default)]
pub(super) struct EnvelopeReader {
    elements: Elements,
    /// The namespace of the Envelope and its name as written.
    envelope: Option<(String, String)>,
    prefix: String,
    header: Option<HeaderPlace>,
    impersonation: Option<Impersonation>,
    /// The `ExchangeImpersonation` that is open.
    draft: Option<Draft>,
}

#[derive(Debug)]
struct Draft {
    start: usize,
    has_connecting_sid: bool,
    identity: Option<(Kind, Option<String>)>,
}

/// What a start tag led to.
pub(super) enum Opened {
    Goes,
    /// The Body has begun: what it is called and what the Envelope is called.
    Body {
        qualified: String,
        envelope: String,
    },
}

impl EnvelopeReader {
    pub(super) fn facts(self, body: usize) -> HeaderFacts {
        HeaderFacts { impersonation: self.impersonation, header: self.header, body, prefix: self.prefix }
    }

    /// A start tag or an empty tag at these octets.
    pub(super) fn start(
        &mut self,
        token: &[u8],
        at: Range<usize>,
        is_empty: bool,
    ) -> Result<Opened, HeaderProblem> {
        let tag = Tag::read(token)?;
        let element = self.elements.open(&tag)?;
        match self.elements.depth() {
            1 => self.envelope(&tag, &element, is_empty)?,
            2 => {
                if let Some(opened) = self.envelope_child(&tag, &element, &at, is_empty)? {
                    return Ok(opened);
                }
            }
            3 => self.header_child(&element, at.start)?,
            depth => self.descendant(&element, depth)?,
        }
        if is_empty {
            self.end_of(tag.qualified, &at)?;
        }
        Ok(Opened::Goes)
    }

    fn envelope(&mut self, tag: &Tag<'_>, element: &Element, is_empty: bool) -> Result<(), HeaderProblem> {
        if self.envelope.is_some()
            || is_empty
            || element.local != "Envelope"
            || !SOAP.contains(&&*element.namespace)
        {
            return Err(HeaderProblem::NoEnvelope);
        }
        self.prefix = tag.name.prefix.to_owned();
        self.envelope = Some((element.namespace.clone(), tag.qualified.to_owned()));
        Ok(())
    }

    fn envelope_child(
        &mut self,
        tag: &Tag<'_>,
        element: &Element,
        at: &Range<usize>,
        is_empty: bool,
    ) -> Result<Option<Opened>, HeaderProblem> {
        let (namespace, envelope) = self.envelope.as_ref().ok_or(HeaderProblem::NoEnvelope)?;
        if element.local.eq_ignore_ascii_case(IMPERSONATION) {
            return Err(HeaderProblem::MisplacedImpersonation);
        }
        match element.local.as_str() {
            "Body" if element.namespace == *namespace => {
                Ok(Some(Opened::Body { qualified: tag.qualified.to_owned(), envelope: envelope.clone() }))
            }
            "Header" if element.namespace == *namespace && self.header.is_none() => {
                let range = if is_empty { at.clone() } else { at.end..at.end };
                self.header = Some(HeaderPlace { range, is_empty_tag: is_empty });
                Ok(None)
            }
            _ => Err(HeaderProblem::Envelope),
        }
    }

    fn header_child(&mut self, element: &Element, start: usize) -> Result<(), HeaderProblem> {
        if element.local == "ExchangeImpersonation" && element.namespace == TYPES {
            if self.impersonation.is_some() {
                return Err(HeaderProblem::SeveralImpersonations);
            }
            check_attributes(element)?;
            self.draft = Some(Draft { start, has_connecting_sid: false, identity: None });
            return Ok(());
        }
        check_name(element)?;
        let is_of_exchange =
            element.namespace.to_ascii_lowercase().contains("schemas.microsoft.com/exchange/");
        if (is_of_exchange || element.namespace.is_empty())
            && !(element.namespace == TYPES && HARMLESS.contains(&&*element.local))
        {
            return Err(HeaderProblem::UnknownHeader);
        }
        Ok(())
    }

    fn descendant(&mut self, element: &Element, depth: usize) -> Result<(), HeaderProblem> {
        let Some(draft) = &mut self.draft else { return check_name(element) };
        match depth {
            4 if element.local == "ConnectingSID"
                && element.namespace == TYPES
                && !draft.has_connecting_sid =>
            {
                draft.has_connecting_sid = true;
            }
            5 if draft.identity.is_none() => {
                draft.identity =
                    Some((Kind::from_element(element).ok_or(HeaderProblem::Impersonation)?, None));
            }
            6.. => return Err(HeaderProblem::Identity),
            _ => return Err(HeaderProblem::Impersonation),
        }
        check_attributes(element)
    }

    /// An end tag at these octets.
    pub(super) fn end(&mut self, token: &[u8], at: &Range<usize>) -> Result<(), HeaderProblem> {
        self.end_of(Tag::read(token)?.qualified, at)
    }

    fn end_of(&mut self, qualified: &str, at: &Range<usize>) -> Result<(), HeaderProblem> {
        self.elements.close(qualified)?;
        match self.elements.depth() {
            // The Envelope ended before it had a Body.
            0 => Err(HeaderProblem::Envelope),
            1 => {
                if let Some(header) = self.header.as_mut().filter(|header| !header.is_empty_tag) {
                    header.range.end = at.start;
                }
                Ok(())
            }
            2 => match self.draft.take() {
                Some(draft) => {
                    self.impersonation = Some(draft.finish(at.end)?);
                    Ok(())
                }
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// The whole text between two tokens, its references not resolved yet.
    pub(super) fn text(&mut self, octets: &[u8]) -> Result<(), HeaderProblem> {
        let text = std::str::from_utf8(octets).map_err(|_| XmlProblem::Utf8)?;
        let text = unescape(text)?;
        let takes_text = self.takes_text();
        match self.open_identity() {
            Some(identity) => note_identity(identity, &text),
            None if takes_text || text.chars().all(is_space) => Ok(()),
            None => Err(HeaderProblem::StrayText),
        }
    }

    /// What a CDATA section holds.
    pub(super) fn cdata(&mut self, octets: &[u8]) -> Result<(), HeaderProblem> {
        let text = std::str::from_utf8(octets).map_err(|_| XmlProblem::Utf8)?;
        let takes_text = self.takes_text();
        match self.open_identity() {
            Some(identity) => note_identity(identity, text),
            None if takes_text => Ok(()),
            None => Err(HeaderProblem::StrayText),
        }
    }

    /// A comment: nothing, except within an identity, where one reader stops at it and another one reads on.
    pub(super) fn comment(&mut self) -> Result<(), HeaderProblem> {
        if self.open_identity().is_some() { Err(HeaderProblem::Identity) } else { Ok(()) }
    }

    /// The identity whose element is open.
    fn open_identity(&mut self) -> Option<&mut Option<String>> {
        let is_open = self.elements.depth() == 5;
        self.draft.as_mut().filter(|_| is_open)?.identity.as_mut().map(|(_, text)| text)
    }

    /// Whether the innermost element is one whose text does not matter: a header element other than the impersonation.
    fn takes_text(&self) -> bool {
        self.draft.is_none() && self.elements.depth() >= 3
    }
}

impl Draft {
    fn finish(self, end: usize) -> Result<Impersonation, HeaderProblem> {
        let (kind, identity) = self.identity.ok_or(HeaderProblem::Impersonation)?;
        let identity = identity.ok_or(HeaderProblem::Identity)?;
        Ok(Impersonation { kind, identity, range: self.start..end })
    }
}

/// An identity is one run of text or one CDATA section: readers that take "the first text" must see the same.
fn note_identity(identity: &mut Option<String>, text: &str) -> Result<(), HeaderProblem> {
    let trimmed = text.trim_matches(is_space);
    let is_malformed = identity.is_some()
        || trimmed.is_empty()
        || trimmed.len() > MAX_IDENTITY
        || !trimmed.bytes().all(is_of_an_identity);
    if is_malformed {
        return Err(HeaderProblem::Identity);
    }
    *identity = Some(trimmed.to_owned());
    Ok(())
}

/// What addresses, principal names and SIDs are made of (RFC 5322 `atext`, the dot and the `@`). Directories compare other
/// letters more loosely than we do (`é` may be `e`), and the other signs have meanings of their own: `smtp:a@b`, `a@b;c@d`.
fn is_of_an_identity(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"@.!#$%&'*+-/=?^_`{|}~".contains(&octet)
}

/// Only `mustUnderstand` may stand at the impersonation: `actor` and `role` would send it to somebody else, `xsi:nil` and
/// `xsi:type` would change what it is.
fn check_attributes(element: &Element) -> Result<(), HeaderProblem> {
    let is_taken =
        |(namespace, local): &(String, String)| SOAP.contains(&&**namespace) && local == "mustUnderstand";
    if element.attributes.iter().all(is_taken) { Ok(()) } else { Err(HeaderProblem::ImpersonationAttribute) }
}

/// Names that mean something, wherever in the header they stand and whatever their namespace.
fn check_name(element: &Element) -> Result<(), HeaderProblem> {
    let local = element.local.to_ascii_lowercase();
    if local == IMPERSONATION {
        Err(HeaderProblem::MisplacedImpersonation)
    } else if ACCESS_MODES.contains(&&*local) {
        Err(HeaderProblem::AccessMode)
    } else if STRUCTURE.contains(&&*local) {
        Err(HeaderProblem::Envelope)
    } else {
        Ok(())
    }
}
